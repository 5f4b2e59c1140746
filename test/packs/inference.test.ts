import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { defineCatalogue, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { inference } from 'otelier/packs/inference';
import { expect, test } from 'vitest';
import { SlidingWindow } from '../../src/packs/kit/sliding-window.js';
import { startInference } from './inference-under-test.js';

interface FixedMetric {
  readonly prometheus_name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly unit: string;
  readonly labels: readonly string[];
}

const spec = JSON.parse(
  readFileSync(new URL('../fixtures/spec/inference-server.metrics.json', import.meta.url), 'utf8'),
) as {
  metrics: FixedMetric[];
  worker_type_values: string[];
};

const kindOf = { counter: ['counter'], histogram: ['histogram'], gauge: ['gauge', 'observableGauge'] };

test.each(spec.metrics)('$prometheus_name is declared as specified', ({ prometheus_name, kind, unit, labels }) => {
  const name = prometheus_name.replace(/_total$/, '');
  const metric = inference().catalogue.metrics.find((candidate) => candidate.name === name);
  expect(metric).toMatchObject({ name, unit });
  expect(kindOf[kind]).toContain(metric?.kind);
  expect(Object.keys(metric?.attributes ?? {})).toEqual(labels);
  if (labels.includes('worker_type'))
    expect(metric?.attributes['worker_type']?.values).toEqual(spec.worker_type_values);
});

test('declares the 31 fixed metrics and eight additional ones', () => {
  const fixed = new Set(spec.metrics.map(({ prometheus_name }) => prometheus_name.replace(/_total$/, '')));
  const added = inference()
    .catalogue.metrics.map(({ name }) => name)
    .filter((name) => !fixed.has(name));
  expect(fixed.size).toBe(31);
  expect(added).toEqual([
    'requests_in_flight',
    'requests_abandoned',
    'request_errors',
    'batch_size',
    'batch_wait_latency_seconds',
    'documents_scored',
    'time_to_first_result_seconds',
    'model_load_time_seconds',
  ]);
});

test('a namespace prefixes every name', () => {
  expect(inference({ namespace: 'rank' }).catalogue.metrics.every(({ name }) => name.startsWith('rank_'))).toBe(true);
});

test('rejects an unknown option', () => {
  expect(() => inference({ window: 1 } as never)).toThrow('inference.window: expected a known option');
});

test('an unknown stage or worker type does not throw', async () => {
  const { recorder, values, stop } = startInference();
  recorder.request({ totalSeconds: 1, stages: { tokenisation: 0.1 } as never });
  recorder.worker('1', 'gpu' as never).completed(1);
  expect(await values()).toMatchObject({ request_count: 1 });
  await stop();
});

test('rejects a window of 0', () => {
  expect(() => inference({ windowMs: 0 })).toThrow('inference.windowMs: got 0, expected milliseconds above 0');
});

test('one call records all stages of a request', async () => {
  const { recorder, values, stop } = startInference();
  recorder.request({
    totalSeconds: 1,
    stages: {
      deserialize: 0.01,
      scheduler: 0.02,
      tokenizerQueueWait: 0.03,
      tokenization: 0.1,
      batchWait: 0.05,
      modelQueueWait: 0.02,
      inference: 0.5,
      send: 0.001,
      receive: 0.002,
      serialize: 0.005,
    },
    documents: 20,
    firstResultSeconds: 0.6,
  });
  expect(await values()).toMatchObject({
    request_count: 1,
    documents_scored: 20,
    request_latency_seconds: { count: 1, sum: 1 },
    time_to_first_result_seconds: { count: 1, sum: 0.6 },
    grpc_deserialize_latency_seconds: { count: 1, sum: 0.01 },
    scheduler_latency_seconds: { count: 1, sum: 0.02 },
    tokenizer_queue_wait_latency_seconds: { count: 1, sum: 0.03 },
    tokenization_latency_seconds: { count: 1, sum: 0.1 },
    batch_wait_latency_seconds: { count: 1, sum: 0.05 },
    model_queue_wait_latency_seconds: { count: 1, sum: 0.02 },
    inference_latency_seconds: { count: 1, sum: 0.5 },
    mp_queue_send_latency_seconds: { count: 1, sum: 0.001 },
    mp_queue_receive_latency_seconds: { count: 1, sum: 0.002 },
    grpc_serialize_latency_seconds: { count: 1, sum: 0.005 },
    queue_wait_latency_seconds: { count: 1, sum: 0.1 },
    overhead_latency_seconds: { count: 1, sum: 0.3 },
    pipeline_overhead_latency_seconds: { count: 1, sum: 0.262 },
  });
  await stop();
});

test('an active request is in flight and timed by the clock', async () => {
  const { clock, recorder, values, stop } = startInference();
  const request = recorder.begin();
  const failing = recorder.begin();
  expect(await values()).toMatchObject({ requests_in_flight: 2 });
  clock.advance(200);
  request.stage('tokenization', 0.05);
  request.stage('tokenization', 0.05);
  request.firstResult();
  clock.advance(300);
  request.firstResult();
  request.end({ documents: 5 });
  request.end({ documents: 5 });
  failing.end({ errorType: 'timeout' });
  expect(await values()).toMatchObject({
    requests_in_flight: 0,
    request_count: 2,
    'request_errors/timeout': 1,
    documents_scored: 5,
    request_latency_seconds: { count: 2, sum: 1 },
    tokenization_latency_seconds: { count: 1, sum: 0.1 },
    time_to_first_result_seconds: { count: 1, sum: 0.2 },
    pipeline_overhead_latency_seconds: { count: 1, sum: 0.4 },
  });
  await stop();
});

test('overlapping stages do not make overhead negative', async () => {
  const { recorder, values, stop } = startInference();
  recorder.request({ totalSeconds: 0.1, stages: { tokenization: 0.1, inference: 0.1 } });
  expect(await values()).toMatchObject({
    overhead_latency_seconds: { count: 1, sum: 0 },
    pipeline_overhead_latency_seconds: { count: 1, sum: 0 },
  });
  await stop();
});

test('records size, tokens and padding of a batch', async () => {
  const { recorder, values, stop } = startInference();
  recorder.batch({ sequences: 4, tokens: 30, paddingTokens: 10, longestSequence: 10 });
  expect(await values()).toMatchObject({
    batch_size: { count: 1, sum: 4 },
    total_tokens: 30,
    padded_tokens: 10,
    padding_ratio: 0.25,
    max_seq_length: 10,
    avg_seq_length: 7.5,
  });
  await stop();
});

test('a failed request has no overhead', async () => {
  const { recorder, values, stop } = startInference();
  recorder.request({ totalSeconds: 0.1, stages: { deserialize: 0.01 }, errorType: 'invalid' });
  const seen = await values();
  expect(seen).toMatchObject({
    'request_errors/invalid': 1,
    grpc_deserialize_latency_seconds: { count: 1, sum: 0.01 },
  });
  expect(seen).not.toHaveProperty('overhead_latency_seconds');
  await stop();
});

test('queue sizes are read at collection', async () => {
  const { recorder, values, stop } = startInference();
  let waiting = 3;
  const stopWatching = recorder.watchQueues({ tokenizer: () => waiting, model: () => 2, batch: () => 1 });
  expect(await values()).toMatchObject({ tokenizer_queue_size: 3, model_queue_size: 2, batch_queue_size: 1 });
  waiting = 0;
  expect(await values()).toMatchObject({ tokenizer_queue_size: 0 });
  waiting = 9;
  stopWatching();
  expect((await values())['tokenizer_queue_size']).not.toBe(9);
  recorder.modelLoaded(1.5, 'bm25');
  recorder.instruments.cpuPercent.set(42);
  expect(await values()).toMatchObject({ 'model_load_time_seconds/bm25': 1.5, cpu_percent: 42 });
  await stop();
});

test('a Prometheus scrape has the fixed names', async () => {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    packs: { inference: inference() },
    catalogues: { none: defineCatalogue({}) },
    backends: [prometheus({ port: 0, withoutScopeLabels: true })],
  });
  await metrics.ready;
  const { inference: recorder } = metrics;
  recorder.begin().end({ documents: 1 });
  recorder.worker('m1', 'model').completed(0.1);
  const text = await (await fetch(metrics.status().backends[0]?.url as string)).text();
  expect(text).toContain('\nrequest_count_total 1\n');
  expect(text).toContain('\nworker_request_count_total{worker_id="m1",worker_type="model"} 1\n');
  expect(text).toContain('# TYPE overall_throughput_qps gauge\n');
  await metrics.shutdown();
});

test('a sliding window reports a steady rate at any time', () => {
  const window = new SlidingWindow(2_000, 0);
  for (let now = 0; now < 20_000; now += 10) {
    window.add(now, 1);
    if (now > 2_000) expect(Math.abs(window.perSecond(now) - 100)).toBeLessThan(1);
  }
});

test('a sliding window drops exactly the slots older than the window', () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 5 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(events, fc.integer({ min: 0, max: 3_000 }), (steps, pause) => {
      const window = new SlidingWindow(2_000, 0);
      const added: { slot: number; count: number }[] = [];
      let now = 0;
      for (const [gap, count] of steps) {
        now += gap;
        window.add(now, count, count * 2);
        added.push({ slot: Math.floor(now / 100), count });
      }
      now += pause;
      const current = Math.floor(now / 100);
      const kept = added.filter(({ slot }) => slot > current - 20).reduce((sum, { count }) => sum + count, 0);
      const held = 1.9 + (now - current * 100) / 1_000;
      const seconds = Math.min(held, Math.max(0.1, now / 1_000));
      expect(window.perSecond(now)).toBeCloseTo(kept / seconds, 9);
      expect(window.mean(now)).toBe(kept === 0 ? undefined : 2);
    }),
  );
});
