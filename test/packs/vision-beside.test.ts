/** That metrics beside a tracker leave it, and everything that it does, as it was. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { start } from './vision-scene.js';

interface Box {
  readonly kind: 'person' | 'car';
}

/** A tracker as others write them: private fields, accessors, a static, a property that is a function, events. */
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
  /** The same function by another name. */
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
/** By class. */
const byKind = (found: Box[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test('every call of the method is a frame, with its time and what it found', async () => {
  const { clock, recorder, values, rejected } = await start();
  const tracker = recorder.beside(new Tracker(), {
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
])('only calls by the name of the method are frames, be it read %s', async (_, read) => {
  const { recorder, values } = await start();
  const tracker = recorder.beside(new Tracker(), { method: 'update' });
  expect(new Set(read(tracker)).size).toBe(2);
  tracker.update(boxes);
  tracker.track(boxes);
  tracker.update(boxes);
  expect(await values()).toMatchObject({ frames_total: 2 });
});

test('the tracker is not changed, and what stands in for it is like it', async () => {
  const { recorder } = await start();
  const original = new Tracker();
  const before = {
    own: Reflect.ownKeys(original),
    update: original.update,
    prototype: Reflect.getPrototypeOf(original),
  };
  const tracker = recorder.beside(original, { method: 'update' });

  expect(tracker).toBeInstanceOf(Tracker);
  expect(tracker.constructor).toBe(Tracker);
  expect(Reflect.getPrototypeOf(tracker)).toBe(Tracker.prototype);
  expect(Reflect.ownKeys(tracker)).toEqual(before.own);
  expect('update' in tracker && Object.hasOwn(tracker, 'id')).toBe(true);
  expect([tracker.update.name, tracker.update.length]).toEqual(['update', original.update.length]);
  expect(tracker.update).toBe(tracker.update);
  expect(tracker.id).toBe(original.id);

  // Private fields, accessors and events are those of the tracker.
  const heard: unknown[] = [];
  expect(tracker.on('frame', (from) => heard.push(from))).toBe(tracker);
  tracker.limit = 2;
  expect(tracker.update(boxes)).toEqual(boxes.slice(0, 2));
  expect([tracker.frames, original.frames, original.limit]).toEqual([1, 1, 2]);
  expect(heard).toEqual([original]);
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

test('errors are the same ones, and counted', async () => {
  const { recorder, values } = await start();
  const tracker = recorder.beside(new Tracker(), { method: 'update', camera: 'front', stage: 'track' });
  const error = new RangeError('no image');
  let thrown: unknown;
  try {
    tracker.update([], error);
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBe(error);
  const later = recorder.beside(new Tracker(), { method: 'detect', camera: 'front' });
  await expect(later.detect([], error)).rejects.toBe(error);
  expect(await values()).toEqual({
    'fps{camera=front}': 0,
    'errors_total{camera=front,error_type=RangeError,stage=track}': 1,
    'errors_total{camera=front,error_type=RangeError,stage=inference}': 1,
  });
});

test('a method that promises is timed until it settles', async () => {
  const { clock, recorder, values } = await start();
  const pending: ((found: Box[]) => void)[] = [];
  const detect = () => new Promise<Box[]>((resolve) => pending.push(resolve));
  const tracker = recorder.beside({ detect }, { method: 'detect', detections: byKind });
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

test('a promise that is more than one stays the same one', async () => {
  const { recorder, values } = await start();
  class Cancellable<T> extends Promise<T> {
    cancelled = false;
  }
  let begun = 0;
  // biome-ignore lint/suspicious/noThenProperty: it stands for a query that begins when it is awaited.
  const thenable = { then: () => begun++ };
  const model = {
    infer: () => Cancellable.resolve([1, 2]) as Cancellable<number[]>,
    query: () => thenable,
  };
  const given = model.infer();
  const tracker = recorder.beside({ infer: () => given }, { method: 'infer' });
  expect(tracker.infer()).toBe(given);
  await given;
  expect(await values()).toMatchObject({ frames_total: 1, detections_total: 2 });
  // What only looks like a promise is not asked to begin.
  expect(recorder.beside(model, { method: 'query' }).query()).toBe(thenable);
  expect(begun).toBe(0);
});

test('a rejection that nobody handles is told as without metrics', async () => {
  // A store of asynchronous context, which tracing has as well, puts symbols on promises.
  const program = (observed: string) => `
    import { AsyncLocalStorage } from 'node:async_hooks';
    import { startMetrics } from 'otelier';
    import { vision } from 'otelier/packs/vision';
    const metrics = startMetrics({ exporters: ['none'], packs: { vision: vision() } });
    const tracker = { update: async () => { throw new Error('lost'); } };
    new AsyncLocalStorage().run({}, () => ${observed}.update());
  `;
  const [plain, beside] = await Promise.all(
    ['tracker', "metrics.vision.beside(tracker, { method: 'update' })"].map((each) => startApp(program(each)).end),
  );
  expect([plain?.code, beside?.code]).toEqual([1, 1]);
  expect(beside?.stderr).toContain('Error: lost');
});

test('a function is its own method', async () => {
  const { recorder, values } = await start();
  function detect(this: unknown, count: number): { self: unknown; found: number } {
    if (count < 0) throw new TypeError('negative');
    return { self: this, found: count };
  }
  const observed = recorder.beside(detect, { camera: 1, detections: ({ found }) => found });
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

test('a list is as many detections as it has entries, unless it is read otherwise', async () => {
  const { recorder, values } = await start();
  recorder.beside(() => boxes)();
  recorder.beside(() => 'nothing to count')();
  recorder.beside(() => boxes, { detections: () => undefined })();
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
  ['a reader that throws', () => boxes, fail, { value_not_finite: 1 }],
  ['a reader that reads nonsense', () => boxes, () => 'many' as never, { value_not_finite: 1 }],
  ['a reader that promises', () => boxes, async () => 2 as never, { value_not_finite: 1 }],
  ['a reader that promises in vain', () => boxes, async () => fail() as never, { value_not_finite: 1 }],
  [
    'a reader that promises otherwise',
    () => boxes,
    // biome-ignore lint/suspicious/noThenProperty: it stands for promises that others made.
    () => ({ size: 2, then: () => {} }) as never,
    { value_not_finite: 1 },
  ],
  [
    'a result that throws when it is read',
    () => hostile,
    (found: never) => (found as { n: number }).n,
    { value_not_finite: 1 },
  ],
  ['a result that throws, and is not read', () => hostile, undefined, {}],
])('%s disturbs nobody', async (_, detect, detections, expected) => {
  const { recorder, values, rejected } = await start();
  const options = detections === undefined ? {} : { detections: detections as () => never };
  const observed = recorder.beside(detect as () => unknown, options);
  expect(Object.is(observed(), detect())).toBe(true);
  const recorded = await values();
  expect(recorded).toMatchObject({ frames_total: 1 });
  expect(Object.keys(recorded).filter((name) => name.startsWith('detections'))).toEqual([]);
  expect(rejected()).toEqual(expected);
});

test('a tracker that is frozen later goes on, and is not looked at', async () => {
  const { recorder, values } = await start();
  const original = { update: (found: number[]) => found };
  const tracker = recorder.beside(original, { method: 'update' });
  tracker.update([1]);
  Object.freeze(original);
  expect(tracker.update([1, 2])).toEqual([1, 2]);
  expect(await values()).toMatchObject({ frames_total: 1 });
});

test.each([
  ['no method', () => [{}, {}], 'vision.beside.method: expected the name of a method, as the tracker is no function'],
  [
    'a method that there is not',
    () => [new Tracker(), { method: 'infer' }],
    'got "infer", expected the name of a method',
  ],
  ['a property', () => [new Tracker(), { method: 'id' }], 'got "id", expected the name of a method'],
  ['nothing', () => [undefined, { method: 'update' }], 'expected the name of a method'],
  ['a frozen tracker', () => [Object.freeze({ update() {} }), { method: 'update' }], 'a method that is not frozen'],
])('%s is refused', async (_, given, message) => {
  const { recorder } = await start();
  const beside = recorder.beside.bind(recorder) as unknown as (...args: unknown[]) => unknown;
  expect(() => beside(...given())).toThrow(message);
});

test('names and results are typed', async () => {
  const { recorder } = await start();
  // @ts-expect-error: no method of a tracker.
  expect(() => recorder.beside(new Tracker(), { method: 'uptade' })).toThrow();
  recorder.beside(new Tracker(), { method: 'detect', detections: (found) => found.length satisfies number });
});
