/** What the benchmark pack is given that is wrong: counted, never thrown, and without growth. */
import { type BenchmarkRun, benchmark } from 'otelier/packs/benchmark';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { sample, slo, start } from './benchmark-suite.js';

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** Throws when it is turned into text or a number, and is neither. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

type Bad = [what: string, record: (run: BenchmarkRun) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative latency', (it) => it.sample({ ...sample, latencySeconds: -1 }), { value_negative: 1 }],
  ['a latency that is none', (it) => it.sample({ ...sample, latencySeconds: Number.NaN }), { value_not_finite: 1 }],
  // Without an outcome in both metrics, and without a latency.
  ['a sample without fields', (it) => it.sample({} as never), { attribute_missing: 1, value_not_finite: 1 }],
  ['an outcome that is none', (it) => it.sample({ ...sample, ok: 'yes' as never }), { attribute_other: 2 }],
  [
    'a category that is no name',
    (it) => it.sample({ ...sample, promptCategory: {} as never }),
    { attribute_invalid: 1 },
  ],
  [
    'a category that cannot be printed',
    (it) => it.sample({ ...sample, promptCategory: unprintable as never }),
    { attribute_invalid: 1 },
  ],
  ['a negative first output', (it) => it.sample({ ...sample, firstOutputSeconds: -1 }), { value_negative: 1 }],
  [
    'a first output after the end',
    (it) => it.sample({ ...sample, firstOutputSeconds: 2, outputs: 5 }),
    { value_negative: 1 },
  ],
  ['negative outputs', (it) => it.sample({ ...sample, outputs: -5 }), { value_negative: 1 }],
  ['infinite outputs', (it) => it.sample({ ...sample, outputs: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  [
    'outputs that are none',
    (it) => it.sample({ ...sample, firstOutputSeconds: 0.1, outputs: 'many' as never }),
    { value_not_finite: 1 },
  ],
  ['a negative consistency', (it) => it.sample({ ...sample, temporalConsistency: -0.1 }), { value_negative: 1 }],
  [
    'a consistency of nothing',
    (it) => it.sample({ ...sample, temporalConsistency: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['a consistency above 1', (it) => it.sample({ ...sample, temporalConsistency: 97 }), { value_not_finite: 1 }],
  ['a negative distance', (it) => it.score({ fvd: -1 }), { value_negative: 1 }],
  [
    'scores that are none',
    (it) => it.score({ fvd: Number.NaN, inceptionScore: 'good' as never, temporalConsistency: Number.NaN }),
    { value_not_finite: 3 },
  ],
  ['a negative score', (it) => it.score({ inceptionScore: -1, temporalConsistency: -1 }), { value_negative: 2 }],
  [
    'scores that cannot be',
    (it) => it.score({ fvd: 1, temporalConsistency: 97, inceptionScore: 0.2 }),
    { value_not_finite: 2 },
  ],
  ['a category of scores', (it) => it.score({ promptCategory: [] as never, fvd: 1 }), { attribute_invalid: 1 }],
  ['predictions that are none', (it) => it.fScore(7 as never), { value_not_finite: 1 }],
  [
    'negative predictions',
    (it) => it.fScore({ truePositives: -1, falsePositives: 0, falseNegatives: 0 }),
    { value_not_finite: 1 },
  ],
  ['predictions in part', (it) => it.fScore({ truePositives: 1 } as never), { value_not_finite: 1 }],
  ['results that are none', (it) => it.fScore([{ expected: 1, actual: true }] as never), { value_not_finite: 1 }],
  ['results that end badly', (it) => it.fScore(failing()), { value_not_finite: 1 }],
  ['options that are none', (it) => it.fScore([], null as never), { value_not_finite: 1 }],
  ['a negative response time', (it) => it.apiCall({ responseSeconds: -1, ok: true }), { value_negative: 1 }],
  ['a call without fields', (it) => it.apiCall({} as never), { attribute_missing: 1, value_not_finite: 1 }],
  ['an outcome of a call', (it) => it.apiCall({ responseSeconds: 1, ok: 1 as never }), { attribute_other: 2 }],
  ['an end without a word', (it) => it.end(undefined as never), { value_not_finite: 1 }],
  ['an end that is none', (it) => it.end({ ok: 'yes' as never }), { attribute_other: 2 }],
];

function* failing() {
  yield { expected: true, actual: true };
  fail();
}

test.each(bad)('%s is counted and never thrown', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start({ slo });
  record(recorder.begin({ model: 'a' }));
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

test.each([
  ['a model that is none', { model: unprintable }, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  [
    'a container and a GPU that are none',
    { model: 'a', container: [], gpu: () => 1 },
    { attribute_invalid: 2 },
    'container_id=_OTHER,gpu_id=_OTHER,model_name=a',
  ],
  ['no model', {}, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  ['a model of null', { model: null }, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  ['an empty model', { model: ' ' }, {}, 'model_name=_OTHER'],
  ['a run of nothing', undefined, { value_not_finite: 1 }, 'model_name=_OTHER'],
  ['a run that cannot be read', hostile, { value_not_finite: 1 }, 'model_name=_OTHER'],
])('%s begins all the same', async (_, target, expected, labels) => {
  const { recorder, values, rejected } = await start();
  const run = recorder.begin(target as never);
  run.sample(sample);
  expect(rejected()).toEqual(expected);
  run.end({ ok: true });
  expect(await values()).toMatchObject({
    [`benchmark_samples_total{${labels},outcome=ok}`]: 1,
    [`benchmark_active_runs{${labels}}`]: 0,
  });
  // Reading again refuses nothing more.
  await values();
  expect(rejected()).toEqual(expected);
});

test('a score that cannot be is left out, and the rest of its event counts', async () => {
  const { recorder, values } = await start();
  const run = recorder.begin({ model: 'a' });
  run.sample({ ...sample, temporalConsistency: 1.01 });
  run.score({ fvd: 310.5, temporalConsistency: 97, inceptionScore: 0.99 });
  const all = await values();
  expect(all).toMatchObject({
    'benchmark_samples_total{model_name=a,outcome=ok}': 1,
    'benchmark_fvd{model_name=a}': 310.5,
  });
  expect(Object.keys(all).filter((name) => /consistency|inception/.test(name))).toEqual([]);
  // Within what a network's 24 bits round to.
  run.sample({ ...sample, temporalConsistency: 1.0000001 });
  run.score({ inceptionScore: 0.9999999 });
  expect(await values()).toMatchObject({
    'benchmark_temporal_consistency{model_name=a}': 1,
    'benchmark_inception_score{model_name=a}': 1,
  });
});

test('a number of outputs that is none gives no time per output', async () => {
  const { recorder, families } = await start();
  const run = recorder.begin({ model: 'a' });
  for (const outputs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never]) {
    run.sample({ ...sample, firstOutputSeconds: 0.5, outputs });
  }
  // One output has a time, but none after it; of what failed neither is known.
  run.sample({ ...sample, firstOutputSeconds: 0.5, outputs: 1 });
  run.sample({ ...sample, ok: false, firstOutputSeconds: 0.5, outputs: 10 });
  const scraped = await families();
  const count = (name: string) => scraped.get(name)?.samples.find(({ name }) => name.endsWith('_count'))?.value;
  expect(count('benchmark_normalized_time_per_output_seconds')).toBe(1);
  expect(count('benchmark_time_per_output_seconds')).toBeUndefined();
});

test('what a verb cannot read is counted once, and nothing of it is recorded', async () => {
  const { recorder, values, rejected } = await start();
  const run = recorder.begin({ model: 'a' });
  for (const verb of ['sample', 'score', 'fScore', 'apiCall'] as const) {
    for (const event of [hostile, undefined, null]) run[verb](event as never);
  }
  expect(rejected()).toEqual({ value_not_finite: 12 });
  expect(await values()).toEqual({ 'benchmark_active_runs{model_name=a}': 1 });
});

test('what cannot be scored scores nothing', async () => {
  const { recorder } = await start();
  const run = recorder.begin({ model: 'a' });
  for (const given of [hostile, undefined, { truePositives: 1 }]) {
    expect(run.fScore(given as never)).toEqual({ precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
  }
});

test('a million made-up names grow no series, and what they count stays exact', { timeout: 120_000 }, async () => {
  const { clock, recorder, families, rejected } = await start({ slo });
  const run = recorder.begin({ model: 'a' });
  const times = 1_000_000;
  let before = 0;
  for (let index = 0; index < times; index++) {
    const name = `made-up-${index}`;
    if (index % 100 === 0) {
      const other = recorder.begin({ model: name, container: name, gpu: name });
      other.sample({ ...sample, promptCategory: name });
      other.end({ ok: true });
    } else run.sample({ ...sample, promptCategory: name });
    if (index === times / 10) before = heapUsed();
    // Handles that nobody holds any more live to the end of their turn.
    if (index % 1_000 === 0) await new Promise(setImmediate);
  }
  // What is kept does not grow: room for a machine that does other things.
  expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20);
  const scraped = await families();
  const sum = (name: string) => scraped.get(name)?.samples.reduce((all, { value }) => all + value, 0);
  expect([...scraped.values()].reduce((all, { samples }) => all + samples.length, 0)).toBeLessThan(5_000);
  expect(sum('benchmark_samples_total')).toBe(times);
  expect(sum('benchmark_runs_total')).toBe(times / 100);
  const refused = rejected();
  await families();
  expect(rejected()).toEqual(refused);
  // Nothing is told of what has not been benchmarked for a while.
  clock.advance(600_000);
  expect((await families()).get('benchmark_throughput_per_second')?.samples).toHaveLength(1);
});

test.each([
  ['an option that is none', { window: 1 }, 'benchmark.window: expected a known option: namespace, models'],
  ['a window that is no time', { windowMs: 0 }, 'benchmark.windowMs: got 0, expected milliseconds above 0'],
  ['no models', { models: 0 }, 'benchmark.models: got 0, expected a whole number from 1 to 1000'],
  ['a list of no categories', { promptCategories: [] }, 'benchmark.promptCategories: got [], expected'],
  ['GPUs that are no texts', { gpus: [0, 1] }, 'benchmark.gpus: got [0,1], expected'],
  ['containers that are none', { containers: '5' }, 'benchmark.containers: got "5", expected'],
  ['objectives that are none', { slo: 5 }, 'benchmark.slo: got 5, expected at least one of latencySeconds'],
  ['no objective', { slo: {} }, 'benchmark.slo: got an object (Object), expected at least one of latencySeconds'],
  ['an objective that is none', { slo: { ttft: 1 } }, 'benchmark.slo.ttft: expected a known objective'],
  ['an objective of no time', { slo: { latencySeconds: 0 } }, 'benchmark.slo.latencySeconds: got 0, expected seconds'],
])('%s is refused', (_, options, message) => {
  expect(() => benchmark(options as never)).toThrow(message);
});
