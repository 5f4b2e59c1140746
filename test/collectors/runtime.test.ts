/** Collector `runtime`: its metrics on a scrape, and those of prom-client beside those of prom-client itself. */

import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { type RuntimeOptions, runtime } from 'otelier/collectors/runtime';
import { parseExposition, promlint } from 'otelier/testing';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterEach, describe, expect, test, vi } from 'vitest';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts metrics with the collector. */
function start(options?: RuntimeOptions) {
  const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
  const packs = { runtime: runtime(options) };
  const settings = { environment: {}, isolated: true, withoutSelfMetrics: true } as const;
  const metrics = startMetrics({ ...settings, backends: [endpoint], packs });
  stops.push(metrics.shutdown);
  const text = async () => (await endpoint.fetch(new Request('http://localhost/metrics'))).text();
  return { text, scrape: async () => familiesOf(await text()) };
}

const familiesOf = (text: string) => new Map(parseExposition(text).map((family) => [family.name, family]));
type Families = ReturnType<typeof familiesOf>;

/** Returns a sample by its labels. */
function sampleOf(families: Families, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const samples = [...families.values()].flatMap((family) => family.samples);
  return samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels.get(key) === value),
  )?.value;
}

const block = (milliseconds: number) => {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
};
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe("OpenTelemetry's names", () => {
  test('all metrics are there, with plausible values, and valid', async () => {
    const { text } = start({ resolutionMs: 5 });
    await sleep(50);
    collectGarbage();
    await vi.waitFor(async () => expect(await text()).toContain('v8js_gc_duration_seconds_count'));
    const shown = await text();
    const problems = promlint(shown).filter(({ severity }) => severity === 'error');
    expect(problems).toEqual([]);
    const families = familiesOf(shown);
    const withoutSamples = [...families.values()].filter(({ samples }) => samples.length === 0);
    expect(withoutSamples.map(({ name }) => name)).toEqual([]);
    await expect(`${[...families.keys()].join('\n')}\n`).toMatchFileSnapshot('../golden/collectors/runtime.txt');
    const ranges: Readonly<Record<string, readonly [min: number, max: number]>> = {
      nodejs_eventloop_utilization_ratio: [0, 1],
      process_memory_usage_bytes: [1e6, 1e11],
      process_thread_count: [2, 1_000],
      process_unix_file_descriptor_count: [3, 1e6],
      process_uptime_seconds: [0.01, 1e5],
      process_start_time_seconds: [Date.now() / 1_000 - 1e5, Date.now() / 1_000],
    };
    for (const [name, [min, max]] of Object.entries(ranges)) {
      const value = sampleOf(families, name) ?? Number.NaN;
      expect([name, value >= min && value <= max]).toEqual([name, true]);
    }
  });

  test('a blocked event loop is seen in maximum, histogram and utilization, and the next window begins anew', async () => {
    const { scrape } = start({ resolutionMs: 5, intervalMs: 0 });
    await sleep(30);
    await scrape();
    block(150);
    await sleep(30);
    const blocked = await scrape();
    expect(sampleOf(blocked, 'nodejs_eventloop_delay_max_seconds')).toBeGreaterThan(0.1);
    expect(sampleOf(blocked, 'nodejs_eventloop_utilization_ratio')).toBeGreaterThan(0.5);
    const below = sampleOf(blocked, 'nodejs_eventloop_lag_seconds_bucket', { le: '0.1' }) ?? 0;
    expect(sampleOf(blocked, 'nodejs_eventloop_lag_seconds_count')).toBeGreaterThan(below);
    const later = async () => sampleOf(await scrape(), 'nodejs_eventloop_delay_max_seconds');
    await vi.waitFor(async () => expect(await later()).toBeLessThan(0.1), { timeout: 10_000 });
  });

  test('every sample of the event loop is in the histogram', async () => {
    const { scrape } = start({ resolutionMs: 2, intervalMs: 0 });
    let last = 0;
    for (let round = 0; round < 5; round++) {
      await sleep(40);
      const count = sampleOf(await scrape(), 'nodejs_eventloop_lag_seconds_count') ?? 0;
      expect(count).toBeGreaterThan(last);
      last = count;
    }
  });
});

describe("prom-client's names", () => {
  test('names, types, labels and values are those of prom-client', async () => {
    const register = new Registry();
    collectDefaultMetrics({ register });
    const { scrape } = start({ names: 'prom-client', intervalMs: 0 });
    const timer = setInterval(() => {}, 10_000);
    stops.push(async () => clearInterval(timer));
    for (let round = 0; round < 5; round++) {
      collectGarbage();
      await sleep(20);
    }
    const theirs = familiesOf(await register.metrics());
    const ours = await scrape();
    const own = [...ours.values()].filter(({ name }) => !name.startsWith('otelier_'));
    const shape = (families: Iterable<{ name: string; type: string }>) =>
      Array.from(families, ({ name, type }) => `${name} ${type}`).sort();
    expect(shape(own)).toEqual(shape(theirs.values()));
    expect(own).toHaveLength(31);

    const labelsOf = (families: Families, name: string) =>
      [...new Set(families.get(name)?.samples.flatMap(({ labels }) => [...labels.keys()]))].sort();
    for (const { name, samples } of theirs.values()) {
      expect([name, labelsOf(ours, name)]).toEqual([name, labelsOf(theirs, name)]);
      if (name === 'nodejs_gc_duration_seconds') continue;
      for (const { labels, value } of samples) {
        const counterpart = sampleOf(ours, samples[0]?.name ?? name, Object.fromEntries(labels));
        // A scrape is itself a resource of some type.
        if (counterpart === undefined && name.startsWith('nodejs_active_')) continue;
        const [allowed, seen] = [toleranceOf(name, value), Math.abs((counterpart ?? Number.NaN) - value)];
        expect([name, Object.fromEntries(labels), seen <= allowed]).toEqual([name, Object.fromEntries(labels), true]);
      }
    }
    const collections = (families: Families) =>
      sampleOf(families, 'nodejs_gc_duration_seconds_count', { kind: 'major' });
    await vi.waitFor(async () => expect(collections(await scrape())).toBeGreaterThanOrEqual(5));
  });
});

/** Returns how far two readings of one value may lie apart, because the second one is made later. */
function toleranceOf(name: string, value: number): number {
  if (/_cpu_/.test(name)) return 2;
  if (/lag/.test(name)) return 10;
  if (/start_time|version|max_fds/.test(name)) return name.includes('start') ? 1 : 0;
  if (/fds|active/.test(name)) return 5;
  return Math.max(64 * 2 ** 20, value / 2);
}

test('after a shutdown nothing is sampled', async () => {
  const { text } = start({ resolutionMs: 5 });
  await text();
  await stops.pop()?.();
  expect(await text()).not.toContain('nodejs_eventloop_delay');
});

test.each<[options: object, messages: string[]]>([
  [{ names: 'otel2' }, ['runtime.names: got "otel2", expected otel or prom-client']],
  [{ intervalMs: -1 }, ['runtime.intervalMs: got -1, expected milliseconds of at least 0']],
  [{ resolutionMs: 0.5 }, ['runtime.resolutionMs: got 0.5, expected a whole number of milliseconds from 1 to 10000']],
  [{ interval: 5 }, ['runtime.interval: expected a known option (did you mean "intervalMs"?)']],
])('rejects %j', (options, messages) => {
  try {
    runtime(options);
    expect.unreachable();
  } catch (error) {
    for (const message of messages) expect((error as Error).message).toContain(message);
  }
});

test('docs/collectors/runtime.md lists the metrics', () => {
  const page = readFileSync(new URL('../../docs/collectors/runtime.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` \| [\w -]+ \| `(.*?)` \| (.*) \|$/gm)].map(
    ([, name, unit, attributes]) => ({
      name,
      unit,
      attributes: [...(attributes ?? '').matchAll(/`([\w.]+)`/g)].map(([, key]) => key),
    }),
  );
  const declared = runtime().catalogue.metrics.filter(({ name }) => !name.startsWith('otelier.'));
  expect(rows).toEqual(
    declared.map(({ name, unit, attributes }) => ({ name, unit: unit || '1', attributes: Object.keys(attributes) })),
  );
});
