/** Tests the metrics of pack `vision`. */
import { type VisionRecorder, vision } from 'otelier/packs/vision';
import { type ParsedFamily, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { scenario, start } from './vision-scene.js';

const inferenceBuckets = ['0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '+Inf'];
const frameBuckets = [
  ...['0.001', '0.002', '0.004', '0.008', '0.0167', '0.0333', '0.05', '0.0667', '0.1', '0.2', '0.5'],
  '+Inf',
];
const detectionBuckets = ['0', '1', '2', '5', '10', '20', '50', '100', '200', '+Inf'];

/** Type, labels and buckets of every metric, by Prometheus name. */
const expected: Record<string, [type: string, labels: string[], buckets?: string[]]> = {
  vision_frames_total: ['counter', ['camera']],
  vision_dropped_frames_total: ['counter', ['camera', 'reason']],
  vision_fps: ['gauge', ['camera']],
  vision_inference_duration_seconds: ['histogram', ['camera', 'model'], inferenceBuckets],
  vision_stage_duration_seconds: ['histogram', ['camera', 'stage'], frameBuckets],
  vision_frame_duration_seconds: ['histogram', ['camera'], frameBuckets],
  vision_detections_total: ['counter', ['camera', 'class', 'model']],
  vision_detections_per_frame: ['histogram', ['camera'], detectionBuckets],
  vision_errors_total: ['counter', ['camera', 'error_type', 'stage']],
  vision_memory_usage_bytes: ['gauge', []],
  vision_gpu_utilization_ratio: ['gauge', ['gpu']],
  vision_gpu_memory_usage_bytes: ['gauge', ['gpu']],
  vision_gpu_memory_limit_bytes: ['gauge', ['gpu']],
};

function labelsOf({ samples }: ParsedFamily): string[] {
  return [...new Set(samples.flatMap(({ labels }) => [...labels.keys()]))].filter((key) => key !== 'le').sort();
}

test('a scrape contains every metric, without promlint findings', async () => {
  const { clock, recorder, families, scrape } = await start();
  scenario(recorder, clock);
  const scraped = await families();
  expect(vision().catalogue.metrics).toHaveLength(Object.keys(expected).length);
  expect([...scraped.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [name, [type, labels, buckets]] of Object.entries(expected)) {
    const family = scraped.get(name) as ParsedFamily;
    expect([name, family.type, labelsOf(family)]).toEqual([name, type, labels]);
    const bounds = [...new Set(family.samples.flatMap(({ labels: each }) => each.get('le') ?? []))];
    expect([name, bounds]).toEqual([name, buckets ?? []]);
  }
  expect(promlint(await scrape())).toEqual([]);
});

test('records every metric of an event', async () => {
  const { clock, recorder, values, rejected } = await start();
  scenario(recorder, clock);
  // The scenario took 32 ms: the window has two frames in 4.75 s.
  clock.advance(4_718);
  expect(await values()).toEqual({
    'frames_total{camera=front}': 2,
    'dropped_frames_total{camera=front,reason=queue_full}': 3,
    'dropped_frames_total{camera=yard,reason=late}': 1,
    'fps{camera=front}': 0.421052632,
    'fps{camera=yard}': 0,
    'inference_duration_seconds_count{camera=front,model=yolo}': 2,
    'inference_duration_seconds_sum{camera=front,model=yolo}': 0.305,
    'stage_duration_seconds_count{camera=front,stage=decode}': 1,
    'stage_duration_seconds_sum{camera=front,stage=decode}': 0.004,
    'stage_duration_seconds_count{camera=front,stage=preprocess}': 1,
    'stage_duration_seconds_sum{camera=front,stage=preprocess}': 0.001,
    'stage_duration_seconds_count{camera=front,stage=inference}': 2,
    'stage_duration_seconds_sum{camera=front,stage=inference}': 0.305,
    'stage_duration_seconds_count{camera=front,stage=postprocess}': 1,
    'stage_duration_seconds_sum{camera=front,stage=postprocess}': 0.0005,
    'stage_duration_seconds_count{camera=front,stage=track}': 1,
    'stage_duration_seconds_sum{camera=front,stage=track}': 0.002,
    'frame_duration_seconds_count{camera=front}': 2,
    'frame_duration_seconds_sum{camera=front}': 0.332,
    'detections_total{camera=front,class=person,model=yolo}': 2,
    'detections_total{camera=front,class=car,model=yolo}': 1,
    'detections_total{camera=front,model=yolo}': 0,
    'detections_per_frame_count{camera=front}': 2,
    'detections_per_frame_sum{camera=front}': 3,
    'errors_total{camera=front,error_type=ENODEV,stage=decode}': 1,
    'gpu_utilization_ratio{gpu=0}': 0.8,
    'gpu_memory_usage_bytes{gpu=0}': 2e9,
    'gpu_memory_limit_bytes{gpu=0}': 8e9,
  });
  expect(rejected()).toEqual({});
});

test.each([
  ['inference_duration_seconds', [10, 25, 50, 100, 250, 500]],
  ['stage_duration_seconds', [1, 2, 4, 8, 1_000 / 60, 33.3, 50, 2_000 / 30, 100, 200, 500]],
])('%s has its documented bucket boundaries', async (name, edges) => {
  const { recorder, families } = await start();
  for (const milliseconds of edges) recorder.record({ stages: { inference: milliseconds } });
  const { samples } = (await families()).get(`vision_${name}`) as ParsedFamily;
  const counts = samples.filter(({ labels }) => labels.has('le')).map(({ value }) => value);
  expect(counts).toEqual([...edges.map((_, index) => index + 1), edges.length]);
});

test('exports 0 frames per second before the first frame and after the last one', async () => {
  const { clock, recorder, values } = await start({ windowMs: 2_000 });
  const fps = async () => (await values())['fps{camera=front}'];
  expect(await fps()).toBeUndefined();
  const front = recorder.camera('front');
  expect(await fps()).toBe(0);
  front.record({});
  // A window that has just started does not overestimate the rate.
  expect(await fps()).toBe(10);
  for (let frame = 0; frame < 90; frame++) {
    clock.advance(1_000 / 30);
    recorder.begin('front').end();
  }
  expect(await fps()).toBeGreaterThan(29.4);
  expect(await fps()).toBeLessThan(30.6);
  clock.advance(1_000);
  expect(await fps()).toBeGreaterThan(13);
  expect(await fps()).toBeLessThan(16);
  clock.advance(1_000);
  expect(await fps()).toBe(0);
  clock.advance(3_600_000);
  expect(await fps()).toBe(0);
});

test('counts the frames of a camera together for all models', async () => {
  const { recorder, values } = await start();
  recorder.record({ camera: 0, model: 'small', stages: { inference: 5 }, detections: 1 });
  recorder.record({ camera: 0, model: 'large', stages: { inference: 50 }, detections: 2 });
  expect(await values()).toMatchObject({
    'frames_total{camera=0}': 2,
    'fps{camera=0}': 8,
    'inference_duration_seconds_sum{camera=0,model=small}': 0.005,
    'inference_duration_seconds_sum{camera=0,model=large}': 0.05,
    'detections_total{camera=0,model=small}': 1,
    'detections_total{camera=0,model=large}': 2,
  });
});

test('returns one handle per camera, and records no label for the unnamed camera', async () => {
  const { recorder, values } = await start();
  expect(recorder.camera(' Front ')).toBe(recorder.camera('Front'));
  expect(recorder.camera(1)).toBe(recorder.camera('1'));
  expect(recorder.camera('Front', 'yolo')).not.toBe(recorder.camera('Front'));
  expect([recorder.camera('Front', 'yolo').name, recorder.camera('Front', 'yolo').model]).toEqual(['Front', 'yolo']);
  recorder.begin().end({ detections: 2 });
  recorder.camera().stage('track', 3);
  recorder.camera().error('timeout');
  expect(await values()).toMatchObject({
    frames_total: 1,
    detections_total: 2,
    detections_per_frame_sum: 2,
    'stage_duration_seconds_sum{stage=track}': 0.003,
    'errors_total{error_type=timeout}': 1,
  });
});

const ends: [string, (frame: ReturnType<VisionRecorder['begin']>) => unknown, Record<string, number>][] = [
  ['end', (frame) => frame.end({ detections: 1 }), { frames_total: 1 }],
  ['drop', (frame) => frame.drop('corrupt'), { 'dropped_frames_total{reason=corrupt}': 1 }],
  ['error', (frame) => frame.error(new TypeError('no image')), { 'errors_total{error_type=TypeError}': 1 }],
];
test.each(ends)('records only the first end of a frame: %s', async (_, end, recorded) => {
  const { clock, recorder, values } = await start();
  const frame = recorder.begin();
  clock.advance(12);
  end(frame);
  const after = await values();
  expect(after).toMatchObject(recorded);
  const counted = Object.entries(after).filter(([name]) => /^(frames|dropped_frames|errors)_total/.test(name));
  expect(Object.fromEntries(counted)).toEqual(recorded);
  clock.advance(50);
  for (const [, again] of ends) again(frame);
  frame.stage('track', 1);
  expect(frame.end()).toBe(12);
  expect(await values()).toEqual(after);
});

test('records configured stages, and _OTHER for all others', async () => {
  const { recorder, values, rejected } = await start({ stages: ['segment', 'decode'] });
  recorder.record({ stages: { decode: 1, segment: 2, unknown: 3, late: undefined } });
  const stages = Object.entries(await values()).filter(([name]) => name.startsWith('stage_duration_seconds_sum'));
  expect(Object.fromEntries(stages)).toEqual({
    'stage_duration_seconds_sum{stage=decode}': 0.001,
    'stage_duration_seconds_sum{stage=segment}': 0.002,
    'stage_duration_seconds_sum{stage=_OTHER}': 0.003,
  });
  expect(rejected()).toEqual({ attribute_other: 1 });
});

test('records listed cameras and classes, and _OTHER for all others', async () => {
  const { recorder, values } = await start({ cameras: ['front'], classes: ['car'] });
  recorder.record({ camera: 'front', detections: { car: 1, dog: 2 } });
  recorder.record({ camera: 'yard', detections: { car: 3 } });
  expect(await values()).toMatchObject({
    'frames_total{camera=front}': 1,
    'frames_total{camera=_OTHER}': 1,
    'detections_total{camera=front,class=car}': 1,
    'detections_total{camera=front,class=_OTHER}': 2,
    'detections_total{camera=_OTHER,class=car}': 3,
  });
});

test.each([
  ['the code', Object.assign(new Error('x'), { code: 'ETIMEDOUT' }), 'ETIMEDOUT'],
  ['the class name', new RangeError('x'), 'RangeError'],
  ['a given identifier', 'no_signal', 'no_signal'],
  ['a given number', 503, '503'],
  ['_OTHER for a sentence', 'no signal from 10.0.0.7', '_OTHER'],
  ['_OTHER for a long text', 'x'.repeat(65), '_OTHER'],
  ['_OTHER for a name that is a sentence', { name: 'no signal from 10.0.0.7' }, '_OTHER'],
  ['_OTHER for NaN', Number.NaN, '_OTHER'],
  ['_OTHER for undefined', undefined, '_OTHER'],
  ['_OTHER for an empty text', '', '_OTHER'],
  ['_OTHER for an object without a name', {}, '_OTHER'],
])('records error_type: %s', async (_, error, type) => {
  const { recorder, values } = await start();
  recorder.camera('front').error(error, 'decode');
  expect(await values()).toHaveProperty([`errors_total{camera=front,error_type=${type},stage=decode}`], 1);
});

test('reads the memory at each scrape, and not before', async () => {
  const read: number[] = [];
  const { scrape } = await start({ memoryBytes: () => read.push(0) * 1e6 });
  expect(read).toEqual([]);
  expect(await scrape()).toContain('vision_memory_usage_bytes 1000000\n');
  expect(await scrape()).toContain('vision_memory_usage_bytes 2000000\n');

  const { scrape: ofProcess } = await start({ memoryBytes: undefined as never });
  const bytes = Number(/^vision_memory_usage_bytes (\S+)$/m.exec(await ofProcess())?.[1]);
  expect(bytes / process.memoryUsage.rss()).toBeGreaterThan(0.5);
  expect(bytes / process.memoryUsage.rss()).toBeLessThan(2);
});

test('prefixes every metric name with the namespace', () => {
  const { metrics } = vision({ namespace: 'edge' }).catalogue;
  expect(metrics.every(({ name }) => name.startsWith('edge.vision.'))).toBe(true);
});

test('allocates nothing to record a processed frame', async () => {
  // Runs in a separate process, because other code in the process affects compilation.
  const { stdout, stderr } = await startApp(
    `
      import { startMetrics } from 'otelier';
      import { prometheus } from 'otelier/backends/prometheus';
      import { vision } from 'otelier/packs/vision';
      const metrics = startMetrics({ isolated: true, packs: { vision: vision() }, backends: [prometheus({ port: 0 })] });
      await metrics.ready;
      const front = metrics.vision.camera('front', 'yolo');
      const frame = { durationMs: 12.5, stages: { decode: 4, inference: 7.5 }, detections: { person: 2, car: 1 } };
      const calls = 100_000;
      const grown = Array.from({ length: 12 }, () => {
        gc();
        const before = process.memoryUsage().heapUsed;
        for (let call = 0; call < calls; call++) front.record(frame);
        return process.memoryUsage().heapUsed - before;
      });
      console.log(Math.min(...grown.filter((bytes) => bytes >= 0)) / calls);
      await metrics.shutdown();
    `,
    {},
    ['--expose-gc'],
  ).end;
  expect(stderr).toBe('');
  // Bytes per frame in compiled code: each boxed time takes 16. The attribute objects of two classes would take 48 each.
  expect(Number(stdout)).toBeLessThan(80);
});
