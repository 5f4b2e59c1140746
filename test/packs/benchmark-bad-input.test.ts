/** Invalid input of the benchmark pack: counted, never thrown, and bounded in memory. */
import { type BenchmarkRun, benchmark } from 'otelier/packs/benchmark';
import { expect, test } from 'vitest';
import { expectBoundedNames } from './benchmark-flood.js';
import { sample, slo, start } from './benchmark-suite.js';

/** Throws on every access. */
const unreadable = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('unreadable');
}
/** Throws on conversion to a string or a number. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

type InvalidInput = [input: string, record: (run: BenchmarkRun) => void, rejected: Record<string, number>];
const invalid: InvalidInput[] = [
  ['a negative latency', (it) => it.sample({ ...sample, latencySeconds: -1 }), { value_negative: 1 }],
  ['a latency of NaN', (it) => it.sample({ ...sample, latencySeconds: Number.NaN }), { value_not_finite: 1 }],
  // The counter lacks the outcome; the histogram rejects the missing latency first.
  ['a sample without fields', (it) => it.sample({} as never), { attribute_missing: 1, value_not_finite: 1 }],
  ['an outcome that is not boolean', (it) => it.sample({ ...sample, ok: 'yes' as never }), { attribute_other: 2 }],
  [
    'a category that is an object',
    (it) => it.sample({ ...sample, promptCategory: {} as never }),
    { attribute_invalid: 1 },
  ],
  [
    'a category that throws on conversion',
    (it) => it.sample({ ...sample, promptCategory: unprintable as never }),
    { attribute_invalid: 1 },
  ],
  ['a negative first output', (it) => it.sample({ ...sample, firstOutputSeconds: -1 }), { value_negative: 1 }],
  [
    'a first output after the end',
    (it) => it.sample({ ...sample, firstOutputSeconds: 2, outputs: 5 }),
    { value_not_finite: 1 },
  ],
  ['negative outputs', (it) => it.sample({ ...sample, outputs: -5 }), { value_negative: 1 }],
  ['infinite outputs', (it) => it.sample({ ...sample, outputs: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  [
    'outputs that are not a number',
    (it) => it.sample({ ...sample, firstOutputSeconds: 0.1, outputs: 'many' as never }),
    { value_not_finite: 1 },
  ],
  ['a negative consistency', (it) => it.sample({ ...sample, temporalConsistency: -0.1 }), { value_negative: 1 }],
  ['a consistency of NaN', (it) => it.sample({ ...sample, temporalConsistency: Number.NaN }), { value_not_finite: 1 }],
  ['a consistency above 1', (it) => it.sample({ ...sample, temporalConsistency: 97 }), { value_not_finite: 1 }],
  ['a negative Fréchet distance', (it) => it.score({ fvd: -1 }), { value_negative: 1 }],
  [
    'scores that are not finite numbers',
    (it) => it.score({ fvd: Number.NaN, inceptionScore: 'good' as never, temporalConsistency: Number.NaN }),
    { value_not_finite: 3 },
  ],
  ['negative scores', (it) => it.score({ inceptionScore: -1, temporalConsistency: -1 }), { value_negative: 2 }],
  [
    'scores out of range',
    (it) => it.score({ fvd: 1, temporalConsistency: 97, inceptionScore: 0.2 }),
    { value_not_finite: 2 },
  ],
  [
    'a category of scores that is an array',
    (it) => it.score({ promptCategory: [] as never, fvd: 1 }),
    { attribute_invalid: 1 },
  ],
  ['predictions that are a number', (it) => it.fScore(7 as never), { event_unreadable: 1 }],
  [
    'negative predictions',
    (it) => it.fScore({ truePositives: -1, falsePositives: 0, falseNegatives: 0 }),
    { value_not_finite: 1 },
  ],
  ['predictions with missing counts', (it) => it.fScore({ truePositives: 1 } as never), { value_not_finite: 1 }],
  [
    'results that are not boolean',
    (it) => it.fScore([{ expected: 1, actual: true }] as never),
    { value_not_finite: 1 },
  ],
  ['results whose iterator throws', (it) => it.fScore(failing()), { event_unreadable: 1 }],
  ['options of null', (it) => it.fScore([], null as never), { event_unreadable: 1 }],
  ['a negative response time', (it) => it.apiCall({ responseSeconds: -1, ok: true }), { value_negative: 1 }],
  ['a call without fields', (it) => it.apiCall({} as never), { attribute_missing: 1, value_not_finite: 1 }],
  [
    'an outcome of a call that is not boolean',
    (it) => it.apiCall({ responseSeconds: 1, ok: 1 as never }),
    { attribute_other: 2 },
  ],
  ['an end without an outcome', (it) => it.end(undefined as never), { event_unreadable: 1 }],
  ['an outcome of a run that is not boolean', (it) => it.end({ ok: 'yes' as never }), { attribute_other: 2 }],
];

function* failing() {
  yield { expected: true, actual: true };
  fail();
}

test.each(invalid)('counts %s and does not throw', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start({ slo });
  record(recorder.begin({ model: 'a' }));
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

test.each([
  ['a model that is an object', { model: unprintable }, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  [
    'a container and a GPU that are not names',
    { model: 'a', container: [], gpu: () => 1 },
    { attribute_invalid: 2 },
    'container_id=_OTHER,gpu_id=_OTHER,model_name=a',
  ],
  ['a missing model', {}, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  ['a model of null', { model: null }, { attribute_invalid: 1 }, 'model_name=_OTHER'],
  ['an empty model', { model: ' ' }, {}, 'model_name=_OTHER'],
  ['an undefined target', undefined, { event_unreadable: 1 }, 'model_name=_OTHER'],
  ['an unreadable target', unreadable, { event_unreadable: 1 }, 'model_name=_OTHER'],
])('begins a run for %s', async (_, target, expected, labels) => {
  const { recorder, values, rejected } = await start();
  const run = recorder.begin(target as never);
  run.sample(sample);
  expect(rejected()).toEqual(expected);
  run.end({ ok: true });
  expect(await values()).toMatchObject({
    [`benchmark_samples_total{${labels},outcome=ok}`]: 1,
    [`benchmark_active_runs{${labels}}`]: 0,
  });
  // A further scrape rejects nothing more.
  await values();
  expect(rejected()).toEqual(expected);
});

test('drops a score out of range and records the rest of its event', async () => {
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
  // Within the tolerance for 24-bit rounding.
  run.sample({ ...sample, temporalConsistency: 1.0000001 });
  run.score({ inceptionScore: 0.9999999 });
  expect(await values()).toMatchObject({
    'benchmark_temporal_consistency{model_name=a}': 1,
    'benchmark_inception_score{model_name=a}': 1,
  });
});

test('records no time per output for an invalid number of outputs', async () => {
  const { recorder, families } = await start();
  const run = recorder.begin({ model: 'a' });
  for (const outputs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never]) {
    run.sample({ ...sample, firstOutputSeconds: 0.5, outputs });
  }
  // A single output has no time per further output; a failed sample has neither time.
  run.sample({ ...sample, firstOutputSeconds: 0.5, outputs: 1 });
  run.sample({ ...sample, ok: false, firstOutputSeconds: 0.5, outputs: 10 });
  const scraped = await families();
  const count = (name: string) => scraped.get(name)?.samples.find(({ name }) => name.endsWith('_count'))?.value;
  expect(count('benchmark_normalized_time_per_output_seconds')).toBe(1);
  expect(count('benchmark_time_per_output_seconds')).toBeUndefined();
});

test('counts an unreadable event once and records nothing of it', async () => {
  const { recorder, values, rejected } = await start();
  const run = recorder.begin({ model: 'a' });
  for (const verb of ['sample', 'score', 'fScore', 'apiCall'] as const) {
    for (const event of [unreadable, undefined, null]) run[verb](event as never);
  }
  expect(rejected()).toEqual({ event_unreadable: 12 });
  expect(await values()).toEqual({ 'benchmark_active_runs{model_name=a}': 1 });
});

test('ends a run whose outcome is unreadable, without counting it by outcome', async () => {
  const { clock, recorder, values, rejected } = await start();
  const run = recorder.begin({ model: 'a' });
  run.queued();
  clock.advance(1_000);
  run.end(unreadable as never);
  run.end({ ok: true });
  expect(rejected()).toEqual({ event_unreadable: 1 });
  expect(await values()).toEqual({
    'benchmark_active_runs{model_name=a}': 0,
    'benchmark_run_throughput_per_second{model_name=a}': 0,
    'queue_depth{model_name=a}': 0,
  });
});

test('returns NaN for predictions that cannot be scored', async () => {
  const { clock, recorder } = await start();
  const run = recorder.begin({ model: 'a' });
  const none = { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN, timeUnixMs: clock.nowUnixMs() };
  for (const given of [unreadable, undefined, { truePositives: 1 }]) {
    expect(run.fScore(given as never)).toEqual(none);
  }
});

test('50,000 distinct names do not add series, and all counts stay exact', { timeout: 60_000 }, () =>
  expectBoundedNames(50_000),
);

test.each([
  ['an unknown option', { window: 1 }, 'benchmark.window: expected a known option (did you mean "windowMs"?)'],
  ['a window of 0', { windowMs: 0 }, 'benchmark.windowMs: got 0, expected milliseconds above 0'],
  ['a limit of 0 models', { models: 0 }, 'benchmark.models: got 0, expected a whole number from 1 to 1000'],
  ['an empty list of categories', { promptCategories: [] }, 'benchmark.promptCategories: got [], expected'],
  ['GPUs that are not strings', { gpus: [0, 1] }, 'benchmark.gpus: got [0,1], expected'],
  ['containers that are a string', { containers: '5' }, 'benchmark.containers: got "5", expected'],
  ['an SLO that is a number', { slo: 5 }, 'benchmark.slo: got 5, expected at least one of latencySeconds'],
  [
    'an SLO without limits',
    { slo: {} },
    'benchmark.slo: got an object (Object), expected at least one of latencySeconds',
  ],
  ['an unknown limit', { slo: { ttft: 1 } }, 'benchmark.slo.ttft: expected a known objective'],
  ['a limit of 0 seconds', { slo: { latencySeconds: 0 } }, 'benchmark.slo.latencySeconds: got 0, expected seconds'],
])('rejects %s', (_, options, message) => {
  expect(() => benchmark(options as never)).toThrow(message);
});
