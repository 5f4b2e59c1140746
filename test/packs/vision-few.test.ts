/** Tests the pack with `detail: 'few'`: its metrics and labels, and the size of its scrape. */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { afterwards } from './scraped.js';
import { scenario, start } from './vision-scene.js';

test('few records frames, inference, detections, errors, memory and GPU without labels of names', async () => {
  const { clock, recorder, families, values, rejected } = await start({ detail: 'few' });
  scenario(recorder, clock);
  recorder.record({ camera: 'yard', model: 'other', durationMs: 5, stages: { inference: 4 }, detections: 2 });
  clock.advance(1_000);
  expect([...(await families()).keys()]).toEqual([
    'vision_frames_total',
    'vision_fps',
    'vision_inference_duration_seconds',
    'vision_detections_total',
    'vision_errors_total',
    'vision_memory_usage_bytes',
    'vision_gpu_utilization_ratio',
    'vision_gpu_memory_usage_bytes',
  ]);
  expect(await values()).toMatchObject({
    frames_total: 3,
    inference_duration_seconds_count: 3,
    detections_total: 5,
    'errors_total{error_type=ENODEV}': 1,
    'gpu_utilization_ratio{gpu=0}': 0.8,
    'gpu_memory_usage_bytes{gpu=0}': 2e9,
  });
  expect(rejected()).toEqual({});
});

test('few returns the same handle for every camera and model', async () => {
  const { recorder } = await start({ detail: 'few' });
  expect(recorder.camera('front', 'yolo')).toBe(recorder.camera());
  expect(recorder.camera('front').name).toBeUndefined();
});

test('few counts invalid values of metrics that it does not have', async () => {
  const { recorder, rejected } = await start({ detail: 'few' });
  recorder.record({ durationMs: -1, stages: { decode: Number.NaN }, detections: 1.5 });
  expect(rejected()).toEqual({ value_negative: 1, value_not_finite: 2 });
});

test('a scrape of few has at most 2 KB after a day at 30 frames per second', async () => {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { vision: vision({ detail: 'few', memoryBytes: () => 1_234_567_890 }) },
    // The default options of the endpoint: with the label of the scope.
    backends: [prometheus({ port: 0 })],
  });
  afterwards(() => metrics.shutdown());
  await metrics.ready;
  const { inferenceDuration, frames, detections } = metrics.vision.instruments;
  const perDay = 30 * 86_400;
  frames.add(perDay);
  detections.add(perDay * 10 + 7);
  for (const seconds of [0.004, 0.0123456789, 0.03, 0.07, 0.2, 0.3, 0.7]) {
    for (let times = 0; times < perDay / 7; times++) inferenceDuration.record(seconds);
  }
  scenario(metrics.vision, clock);
  const text = await (await fetch(metrics.status().backends[0]?.url as string)).text();
  const own = text.split('\n').filter((line) => /^(?:# (?:HELP|TYPE) )?vision_/.test(line));
  expect(own.filter((line) => !line.startsWith('#'))).toHaveLength(16);
  expect(Buffer.byteLength(`${own.join('\n')}\n`)).toBeLessThanOrEqual(2_048);
});

test('rejects an unknown detail', () => {
  expect(() => vision({ detail: 'some' as never })).toThrow('vision.detail: got "some", expected one of full, few');
});
