/** Runs of the benchmark pack, and the requests of their queue. */
import { expect, test } from 'vitest';
import { sample, slo, start } from './benchmark-suite.js';

test('ends a run once and reports throughput and goodput over its duration', async () => {
  const { clock, recorder, values } = await start({ slo: { latencySeconds: 1 } });
  const [first, second] = [recorder.begin({ model: 'a' }), recorder.begin({ model: 'a' })];
  expect(await values()).toEqual({ 'benchmark_active_runs{model_name=a}': 2 });
  for (const latencySeconds of [0.5, 1, 2, 3]) first.sample({ latencySeconds, ok: true });
  first.sample({ latencySeconds: 1, ok: false });
  clock.advance(2_000);
  first.end({ ok: true });
  first.end({ ok: false });
  first.sample(sample);
  expect(await values()).toMatchObject({
    'benchmark_active_runs{model_name=a}': 1,
    'benchmark_runs_total{model_name=a,outcome=ok}': 1,
    'benchmark_run_throughput_per_second{model_name=a}': 2,
    'benchmark_run_goodput_per_second{model_name=a}': 1,
    // A sample after the end is recorded.
    'benchmark_samples_total{model_name=a,outcome=ok}': 5,
  });
  second.end({ ok: false });
  expect(await values()).toMatchObject({
    'benchmark_active_runs{model_name=a}': 0,
    'benchmark_runs_total{model_name=a,outcome=failed}': 1,
    // The last run had no samples.
    'benchmark_run_throughput_per_second{model_name=a}': 0,
    'benchmark_run_goodput_per_second{model_name=a}': 0,
  });
});

test('moves a request from waiting to in flight to done, or cancels it, each once', async () => {
  const { clock, recorder, values } = await start();
  const running = recorder.begin({ model: 'a' });
  // Each handle is kept: a lost one would leave the queue.
  const [taken, givenUp, waiting] = [running.queued(), running.queued(), running.queued()];
  const seen = async () => {
    const all = await values();
    return ['queue_depth', 'queue_in_flight', 'queue_wait_seconds_count', 'queue_wait_seconds_sum'].map(
      (name) => all[`${name}{model_name=a}`],
    );
  };
  expect(await seen()).toEqual([3, undefined, undefined, undefined]);
  clock.advance(500);
  taken.dequeued();
  taken.dequeued();
  expect(await seen()).toEqual([2, 1, 1, 0.5]);
  clock.advance(500);
  givenUp.done();
  givenUp.dequeued();
  expect(await seen()).toEqual([1, 1, 2, 1.5]);
  taken.done();
  taken.done();
  expect(await seen()).toEqual([1, 0, 2, 1.5]);
  waiting.done();
  expect(await seen()).toEqual([0, 0, 3, 2.5]);
});

test('removes open requests from the queue metrics when their run ends', async () => {
  const { clock, recorder, values } = await start();
  const [ending, running] = [recorder.begin({ model: 'a' }), recorder.begin({ model: 'a' })];
  const [taken, left, forgotten] = [ending.queued(), ending.queued(), ending.queued()];
  const kept = [running.queued(), running.queued()];
  kept[0]?.dequeued();
  taken.dequeued();
  clock.advance(1_000);
  ending.end({ ok: false });
  const after = {
    'queue_depth{model_name=a}': 1,
    'queue_in_flight{model_name=a}': 1,
    // Only of dequeued requests: the wait of the others is unknown.
    'queue_wait_seconds_count{model_name=a}': 2,
    'queue_wait_seconds_sum{model_name=a}': 0,
  };
  expect(await values()).toMatchObject(after);
  // Late calls change nothing, and neither does a request of a run that has ended.
  taken.done();
  left.dequeued();
  left.done();
  forgotten.done();
  ending.queued().dequeued();
  ending.end({ ok: false });
  expect(await values()).toMatchObject(after);
  for (const request of kept) request.done();
});

test('reports a throughput of 0 for a run of no duration', async () => {
  const { recorder, values, rejected } = await start({ slo });
  const run = recorder.begin({ model: 'a' });
  run.sample(sample);
  run.end({ ok: true });
  expect(await values()).toMatchObject({
    'benchmark_run_throughput_per_second{model_name=a}': 0,
    'benchmark_run_goodput_per_second{model_name=a}': 0,
  });
  expect(rejected()).toEqual({});
});
