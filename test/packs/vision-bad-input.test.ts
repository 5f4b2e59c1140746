/** What the vision pack is given that is wrong: counted, never thrown, and without growth. */
import { type VisionRecorder, vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { start } from './vision-scene.js';

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() }) as never;
function fail(): never {
  throw new Error('hostile');
}
/** Throws when it is turned into text or a number, and is neither. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail } as never;

/** Without types a promise is given where a value is due; its properties are not what it is of. */
const later = (value: unknown) => Object.assign(Promise.resolve(value), { size: 2 }) as never;

const frame = { durationMs: 20, stages: { inference: 10 }, detections: 1 };

type Bad = [what: string, record: (recorder: VisionRecorder) => void, rejected: Record<string, number>];
/** Each of them leaves one frame. */
const frames: Bad[] = [
  ['a duration that is NaN', (it) => it.record({ ...frame, durationMs: Number.NaN }), { value_not_finite: 1 }],
  ['an infinite duration', (it) => it.record({ durationMs: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  ['a negative duration', (it) => it.record({ ...frame, durationMs: -1 }), { value_negative: 1 }],
  ['a duration that is a text', (it) => it.record({ durationMs: '20' } as never), { value_not_finite: 1 }],
  ['a duration that is a bigint', (it) => it.record({ durationMs: 20n } as never), { value_not_finite: 1 }],
  ['a duration that is null', (it) => it.record({ durationMs: null } as never), { value_not_finite: 1 }],
  ['a stage that is NaN', (it) => it.record({ stages: { inference: Number.NaN } }), { value_not_finite: 1 }],
  ['a negative stage', (it) => it.record({ stages: { inference: -1, decode: 1 } }), { value_negative: 1 }],
  ['stages that are a list', (it) => it.record({ stages: [1, 2] } as never), { value_not_finite: 1 }],
  ['stages that are a number', (it) => it.record({ stages: 7 } as never), { value_not_finite: 1 }],
  ['stages that throw', (it) => it.record({ ...frame, stages: hostile }), { value_not_finite: 1 }],
  ['negative detections', (it) => it.record({ ...frame, detections: -2 }), { value_negative: 1 }],
  ['detections that are NaN', (it) => it.record({ detections: Number.NaN }), { value_not_finite: 1 }],
  ['a list of detections', (it) => it.record({ detections: [{ class: 'car' }] } as never), { value_not_finite: 1 }],
  ['a map of detections', (it) => it.record({ detections: new Map([['car', 1]]) } as never), { value_not_finite: 1 }],
  ['detections that come later', (it) => it.record({ detections: later(2) }), { value_not_finite: 1 }],
  ['stages that come later', (it) => it.record({ stages: later({ decode: 1 }) }), { value_not_finite: 1 }],
  ['detections that throw', (it) => it.record({ detections: hostile }), { value_not_finite: 1 }],
  ['a negative class', (it) => it.record({ detections: { car: -1, person: 2 } }), { value_negative: 1 }],
  ['a class without a number', (it) => it.record({ detections: { car: 'one' } as never }), { value_not_finite: 1 }],
  ['a camera that is no name', (it) => it.record({ ...frame, camera: unprintable }), { value_not_finite: 1 }],
  ['a model that is no name', (it) => it.record({ ...frame, model: Symbol('m') as never }), { value_not_finite: 1 }],
  ['an outcome that throws', (it) => it.begin().end(hostile), { value_not_finite: 1 }],
  ['an outcome that is none', (it) => it.begin().end(7 as never), {}],
  ['an outcome of nonsense', (it) => it.begin().end({ detections: 'many' } as never), { value_not_finite: 1 }],
];

test.each(frames)('%s is counted and never thrown, and the frame counts', async (_, record, expected) => {
  const { recorder, scrape, families, rejected } = await start();
  record(recorder);
  expect(rejected()).toEqual(expected);
  const counted = (await families()).get('vision_frames_total')?.samples.map(({ value }) => value);
  expect(counted).toEqual([1]);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  expect(rejected()).toEqual(expected);
});

const others: Bad[] = [
  ['a frame that is nothing', (it) => it.record(undefined as never), { value_not_finite: 1 }],
  ['a frame that throws', (it) => it.record(hostile), { value_not_finite: 1 }],
  ['a frame that throws, of a camera', (it) => it.camera('a').record(hostile), { value_not_finite: 1 }],
  ['a reason that is none', (it) => it.camera().drop('tired' as never), { attribute_other: 1 }],
  ['a reason that throws', (it) => it.camera().drop(unprintable), { attribute_other: 1 }],
  ['no reason', (it) => it.begin().drop(undefined as never), { attribute_missing: 1 }],
  ['negative drops', (it) => it.camera().drop('late', -1), { value_negative: 1 }],
  ['drops that are NaN', (it) => it.camera().drop('late', Number.NaN), { value_not_finite: 1 }],
  ['an error that throws', (it) => it.begin().error(hostile), {}],
  ['an error of an unknown stage', (it) => it.begin().error(new Error('x'), 'dream'), { attribute_other: 1 }],
  ['an error of a stage that is none', (it) => it.camera().error('x', unprintable), { attribute_other: 1 }],
  ['a stage of no name', (it) => it.camera().stage(unprintable, 1), { attribute_other: 1 }],
  ['a stage without a name', (it) => it.camera().stage(undefined as never, 1), { attribute_missing: 1 }],
  ['a stage of no time', (it) => it.camera().stage('decode', undefined as never), { value_not_finite: 1 }],
  ['a stage of a frame of no time', (it) => it.begin().stage('decode', Number.NaN), { value_not_finite: 1 }],
  ['a reading that is nothing', (it) => it.gpu(undefined as never), { value_not_finite: 1 }],
  ['a reading that throws', (it) => it.gpu(hostile), { value_not_finite: 1 }],
  ['a negative utilisation', (it) => it.gpu({ utilizationPercent: -1 }), { value_not_finite: 1 }],
  [
    'memory that is none',
    (it) => it.gpu({ memoryUsedBytes: Number.NaN, memoryTotalBytes: 'all' as never }),
    { value_not_finite: 2 },
  ],
  ['a GPU that is no name', (it) => it.gpu({ gpu: unprintable, utilizationPercent: 5 }), { attribute_invalid: 1 }],
];

test.each(others)('%s is counted and never thrown', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start();
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  expect(rejected()).toEqual(expected);
});

test.each([
  ['fails', fail, {}],
  ['comes later', (() => later(256e6)) as never, { value_not_finite: 1 }],
  ['fails later', (async () => fail()) as never, { value_not_finite: 1 }],
])('a reading of memory that %s leaves the rest of the scrape', async (_, memoryBytes, expected) => {
  const { recorder, scrape, rejected } = await start({ memoryBytes });
  recorder.record({});
  const scraped = await scrape();
  expect(scraped).toContain('vision_frames_total 1\n');
  expect(scraped).toContain('vision_fps 4\n');
  expect(scraped).not.toMatch(/^vision_memory_usage_bytes /m);
  expect(rejected()).toEqual(expected);
});

test('a million made-up names grow no series, and what they count stays exact', { timeout: 120_000 }, async () => {
  const { recorder, families, rejected } = await start({ stages: ['segment'] });
  const times = 1_000_000;
  let before = 0;
  for (let index = 0; index < times; index++) {
    const name = `made-up-${index}`;
    const camera = recorder.camera(name, name);
    camera.record({ stages: { [name]: 1, inference: 1 }, detections: { [name]: 1 } });
    camera.error(name, name);
    if (index % 1_000 === 0) recorder.gpu({ gpu: name, utilizationPercent: 5 });
    if (index === times / 10) before = heapUsed();
  }
  // What is kept does not grow: room for a machine that does other things.
  expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20);
  const scraped = await families();
  const series = (name: string) => scraped.get(name)?.samples.length ?? 0;
  const sum = (name: string) => scraped.get(name)?.samples.reduce((all, { value }) => all + value, 0);
  expect([...scraped.values()].reduce((all, { samples }) => all + samples.length, 0)).toBeLessThan(2_500);
  expect(series('vision_frames_total')).toBe(21);
  expect(series('vision_fps')).toBe(21);
  expect(series('vision_gpu_utilization_ratio')).toBeLessThanOrEqual(17);
  expect(sum('vision_frames_total')).toBe(times);
  expect(sum('vision_detections_total')).toBe(times);
  expect(sum('vision_errors_total')).toBe(times);
  expect(scraped.get('vision_fps')?.samples.map(({ labels }) => labels.get('camera'))).toContain('_OTHER');
  expect(recorder.camera('one more')).toBe(recorder.camera('_OTHER'));
  // Reading again refuses nothing more: what is computed is named as it is reported.
  const refused = rejected();
  expect(refused).toEqual({ attribute_other: expect.any(Number) });
  await families();
  expect(rejected()).toEqual(refused);
});

test.each([
  [{ window: 1 }, 'vision.window: expected a known option: namespace, windowMs, cameras'],
  [{ windowMs: 0 }, 'vision.windowMs: got 0, expected milliseconds above 0'],
  [
    { cameras: 0 },
    'vision.cameras: got 0, expected a whole number from 1 to 1000, or a list of 1 to 1000 different names of at most 100 characters',
  ],
  [{ classes: 1.5 }, 'vision.classes: got 1.5, expected a whole number from 1 to 1000'],
  [{ stages: 'decode' }, 'vision.stages: got "decode", expected a list of at most 50 names'],
  [{ stages: [''] }, 'vision.stages: got [""]'],
  [{ memoryBytes: 5 }, 'vision.memoryBytes: got 5, expected a function that returns bytes'],
])('the options %j are refused', (options, message) => {
  expect(() => vision(options as never)).toThrow(message);
});

test('all that is wrong with options is told at once', () => {
  expect(() => vision({ cameras: 0, windowMs: -1 })).toThrow(/vision\.windowMs[\s\S]*vision\.cameras/);
});
