/** Tests that `wrap` records the calls of a tracker and does not change its behavior. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { start } from './vision-scene.js';

interface Box {
  readonly kind: 'person' | 'car';
}

/** A tracker with private fields, accessors, a static field, a function property and events. */
class Tracker extends EventEmitter {
  static instances = 0;
  readonly id = ++Tracker.instances;
  onFrame: (() => void) | undefined = undefined;
  #frames = 0;
  #limit = 10;

  get frames(): number {
    return this.#frames;
  }
  get limit(): number {
    return this.#limit;
  }
  set limit(limit: number) {
    this.#limit = limit;
  }
  update(boxes: Box[], fails?: Error): Box[] {
    if (fails !== undefined) throw fails;
    this.#frames++;
    this.emit('frame', this);
    this.onFrame?.();
    return boxes.slice(0, this.#limit);
  }
  /** The same function under another name. */
  declare readonly track: Tracker['update'];
  async detect(boxes: Box[], fails?: Error): Promise<Box[]> {
    await Promise.resolve();
    return this.update(boxes, fails);
  }
  reset(): this {
    this.#frames = 0;
    return this;
  }
  owner(): this {
    return this;
  }
}

Object.defineProperty(Tracker.prototype, 'track', { value: Tracker.prototype.update, configurable: true });

const boxes: Box[] = [{ kind: 'person' }, { kind: 'car' }, { kind: 'person' }];
/** Counts boxes by kind. */
const byKind = (found: Box[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test('records each call of the method as a frame, with its time and detections', async () => {
  const { clock, recorder, values, rejected } = await start();
  const tracker = recorder.wrap(new Tracker(), {
    method: 'update',
    camera: 'front',
    model: 'yolo',
    detections: byKind,
  });
  tracker.onFrame = () => clock.advance(20);
  expect(tracker.update(boxes)).toEqual(boxes);
  expect(await values()).toEqual({
    'frames_total{camera=front}': 1,
    'fps{camera=front}': 4,
    'inference_duration_seconds_count{camera=front,model=yolo}': 1,
    'inference_duration_seconds_sum{camera=front,model=yolo}': 0.02,
    'stage_duration_seconds_count{camera=front,stage=inference}': 1,
    'stage_duration_seconds_sum{camera=front,stage=inference}': 0.02,
    'frame_duration_seconds_count{camera=front}': 1,
    'frame_duration_seconds_sum{camera=front}': 0.02,
    'detections_total{camera=front,class=person,model=yolo}': 2,
    'detections_total{camera=front,class=car,model=yolo}': 1,
    'detections_per_frame_count{camera=front}': 1,
    'detections_per_frame_sum{camera=front}': 3,
  });
  expect(rejected()).toEqual({});
});

test.each([
  ['first', (tracker: Tracker) => [tracker.update, tracker.track]],
  ['last', (tracker: Tracker) => [tracker.track, tracker.update]],
])('records only calls under the name of the method, which is read %s', async (_, read) => {
  const { recorder, values } = await start();
  const tracker = recorder.wrap(new Tracker(), { method: 'update' });
  expect(new Set(read(tracker)).size).toBe(2);
  tracker.update(boxes);
  tracker.track(boxes);
  tracker.update(boxes);
  expect(await values()).toMatchObject({ frames_total: 2 });
});

test('does not change the tracker, and returns an equivalent proxy', async () => {
  const { recorder } = await start();
  const original = new Tracker();
  const before = {
    own: Reflect.ownKeys(original),
    update: original.update,
    prototype: Reflect.getPrototypeOf(original),
  };
  const tracker = recorder.wrap(original, { method: 'update' });

  expect(tracker).toBeInstanceOf(Tracker);
  expect(tracker.constructor).toBe(Tracker);
  expect(Reflect.getPrototypeOf(tracker)).toBe(Tracker.prototype);
  expect(Reflect.ownKeys(tracker)).toEqual(before.own);
  expect('update' in tracker && Object.hasOwn(tracker, 'id')).toBe(true);
  expect([tracker.update.name, tracker.update.length]).toEqual(['update', original.update.length]);
  expect(tracker.update).toBe(tracker.update);
  expect(tracker.id).toBe(original.id);

  // Private fields, accessors and events work on the tracker.
  const emitted: unknown[] = [];
  expect(tracker.on('frame', (from) => emitted.push(from))).toBe(tracker);
  tracker.limit = 2;
  expect(tracker.update(boxes)).toEqual(boxes.slice(0, 2));
  expect([tracker.frames, original.frames, original.limit]).toEqual([1, 1, 2]);
  expect(emitted).toEqual([original]);
  expect(tracker.reset().update(boxes)).toHaveLength(2);
  expect(tracker.frames).toBe(1);
  const listener = () => {};
  tracker.onFrame = listener;
  expect([tracker.onFrame, original.onFrame]).toEqual([listener, listener]);
  expect(Reflect.deleteProperty(tracker, 'onFrame')).toBe(true);
  expect('onFrame' in original).toBe(false);

  expect(Reflect.ownKeys(original).filter((key) => !before.own.includes(key))).toEqual([]);
  expect([original.update, Reflect.getPrototypeOf(original)]).toEqual([before.update, before.prototype]);
  expect(Object.hasOwn(original, 'update')).toBe(false);
});

test('rethrows the same errors, and counts them', async () => {
  const { recorder, values } = await start();
  const tracker = recorder.wrap(new Tracker(), { method: 'update', camera: 'front', stage: 'track' });
  const error = new RangeError('no image');
  let thrown: unknown;
  try {
    tracker.update([], error);
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBe(error);
  const later = recorder.wrap(new Tracker(), { method: 'detect', camera: 'front' });
  await expect(later.detect([], error)).rejects.toBe(error);
  expect(await values()).toEqual({
    'fps{camera=front}': 0,
    'errors_total{camera=front,error_type=RangeError,stage=track}': 1,
    'errors_total{camera=front,error_type=RangeError,stage=inference}': 1,
  });
});

test('times an asynchronous method until its promise settles', async () => {
  const { clock, recorder, values } = await start();
  const pending: ((found: Box[]) => void)[] = [];
  const detect = () => new Promise<Box[]>((resolve) => pending.push(resolve));
  const tracker = recorder.wrap({ detect }, { method: 'detect', detections: byKind });
  const [first, second] = [tracker.detect(), tracker.detect()];
  clock.advance(30);
  expect(await values()).toEqual({ fps: 0 });
  pending[1]?.(boxes);
  expect(await second).toBe(boxes);
  clock.advance(10);
  pending[0]?.([]);
  expect(await first).toEqual([]);
  expect(await values()).toMatchObject({
    frames_total: 2,
    inference_duration_seconds_count: 2,
    inference_duration_seconds_sum: 0.07,
    'detections_total{class=person}': 2,
    detections_per_frame_sum: 3,
  });
});

test('returns the same object for a promise subclass or another thenable', async () => {
  const { recorder, values } = await start();
  class Cancellable<T> extends Promise<T> {
    cancelled = false;
  }
  let runs = 0;
  // biome-ignore lint/suspicious/noThenProperty: it simulates a query that runs when it is awaited.
  const thenable = { then: () => runs++ };
  const model = {
    infer: () => Cancellable.resolve([1, 2]) as Cancellable<number[]>,
    query: () => thenable,
  };
  const given = model.infer();
  const tracker = recorder.wrap({ infer: () => given }, { method: 'infer' });
  expect(tracker.infer()).toBe(given);
  await given;
  expect(await values()).toMatchObject({ frames_total: 1, detections_total: 2 });
  // `then` of an object that is not a promise is not called.
  expect(recorder.wrap(model, { method: 'query' }).query()).toBe(thenable);
  expect(runs).toBe(0);
});

test('keeps unhandled rejections unhandled', async () => {
  // An asynchronous context store, which tracing uses as well, adds symbols to promises.
  const program = (observed: string) => `
    import { AsyncLocalStorage } from 'node:async_hooks';
    import { startMetrics } from 'otelier';
    import { vision } from 'otelier/packs/vision';
    const metrics = startMetrics({ exporters: ['none'], packs: { vision: vision() } });
    const tracker = { update: async () => { throw new Error('lost'); } };
    new AsyncLocalStorage().run({}, () => ${observed}.update());
  `;
  const [plain, wrapped] = await Promise.all(
    ['tracker', "metrics.vision.wrap(tracker, { method: 'update' })"].map((each) => startApp(program(each)).end),
  );
  expect([plain?.code, wrapped?.code]).toEqual([1, 1]);
  expect(wrapped?.stderr).toContain('Error: lost');
});

test('wraps a function without a method name', async () => {
  const { recorder, values } = await start();
  function detect(this: unknown, count: number): { self: unknown; found: number } {
    if (count < 0) throw new TypeError('negative');
    return { self: this, found: count };
  }
  const observed = recorder.wrap(detect, { camera: 1, detections: ({ found }) => found });
  const self = {};
  expect(observed.call(self, 4)).toEqual({ self, found: 4 });
  expect(observed.call(self, 4).self).toBe(self);
  expect([observed.name, observed.length]).toEqual(['detect', 1]);
  expect(() => observed.call(self, -1)).toThrow(TypeError);
  expect(await values()).toMatchObject({
    'frames_total{camera=1}': 2,
    'detections_total{camera=1}': 8,
    'errors_total{camera=1,error_type=TypeError,stage=inference}': 1,
  });
});

test('counts the entries of an array as detections by default', async () => {
  const { recorder, values } = await start();
  recorder.wrap(() => boxes)();
  recorder.wrap(() => 'nothing to count')();
  recorder.wrap(() => boxes, { detections: () => undefined })();
  expect(await values()).toMatchObject({ frames_total: 3, detections_total: 3, detections_per_frame_count: 1 });
});

function fail(): never {
  throw new Error('reader');
}
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('hostile');
    },
    getPrototypeOf: () => {
      throw new Error('hostile');
    },
  },
);
test.each([
  ['a reading that throws', () => boxes, fail, { value_not_finite: 1 }],
  ['a reading that returns a string', () => boxes, () => 'many' as never, { value_not_finite: 1 }],
  ['a reading that returns a promise', () => boxes, async () => 2 as never, { value_not_finite: 1 }],
  ['a reading that returns a rejected promise', () => boxes, async () => fail() as never, { value_not_finite: 1 }],
  [
    'a reading that returns a thenable',
    () => boxes,
    // biome-ignore lint/suspicious/noThenProperty: it simulates promises of other libraries.
    () => ({ size: 2, then: () => {} }) as never,
    { value_not_finite: 1 },
  ],
  [
    'a result that throws when read',
    () => hostile,
    (found: never) => (found as { n: number }).n,
    { value_not_finite: 1 },
  ],
  ['a result that throws and is not read', () => hostile, undefined, {}],
])('returns the result unchanged: %s', async (_, detect, detections, expected) => {
  const { recorder, values, rejected } = await start();
  const options = detections === undefined ? {} : { detections: detections as () => never };
  const observed = recorder.wrap(detect as () => unknown, options);
  expect(Object.is(observed(), detect())).toBe(true);
  const recorded = await values();
  expect(recorded).toMatchObject({ frames_total: 1 });
  expect(Object.keys(recorded).filter((name) => name.startsWith('detections'))).toEqual([]);
  expect(rejected()).toEqual(expected);
});

test('calls a tracker that is frozen later without recording', async () => {
  const { recorder, values } = await start();
  const original = { update: (found: number[]) => found };
  const tracker = recorder.wrap(original, { method: 'update' });
  tracker.update([1]);
  Object.freeze(original);
  expect(tracker.update([1, 2])).toEqual([1, 2]);
  expect(await values()).toMatchObject({ frames_total: 1 });
});

test.each([
  [
    'a missing method name',
    () => [{}, {}],
    'vision.wrap.method: expected the name of a method, because the tracker is not a function',
  ],
  ['an unknown method', () => [new Tracker(), { method: 'infer' }], 'got "infer", expected the name of a method'],
  ['a property', () => [new Tracker(), { method: 'id' }], 'got "id", expected the name of a method'],
  ['undefined', () => [undefined, { method: 'update' }], 'expected the name of a method'],
  ['a frozen tracker', () => [Object.freeze({ update() {} }), { method: 'update' }], 'a method that is not frozen'],
])('rejects %s', async (_, given, message) => {
  const { recorder } = await start();
  const wrap = recorder.wrap.bind(recorder) as unknown as (...args: unknown[]) => unknown;
  expect(() => wrap(...given())).toThrow(message);
});

test('types method names and results', async () => {
  const { recorder } = await start();
  // @ts-expect-error: not a method of the tracker.
  expect(() => recorder.wrap(new Tracker(), { method: 'uptade' })).toThrow();
  recorder.wrap(new Tracker(), { method: 'detect', detections: (found) => found.length satisfies number });
});
