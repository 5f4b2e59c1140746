/** Collector `host`: its metrics on a scrape, its options, and file systems that do not answer. */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { type HostOptions, host } from 'otelier/collectors/host';
import { promlint } from 'otelier/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileSystemReader } from '../../src/collectors/host/filesystems.js';
import { hostGroups } from '../../src/collectors/host/groups.js';
import { mountsToShow } from '../../src/collectors/host/mounts.js';
import type { SpaceCounts } from '../../src/collectors/host/remote-space.js';
import { pageAndMetrics, startCollector } from './scraped.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  diag.disable();
  for (const stop of stops.splice(0)) await stop();
});

function start(options?: HostOptions) {
  const { scrape, shutdown } = startCollector(host(options));
  stops.push(shutdown);
  return scrape;
}

/** Collects the messages of the log. */
function logged(): string[] {
  const messages: string[] = [];
  const log = (message: string) => void messages.push(message);
  const logger: DiagLogger = { error: log, warn: log, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  return messages;
}

const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('metrics of this host', () => {
  test('have plausible values, valid names, and are read without a failure or a message', async () => {
    const messages = logged();
    const scrape = await start()();
    expect(promlint(scrape.text).filter(({ severity }) => severity === 'error')).toEqual([]);
    await expect(`${scrape.families.map(({ name }) => name).join('\n')}\n`).toMatchFileSnapshot(
      '../golden/collectors/host.txt',
    );
    const sum = (name: string) => scrape.samples(name).reduce((total, { value }) => total + value, 0);
    const limit = scrape.value('system_memory_limit_bytes') ?? Number.NaN;
    const ranges: Readonly<Record<string, readonly [value: number | undefined, min: number, max: number]>> = {
      cpuTime: [sum('system_cpu_time_seconds_total'), 1, 1e12],
      load: [scrape.value('system_cpu_load_average_1m'), 0, 1e5],
      uptime: [scrape.value('system_uptime_seconds'), 1, 1e10],
      memory: [limit, 1e7, 1e15],
      used: [scrape.value('system_memory_usage_bytes', { system_memory_state: 'used' }), 1e6, limit],
      faults: [sum('system_paging_faults_total'), 1, 1e18],
      loopback: [scrape.value('system_network_io_bytes_total', { network_interface_name: 'lo' }), 0, 1e18],
      cpus: [scrape.value('system_cpu_logical_count'), 1, 1e5],
    };
    for (const [name, [value = Number.NaN, min, max]] of Object.entries(ranges)) {
      expect([name, value, value >= min && value <= max]).toEqual([name, value, true]);
    }
    for (const { labels } of scrape.samples('system_filesystem_limit_bytes')) {
      const of = (state: string) =>
        scrape.value('system_filesystem_usage_bytes', {
          ...Object.fromEntries(labels),
          system_filesystem_state: state,
        });
      const total = (of('used') ?? 0) + (of('free') ?? 0) + (of('reserved') ?? 0);
      expect(total).toBe(scrape.value('system_filesystem_limit_bytes', Object.fromEntries(labels)));
    }
    expect(sum('otelier_collector_failures_total')).toBe(0);
    expect(messages).toEqual([]);
  });

  test('shares of processor time add up to 1 in the first collection too', async () => {
    const scrapeOf = start({ intervalMs: 0 });
    await vi.waitFor(async () => {
      const shares = (await scrapeOf()).samples('system_cpu_utilization_ratio');
      expect(shares.length).toBeGreaterThan(3);
      expect(shares.reduce((total, { value }) => total + value, 0)).toBeCloseTo(1, 9);
    });
  });

  test('each processor is shown on request', async () => {
    const scrape = await start({ perCpu: true, groups: { filesystem: false } })();
    const numbers = new Set(
      scrape.samples('system_cpu_time_seconds_total').map(({ labels }) => labels.get('cpu_logical_number')),
    );
    expect(numbers.size).toBe(scrape.value('system_cpu_logical_count'));
  });

  test.each(Object.keys(hostGroups))('group %s is switched off', async (group) => {
    const prefix = { load: 'system_cpu_load', limits: 'system_cpu_logical', pressure: 'system_linux_pressure' };
    const isOf = (name: string) =>
      name.startsWith((prefix as Record<string, string>)[group] ?? `system_${group}_`) &&
      (group !== 'cpu' || /_(?:time|utilization)_/.test(name)) &&
      (!['memory', 'disk'].includes(group) || !name.endsWith('_limit_bytes'));
    const all = (await start()()).families.map(({ name }) => name);
    expect(all.filter(isOf)).not.toEqual([]);
    const scrape = await start({ groups: { [group]: false } })();
    expect(scrape.families.map(({ name }) => name).filter(isOf)).toEqual([]);
    expect(scrape.samples('otelier_collector_reads_total').map(({ labels }) => labels.get('source'))).toEqual(
      Object.keys(hostGroups)
        .filter((name) => name !== group)
        .map((name) => `host.${name}`),
    );
  });
});

/** Returns a reader of file systems whose mounts answer when the test says so. */
function mountsThatWait() {
  const asked: string[] = [];
  const pending = new Map<string, (counts: SpaceCounts) => void>();
  const hanging = new Set<string>();
  const counts: SpaceCounts = { bsize: 10, blocks: 100, bfree: 40, bavail: 30, files: 0, ffree: 0 };
  const read = fileSystemReader({
    atOnce: () => counts,
    later(mountPoint) {
      asked.push(mountPoint);
      return hanging.has(mountPoint)
        ? new Promise((resolve) => pending.set(mountPoint, resolve))
        : Promise.resolve(counts);
    },
  });
  const mounts = mountsToShow(
    [
      '27 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '28 27 0:40 / /mnt/a rw - nfs4 filer:/a rw',
      '29 27 0:41 / /mnt/b rw - nfs4 filer:/b rw',
      '30 27 0:42 / /data rw - btrfs /dev/sda2 rw',
      '31 28 8:3 / /mnt/a/below rw - ext4 /dev/sda3 rw',
    ].join('\n'),
  );
  return {
    hanging,
    asked,
    answer(mountPoint: string) {
      hanging.delete(mountPoint);
      pending.get(mountPoint)?.(counts);
    },
    async shown() {
      asked.length = 0;
      return (await read(mounts)).map(({ mount }) => mount.mountPoint);
    },
  };
}

describe('file systems that do not answer', () => {
  beforeEach(() => void vi.useFakeTimers());

  test('a remote mount that hangs takes one thread, and the local ones are still shown', async () => {
    const everything = ['/', '/data', '/mnt/a', '/mnt/b', '/mnt/a/below'];
    const { hanging, asked, answer, shown } = mountsThatWait();
    expect(await shown()).toEqual(everything);
    expect(asked).toEqual(['/data', '/mnt/a', '/mnt/b', '/mnt/a/below']);
    hanging.add('/mnt/a');
    const first = shown();
    await vi.advanceTimersByTimeAsync(500);
    expect(await first).toEqual(['/', '/data']);
    expect(asked).toEqual(['/data', '/mnt/a']);
    for (let collection = 0; collection < 3; collection++) {
      expect(await shown()).toEqual(['/', '/data']);
      expect(asked).toEqual(['/data']);
    }
    answer('/mnt/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await shown()).toEqual(everything);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a local mount that hangs is not asked again, and no remote one is', async () => {
    const { hanging, asked, shown } = mountsThatWait();
    hanging.add('/data');
    const first = shown();
    await vi.advanceTimersByTimeAsync(500);
    expect(await first).toEqual(['/']);
    expect(asked).toEqual(['/data']);
    expect(await shown()).toEqual(['/']);
    expect(asked).toEqual([]);
  });

  test('a mount that cannot be read is absent', async () => {
    const error = new Error('EACCES');
    const read = fileSystemReader({
      atOnce() {
        throw error;
      },
      later: () => Promise.reject(error),
    });
    const lines = '27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 0:40 / /mnt rw - nfs4 filer:/a rw';
    expect(await read(mountsToShow(lines))).toEqual([]);
  });
});

test.each<[options: object, messages: string[]]>([
  [{ intervalMs: -1 }, ['host.intervalMs: got -1, expected milliseconds of at least 0']],
  [{ perCpu: 1 }, ['host.perCpu: got 1, expected true or false']],
  [{ from: 'proccc' }, ['host.from: got "proccc", expected proc or otel']],
  [{ percpu: true }, ['host.percpu: expected a known option (did you mean "perCpu"?)']],
  [{ groups: { disks: true } }, ['host.groups.disks: expected a group (did you mean "disk"?)']],
  [
    { groups: { disk: 0 }, intervals: { disk: '5s', cpus: 5 } },
    [
      'host.groups.disk: got 0, expected true or false',
      'host.intervals.disk: got "5s", expected milliseconds of at least 0',
      'host.intervals.cpus: expected a group (did you mean "cpu"?)',
    ],
  ],
  [{ groups: ['disk'] }, ['host.groups: got ["disk"], expected an object by group']],
  [5 as never, ['host: got 5, expected an object with options']],
])('rejects %j', (options, messages) => {
  try {
    host(options);
    expect.unreachable();
  } catch (error) {
    for (const message of messages) expect((error as Error).message).toContain(message);
  }
});

test('docs/collectors/host.md lists the metrics', () => {
  const { rows, metrics } = pageAndMetrics('host.md', host());
  expect(rows).toEqual(metrics);
});
