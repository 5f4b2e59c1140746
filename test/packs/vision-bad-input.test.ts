/** Tests that the vision pack counts invalid input, never throws, and stays bounded in memory. */
import { type VisionRecorder, vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';
import { expectBoundedNames } from './vision-flood.js';
import { start } from './vision-scene.js';

/** Throws on any access. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() }) as never;
function fail(): never {
  throw new Error('hostile');
}
/** An object that throws when converted to a primitive. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail } as never;

/** A promise in place of its value, with a property that must not be read as one. */
const promiseOf = (value: unknown) => Object.assign(Promise.resolve(value), { size: 2 }) as never;

const frame = { durationMs: 20, stages: { inference: 10 }, detections: 1 };

type Bad = [title: string, record: (recorder: VisionRecorder) => void, rejected: Record<string, number>];
/** Each case records one frame. */
const frames: Bad[] = [
  ['a duration that is NaN', (it) => it.record({ ...frame, durationMs: Number.NaN }), { value_not_finite: 1 }],
  ['an infinite duration', (it) => it.record({ durationMs: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  ['a negative duration', (it) => it.record({ ...frame, durationMs: -1 }), { value_negative: 1 }],
  ['a duration that is a string', (it) => it.record({ durationMs: '20' } as never), { value_not_finite: 1 }],
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
  ['a promise of detections', (it) => it.record({ detections: promiseOf(2) }), { value_not_finite: 1 }],
  ['a promise of stages', (it) => it.record({ stages: promiseOf({ decode: 1 }) }), { value_not_finite: 1 }],
  ['detections that throw', (it) => it.record({ detections: hostile }), { value_not_finite: 1 }],
  ['a negative class', (it) => it.record({ detections: { car: -1, person: 2 } }), { value_negative: 1 }],
  ['a class without a number', (it) => it.record({ detections: { car: 'one' } as never }), { value_not_finite: 1 }],
  ['a camera that is not a name', (it) => it.record({ ...frame, camera: unprintable }), { value_not_finite: 1 }],
  ['a model that is not a name', (it) => it.record({ ...frame, model: Symbol('m') as never }), { value_not_finite: 1 }],
  ['an outcome that throws', (it) => it.begin().end(hostile), { event_unreadable: 1 }],
  ['an outcome that is not an object', (it) => it.begin().end(7 as never), { event_unreadable: 1 }],
  [
    'an outcome with a string as detections',
    (it) => it.begin().end({ detections: 'many' } as never),
    { value_not_finite: 1 },
  ],
];

test.each(frames)('counts, does not throw and records the frame: %s', async (_, record, expected) => {
  const { recorder, scrape, families, rejected } = await start();
  record(recorder);
  expect(rejected()).toEqual(expected);
  const counted = (await families()).get('vision_frames_total')?.samples.map(({ value }) => value);
  expect(counted).toEqual([1]);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  expect(rejected()).toEqual(expected);
});

const others: Bad[] = [
  ['an undefined frame', (it) => it.record(undefined as never), { event_unreadable: 1 }],
  ['a frame that throws', (it) => it.record(hostile), { event_unreadable: 1 }],
  ['a frame that throws, with a camera handle', (it) => it.camera('a').record(hostile), { event_unreadable: 1 }],
  ['an unknown reason', (it) => it.camera().drop('tired' as never), { attribute_other: 1 }],
  ['a reason that throws', (it) => it.camera().drop(unprintable), { attribute_other: 1 }],
  ['a missing reason', (it) => it.begin().drop(undefined as never), { attribute_missing: 1 }],
  ['negative drops', (it) => it.camera().drop('late', -1), { value_negative: 1 }],
  ['drops that are NaN', (it) => it.camera().drop('late', Number.NaN), { value_not_finite: 1 }],
  ['an error that throws', (it) => it.begin().error(hostile), {}],
  ['an error of an unknown stage', (it) => it.begin().error(new Error('x'), 'dream'), { attribute_other: 1 }],
  ['an error of a stage that is not a string', (it) => it.camera().error('x', unprintable), { attribute_other: 1 }],
  ['a stage that is not a string', (it) => it.camera().stage(unprintable, 1), { attribute_other: 1 }],
  ['a stage without a name', (it) => it.camera().stage(undefined as never, 1), { attribute_missing: 1 }],
  ['a stage without a duration', (it) => it.camera().stage('decode', undefined as never), { value_not_finite: 1 }],
  [
    'a stage of a frame with a duration of NaN',
    (it) => it.begin().stage('decode', Number.NaN),
    { value_not_finite: 1 },
  ],
  ['an undefined reading', (it) => it.gpu(undefined as never), { event_unreadable: 1 }],
  ['a reading that throws', (it) => it.gpu(hostile), { event_unreadable: 1 }],
  ['a negative utilization', (it) => it.gpu({ utilizationPercent: -1 }), { value_not_finite: 1 }],
  [
    'invalid memory readings',
    (it) => it.gpu({ memoryUsedBytes: Number.NaN, memoryTotalBytes: 'all' as never }),
    { value_not_finite: 2 },
  ],
  ['a GPU that is not a name', (it) => it.gpu({ gpu: unprintable, utilizationPercent: 5 }), { attribute_invalid: 1 }],
];

test.each(others)('counts and does not throw: %s', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start();
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  expect(rejected()).toEqual(expected);
});

test.each([
  ['throws', fail, { callback_failed: 1 }],
  ['returns a promise', (() => promiseOf(256e6)) as never, { value_not_finite: 1 }],
  ['returns a rejected promise', (async () => fail()) as never, { value_not_finite: 1 }],
])('scrapes the other metrics when memoryBytes %s', async (_, memoryBytes, expected) => {
  const { recorder, scrape, rejected } = await start({ memoryBytes });
  recorder.record({});
  const scraped = await scrape();
  expect(scraped).toContain('vision_frames_total 1\n');
  expect(scraped).toContain('vision_fps 4\n');
  expect(scraped).not.toMatch(/^vision_memory_usage_bytes /m);
  expect(rejected()).toEqual(expected);
});

test('bounds series and memory for fifty thousand invented names', () => expectBoundedNames(50_000));

test.each([
  [{ window: 1 }, 'vision.window: expected a known option (did you mean "windowMs"?)'],
  [{ windowMs: 0 }, 'vision.windowMs: got 0, expected milliseconds above 0'],
  [
    { cameras: 0 },
    'vision.cameras: got 0, expected a whole number from 1 to 1000, or a list of 1 to 1000 different names of at most 100 characters',
  ],
  [{ classes: 1.5 }, 'vision.classes: got 1.5, expected a whole number from 1 to 1000'],
  [{ stages: 'decode' }, 'vision.stages: got "decode", expected an array of at most 50 non-empty strings'],
  [{ stages: [''] }, 'vision.stages: got [""]'],
  [{ memoryBytes: 5 }, 'vision.memoryBytes: got 5, expected a function that returns a number of bytes'],
])('rejects the options %j', (options, message) => {
  expect(() => vision(options as never)).toThrow(message);
});

test('reports all problems in one error', () => {
  expect(() => vision({ cameras: 0, windowMs: -1 })).toThrow(/vision\.windowMs[\s\S]*vision\.cameras/);
});
