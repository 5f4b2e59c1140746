/** Collector `container` on a scrape, with the files of containers in place of those of this process. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { type ContainerOptions, container } from 'otelier/collectors/container';
import { promlint } from 'otelier/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { pageAndMetrics, startCollector } from './scraped.js';

/** Folders of fixtures: the files of the process, and those of its control group. */
const shown = vi.hoisted(() => ({ process: '', group: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const replaced = (path: unknown) => {
    const [, own] = /^\/proc\/self\/(cgroup|mountinfo)$/.exec(String(path)) ?? [];
    const [, group] = /^\/sys\/fs\/cgroup\/(?:.*\/)?([\w.]+)$/.exec(String(path)) ?? [];
    const fixtures = new URL('fixtures/', import.meta.url);
    if (own !== undefined) return new URL(`containers/${shown.process}/${own}`, fixtures);
    return group === undefined ? path : new URL(`groups/${shown.group}/${group}`, fixtures);
  };
  return {
    ...fs,
    openSync: (path: unknown, flags: string) => fs.openSync(replaced(path) as string, flags),
    readFileSync: (path: unknown, ...rest: never[]) => fs.readFileSync(replaced(path) as string, ...rest),
    existsSync: (path: unknown) =>
      path === '/sys/fs/cgroup/cgroup.events' || (replaced(path) !== path && fs.existsSync(replaced(path) as string)),
  };
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  diag.disable();
  for (const stop of stops.splice(0)) await stop();
});

function start(process: string, group: string, options?: ContainerOptions) {
  Object.assign(shown, { process, group });
  const { scrape, shutdown } = startCollector(container(options));
  stops.push(shutdown);
  return scrape;
}

function logged(): string[] {
  const messages: string[] = [];
  const log = (message: string) => {
    if (/^(?:collector|source) /.test(message)) messages.push(message);
  };
  const logger: DiagLogger = { error: log, warn: log, info: () => {}, debug: log, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  return messages;
}

const id = `aa${'0123456789abcdef'.repeat(3)}0123456789abcd`;

test.each([
  ['docker-v2', 'v2-6.12', 1.5],
  ['docker-v1', 'v1-4.18', 0.5],
])('shows all metrics of %s, with the id of the container', async (process, group, cpus) => {
  const messages = logged();
  const scrapeOf = start(process, group);
  const scrape = await scrapeOf();
  expect(promlint(scrape.text).filter(({ severity }) => severity === 'error')).toEqual([]);
  await expect(`${scrape.families.map(({ name }) => name).join('\n')}\n`).toMatchFileSnapshot(
    '../golden/collectors/container.txt',
  );
  const own = scrape.families.filter(({ name }) => name.startsWith('container_'));
  expect(own.filter(({ samples }) => samples.length === 0).map(({ name }) => name)).toEqual([]);
  const ids = own.flatMap(({ samples }) => samples).map(({ labels }) => labels.get('container_id'));
  expect(new Set(ids)).toEqual(new Set([id]));
  const values = {
    cpuUser: scrape.value('container_cpu_time_seconds_total', { cpu_mode: 'user' }),
    cpuSystem: scrape.value('container_cpu_time_seconds_total', { cpu_mode: 'system' }),
    periods: scrape.value('container_cpu_cfs_periods_total'),
    throttledPeriods: scrape.value('container_cpu_cfs_throttled_periods_total'),
    throttled: scrape.value('container_cpu_cfs_throttled_seconds_total'),
    usage: scrape.value('container_memory_usage_bytes'),
    workingSet: scrape.value('container_memory_working_set_bytes'),
    kills: scrape.value('container_oom_events_total'),
    read: scrape.value('container_disk_io_bytes_total', { disk_io_direction: 'read', system_device: '4000:0' }),
    pids: scrape.value('container_pids_count'),
    cpuLimit: scrape.value('container_cpu_limit'),
    memoryLimit: scrape.value('container_memory_limit_bytes'),
    pidsLimit: scrape.value('container_pids_limit'),
  };
  expect(values).toEqual({
    cpuUser: 9,
    cpuSystem: 3,
    periods: 400,
    throttledPeriods: 30,
    throttled: 1.5,
    usage: 200_000_000,
    workingSet: 150_000_000,
    kills: 2,
    read: 4_096_000,
    pids: 17,
    cpuLimit: cpus,
    memoryLimit: 300_000_000,
    pidsLimit: 512,
  });
  expect(messages).toEqual([]);
});

test('without limits their metrics are absent', async () => {
  const { names } = await start('docker-v2', 'v2-unlimited')();
  expect(names).toContain('container_memory_usage_bytes');
  const ofLimits = /limit|available|cfs/;
  expect(names.filter((name) => ofLimits.test(name))).toEqual([]);
});

test('a container without a known id has no label for it', async () => {
  const scrape = await start('kubernetes-v2', 'v2-6.12')();
  expect(scrape.samples('container_pids_count').map(({ labels }) => [...labels.keys()])).toEqual([[]]);
});

test.each(['host-v2-service', 'host-v2-root', 'masked'])(
  'shows nothing on %s, with one line for debugging',
  async (process) => {
    const messages = logged();
    const scrapeOf = start(process, 'v2-6.12');
    for (let round = 0; round < 3; round++) expect((await scrapeOf()).names).toEqual([]);
    expect(messages).toEqual([
      'collector container: this process does not run in a container on Linux; it shows no metrics',
    ]);
  },
);

test('groups are switched off', async () => {
  const { families } = await start('docker-v2', 'v2-6.12', { groups: { disk: false, limits: false } })();
  expect(families.filter(({ name }) => /disk|limit/.test(name))).toEqual([]);
  expect(families.length).toBeGreaterThan(10);
});

test.each<[options: object, message: string]>([
  [{ group: {} }, 'container.group: expected a known option (did you mean "groups"?)'],
  [{ groups: { cpus: false } }, 'container.groups.cpus: expected a group (did you mean "cpu"?)'],
  [{ intervals: { cpu: Number.NaN } }, 'container.intervals.cpu: got NaN, expected milliseconds of at least 0'],
])('rejects %j', (options, message) => {
  expect(() => container(options)).toThrow(message);
});

test('docs/collectors/container.md lists the metrics', () => {
  const { rows, metrics } = pageAndMetrics('container.md', container());
  expect(rows).toEqual(metrics);
});
