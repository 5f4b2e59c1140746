/** Workers of pack `inference`: one handle each, values over the window, and the limit of their number. */
import { expect, test } from 'vitest';
import { startInference } from './inference-under-test.js';

test('throughput and worker latency cover the window and decay', async () => {
  const { clock, recorder, values, stop } = startInference();
  const model = recorder.worker('m1', 'model');
  const tokenizer = recorder.worker('t1', 'tokenizer');
  expect(await values()).toMatchObject({
    overall_throughput_qps: 0,
    inference_throughput_qps: 0,
    'worker_throughput_qps/m1/model': 0,
  });
  expect(await values()).not.toHaveProperty(['worker_latency_ms/m1/model']);
  // Four rounds a second for ten seconds.
  for (let turn = 0; turn < 40; turn++) {
    clock.advance(125);
    model.completed(0.04, 2);
    model.completed(0.02, 2);
    tokenizer.completed(0.001, 1);
    recorder.request({ totalSeconds: 0.1 });
    clock.advance(125);
  }
  expect(await values()).toMatchObject({
    'worker_request_count/m1/model': 160,
    'worker_request_count/t1/tokenizer': 40,
    'worker_latency_ms/m1/model': expect.closeTo(30, 9),
    'worker_latency_ms/t1/tokenizer': expect.closeTo(1, 9),
    'worker_throughput_qps/m1/model': 16,
    inference_throughput_qps: 16,
    tokenizer_throughput_qps: 4,
    overall_throughput_qps: 4,
  });
  clock.advance(5_000);
  expect(await values()).toMatchObject({ overall_throughput_qps: 0, 'worker_throughput_qps/m1/model': 0 });
  await stop();
});

test('an ended worker keeps only its request count', async () => {
  const { clock, recorder, values, stop } = startInference();
  const worker = recorder.worker('m1', 'model');
  worker.completed(0.04);
  clock.advance(1_000);
  worker.ended();
  const ofWorker = Object.keys(await values()).filter((name) => name.endsWith('/m1/model'));
  expect(ofWorker).toEqual(['worker_request_count/m1/model']);
  await stop();
});

test('worker returns the same handle for the same arguments', async () => {
  const { clock, recorder, values, stop } = startInference();
  for (let call = 0; call < 20_000; call++) recorder.worker('m1', 'model').completed(0.125);
  expect(recorder.worker('m1', 'model')).toBe(recorder.worker('m1', 'model'));
  expect(recorder.worker('m1', 'tokenizer')).not.toBe(recorder.worker('m1', 'model'));
  clock.advance(2_000);
  expect(await values()).toMatchObject({
    'worker_request_count/m1/model': 20_000,
    'worker_throughput_qps/m1/model': 10_000,
    'worker_latency_ms/m1/model': 125,
  });
  await stop();
});

test('workers beyond the limit share the series of _OTHER', async () => {
  const { clock, recorder, values, stop } = startInference();
  for (let id = 0; id < 300; id++) {
    const worker = recorder.worker(`m${id}`, 'model');
    worker.completed(0.1);
    // The worker shares its series with workers that still run.
    if (id === 299) worker.ended();
  }
  clock.advance(1_000);
  const seen = await values();
  for (const name of ['worker_request_count', 'worker_throughput_qps', 'worker_latency_ms']) {
    expect(Object.keys(seen).filter((series) => series.startsWith(`${name}/`))).toHaveLength(65);
  }
  expect(seen).toMatchObject({
    'worker_request_count/_OTHER/model': 236,
    'worker_throughput_qps/_OTHER/model': 236,
    inference_throughput_qps: 300,
  });
  await stop();
});

test('a worker that starts again is exported again, without its earlier requests', async () => {
  const { clock, recorder, values, stop } = startInference();
  const worker = recorder.worker('m1', 'model');
  worker.completed(0.1, 4);
  worker.ended();
  expect(Object.keys(await values()).filter((series) => series.startsWith('worker_throughput'))).toEqual([]);
  expect(recorder.worker('m1', 'model')).toBe(worker);
  worker.completed(0.3);
  clock.advance(1_000);
  expect(await values()).toMatchObject({
    'worker_request_count/m1/model': 5,
    'worker_throughput_qps/m1/model': 1,
    'worker_latency_ms/m1/model': 300,
  });
  await stop();
});
