/** The benchmark pack: its metrics and rates. */
import { benchmark } from 'otelier/packs/benchmark';
import { promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { sample, scenario, slo, start } from './benchmark-suite.js';

const target = 'container_id=c1,gpu_id=0,model_name=sharp';
const people = `${target},prompt_category=people`;
const animals = `${target},prompt_category=animals`;

/** Returns the metrics that runs record; those of GPUs come from a collector. */
const metricsOfRuns = (options?: Parameters<typeof benchmark>[0]) =>
  benchmark(options).catalogue.metrics.filter(({ name }) => !name.startsWith('system.'));

test('records every metric of a run with its labels', async () => {
  const { clock, recorder, values, rejected } = await start({ slo });
  scenario(recorder, clock);
  expect(await values()).toEqual({
    [`benchmark_runs_total{${target},outcome=ok}`]: 1,
    [`benchmark_active_runs{${target}}`]: 0,
    'benchmark_active_runs{model_name=idle}': 1,
    [`benchmark_run_duration_seconds_count{${target},outcome=ok}`]: 1,
    [`benchmark_run_duration_seconds_sum{${target},outcome=ok}`]: 10,
    [`benchmark_run_throughput_per_second{${target}}`]: 0.2,
    [`benchmark_run_goodput_per_second{${target}}`]: 0.1,
    [`benchmark_samples_total{${target},outcome=ok}`]: 0,
    [`benchmark_samples_total{${target},outcome=failed}`]: 1,
    [`benchmark_samples_total{${target},outcome=failed,prompt_category=people}`]: 0,
    [`benchmark_samples_total{${target},outcome=ok,prompt_category=people}`]: 2,
    [`benchmark_samples_within_slo_total{${people}}`]: 1,
    [`benchmark_samples_within_slo_total{${target}}`]: 0,
    [`benchmark_outputs_total{${people}}`]: 42,
    [`benchmark_latency_seconds_count{${target},outcome=ok,prompt_category=people}`]: 2,
    [`benchmark_latency_seconds_sum{${target},outcome=ok,prompt_category=people}`]: 23,
    [`benchmark_latency_seconds_count{${target},outcome=failed}`]: 1,
    [`benchmark_latency_seconds_sum{${target},outcome=failed}`]: 1,
    [`benchmark_time_to_first_output_seconds_count{${people}}`]: 2,
    [`benchmark_time_to_first_output_seconds_sum{${people}}`]: 3,
    [`benchmark_time_per_output_seconds_count{${people}}`]: 2,
    [`benchmark_time_per_output_seconds_sum{${people}}`]: 1,
    [`benchmark_normalized_time_per_output_seconds_count{${people}}`]: 2,
    [`benchmark_normalized_time_per_output_seconds_sum{${people}}`]: Number((10 / 17 + 13 / 25).toFixed(9)),
    // 15 seconds are a twentieth of the window, the shortest time that a rate covers.
    [`benchmark_throughput_per_second{${target}}`]: Number((2 / 15).toFixed(9)),
    [`benchmark_goodput_per_second{${target}}`]: Number((1 / 15).toFixed(9)),
    [`benchmark_goodput_ratio{${target}}`]: Number((1 / 3).toFixed(9)),
    [`benchmark_fvd{${animals}}`]: 310.5,
    [`benchmark_fvd_distribution_count{${animals}}`]: 1,
    [`benchmark_fvd_distribution_sum{${animals}}`]: 310.5,
    [`benchmark_inception_score{${animals}}`]: 32.5,
    [`benchmark_inception_score_distribution_count{${animals}}`]: 1,
    [`benchmark_inception_score_distribution_sum{${animals}}`]: 32.5,
    [`benchmark_temporal_consistency{${people}}`]: 0.93,
    [`benchmark_temporal_consistency{${animals}}`]: 0.91,
    [`benchmark_temporal_consistency_distribution_count{${people}}`]: 2,
    [`benchmark_temporal_consistency_distribution_sum{${people}}`]: 1.86,
    [`benchmark_precision_ratio{${people}}`]: 0.75,
    [`benchmark_recall_ratio{${people}}`]: 0.6,
    [`benchmark_f1_ratio{${people}}`]: Number((2 / 3).toFixed(9)),
    [`benchmark_f_score_timestamp_seconds{${people}}`]: 1_002,
    [`benchmark_predictions_total{${people},result=true_positive}`]: 6,
    [`benchmark_predictions_total{${people},result=false_positive}`]: 2,
    [`benchmark_predictions_total{${people},result=false_negative}`]: 4,
    [`benchmark_predictions_total{${people},result=true_negative}`]: 8,
    [`api_calls_total{${target},outcome=ok}`]: 2,
    [`api_calls_total{${target},outcome=failed}`]: 1,
    [`api_response_time_seconds_count{${target},outcome=ok}`]: 2,
    [`api_response_time_seconds_sum{${target},outcome=ok}`]: 0.4,
    [`api_response_time_seconds_count{${target},outcome=failed}`]: 1,
    [`api_response_time_seconds_sum{${target},outcome=failed}`]: 5,
    [`api_error_ratio{${target}}`]: Number((1 / 3).toFixed(9)),
    [`queue_depth{${target}}`]: 0,
    [`queue_wait_seconds_count{${target}}`]: 2,
    [`queue_wait_seconds_sum{${target}}`]: 4,
    // The second request was not done when the run ended.
    [`queue_in_flight{${target}}`]: 0,
  });
  expect(rejected()).toEqual({});
});

test('exposes every metric of the catalogue with its type, buckets and a valid name', async () => {
  const { clock, recorder, families, scrape } = await start({ slo });
  scenario(recorder, clock);
  const scraped = await families();
  // No request of the scenario is abandoned.
  const declared = metricsOfRuns({ slo }).filter(({ name }) => name !== 'queue.abandoned');
  expect(scraped.size).toBe(declared.length);
  for (const { name, kind, buckets, attributes } of declared) {
    const family = [...scraped.values()].find((candidate) =>
      [name, `${name}_total`, `${name}_seconds`, `${name}_per_second`, `${name}_ratio`].some(
        (spelling) => spelling.replaceAll('.', '_') === candidate.name,
      ),
    );
    const type = kind === 'counter' || kind === 'histogram' ? kind : 'gauge';
    expect([name, family?.type]).toEqual([name, type]);
    const samples = family?.samples ?? [];
    for (const key of samples.flatMap(({ labels }) => [...labels.keys()])) {
      expect([...Object.keys(attributes), 'le']).toContain(key);
    }
    const bounds = new Set(samples.flatMap(({ labels }) => labels.get('le') ?? []));
    if (kind === 'histogram') expect([name, [...bounds]]).toEqual([name, [...(buckets ?? []).map(String), '+Inf']]);
  }
  expect(promlint(await scrape())).toEqual([]);
});

test('adds the limits of the SLO to the bucket boundaries', () => {
  const { definitions } = benchmark({ slo: { latencySeconds: 12, perOutputSeconds: 0.5 } }).catalogue;
  expect(definitions.latency.buckets).toContain(12);
  expect(definitions.latency.buckets?.toSorted((one, other) => one - other)).toEqual(definitions.latency.buckets);
  expect(definitions.timePerOutput.buckets?.filter((bound) => bound === 0.5)).toHaveLength(1);
  expect(definitions.timeToFirstOutput.buckets).toEqual(benchmark().catalogue.definitions.timeToFirstOutput.buckets);
});

test('computes rates over the window: 0 while a run is idle, absent after it has ended', async () => {
  const { clock, recorder, values } = await start({ slo, windowMs: 20_000 });
  const running = recorder.begin({ model: 'a' });
  const names = ['benchmark_throughput_per_second', 'benchmark_goodput_per_second', 'benchmark_goodput_ratio'];
  const seen = async () => {
    const all = await values();
    return [...names, 'api_error_ratio'].map((name) => all[`${name}{model_name=a}`]);
  };
  expect(await seen()).toEqual([undefined, undefined, undefined, undefined]);
  for (const latencySeconds of [10, 10, 20]) {
    running.sample({ latencySeconds, ok: true, firstOutputSeconds: 1, outputs: 100 });
  }
  running.sample({ latencySeconds: 1, ok: false });
  running.apiCall({ responseSeconds: 1, ok: false });
  running.apiCall({ responseSeconds: 1, ok: true });
  clock.advance(10_000);
  expect(await seen()).toEqual([0.3, 0.2, 0.5, 0.5]);
  clock.advance(20_000);
  expect(await seen()).toEqual([0, 0, undefined, undefined]);
  running.end({ ok: true });
  expect(await seen()).toEqual([undefined, undefined, undefined, undefined]);
  recorder.begin({ model: 'a' }).sample({ ...sample, firstOutputSeconds: 1, outputs: 1 });
  clock.advance(10_000);
  expect(await seen()).toEqual([0.1, 0.1, 1, undefined]);
});

test('reports no goodput without an SLO', async () => {
  const { clock, recorder, families } = await start();
  scenario(recorder, clock);
  const missing = metricsOfRuns().length - (await families()).size;
  expect([...(await families()).keys()].filter((name) => /goodput|slo/.test(name))).toEqual([]);
  // Goodput, and the abandoned requests.
  expect(missing).toBe(5);
});

test.each([
  ['without a time to first output', { latencySeconds: 1, ok: true, outputs: 2 }],
  ['without a number of outputs', { latencySeconds: 1, ok: true, firstOutputSeconds: 1 }],
  ['with a latency above the limit', { latencySeconds: 12.1, ok: true, firstOutputSeconds: 1, outputs: 100 }],
  ['with a first output after the limit', { latencySeconds: 4, ok: true, firstOutputSeconds: 3.1, outputs: 100 }],
  ['with a time per output above the limit', { latencySeconds: 4, ok: true, firstOutputSeconds: 1, outputs: 5 }],
  ['with a first output after its end', { latencySeconds: 1, ok: true, firstOutputSeconds: 2, outputs: 5 }],
  ['that failed', { latencySeconds: 1, ok: false, firstOutputSeconds: 1, outputs: 5 }],
])('does not count a sample %s as within the SLO', async (_, given) => {
  const { recorder, values } = await start({ slo });
  recorder.begin({ model: 'a' }).sample(given);
  expect(await values()).toMatchObject({ 'benchmark_goodput_ratio{model_name=a}': 0 });
});

test('copies the SLO at the start', async () => {
  const mine = { latencySeconds: 2 };
  const { recorder, values } = await start({ slo: mine });
  mine.latencySeconds = 0.1;
  recorder.begin({ model: 'a' }).sample(sample);
  expect(await values()).toMatchObject({ 'benchmark_goodput_ratio{model_name=a}': 1 });
});

test('reports 0 for outcomes that did not occur and for samples within the SLO', async () => {
  const { recorder, values } = await start({ slo: { latencySeconds: 0.5 } });
  const running = recorder.begin({ model: 'a' });
  running.sample(sample);
  running.apiCall({ responseSeconds: 1, ok: true });
  expect(await values()).toMatchObject({
    'benchmark_samples_total{model_name=a,outcome=failed}': 0,
    'benchmark_samples_within_slo_total{model_name=a}': 0,
    'api_calls_total{model_name=a,outcome=failed}': 0,
    'api_error_ratio{model_name=a}': 0,
  });
});

test('supports precision and recall from counters; the gauges show the last evaluation and its time', async () => {
  const { clock, recorder, values } = await start();
  const running = recorder.begin({ model: 'a' });
  const results = [
    { expected: true, actual: true },
    { expected: true, actual: false },
    { expected: false, actual: true },
    { expected: false, actual: false },
  ];
  expect(running.fScore({ truePositives: 3, falsePositives: 0, falseNegatives: 0 })).toEqual({
    precision: 1,
    recall: 1,
    f1: 1,
    timeUnixMs: 1_000_000,
  });
  clock.advance(5_500);
  const last = { precision: 0.5, recall: 0.5, f1: 0.5, timeUnixMs: 1_005_500 };
  expect(running.fScore(new Set(results))).toEqual(last);
  clock.advance(1_000);
  // Predictions that cannot be scored are no evaluation.
  running.fScore({ truePositives: -1 } as never);
  const all = await values();
  const count = (result: string) => all[`benchmark_predictions_total{model_name=a,result=${result}}`] as number;
  expect(all['benchmark_f1_ratio{model_name=a}']).toBe(0.5);
  expect(all['benchmark_f_score_timestamp_seconds{model_name=a}']).toBe(1_005.5);
  expect(count('true_positive') / (count('true_positive') + count('false_positive'))).toBe(0.8);
  expect(count('true_positive') / (count('true_positive') + count('false_negative'))).toBe(0.8);
  expect(count('true_negative')).toBe(1);
});

test('prefixes every metric name with the namespace', () => {
  const { metrics } = benchmark({ namespace: 'nightly' }).catalogue;
  expect(metrics.every(({ name }) => /^nightly\.(benchmark|api|queue|system)\./.test(name))).toBe(true);
});
