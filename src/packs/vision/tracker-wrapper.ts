/**
 * Adds metrics to an existing tracker: a proxy that forwards everything and records the calls of one method.
 *
 * Methods run on the tracker itself, not on the proxy, so that private fields work. Properties are read and written
 * through. Functions keep their identity from one read to the next, and the prototype is the tracker's.
 */
import { types } from 'node:util';
import { MetricsError, type Problem } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import { readNow } from '../kit/refusal.js';
import type { Camera } from './camera.js';
import type { Detections, Stage } from './events.js';

// biome-ignore lint/suspicious/noExplicitAny: a method with any arguments; `never` fits no constraint on their number.
type Method = (...args: any[]) => unknown;

/** The names of the methods of a tracker. */
export type MethodName<T> = { [K in keyof T]-?: T[K] extends Method ? K : never }[keyof T];

/** Options of `wrap` for a method `F`. */
export interface WrapOptions<F> {
  readonly camera?: string | number;
  readonly model?: string;
  /** The stage that a call is; `inference` by default. */
  readonly stage?: Stage;
  /**
   * Returns the detections of a result; by default the length of an array, and nothing for other results. It must not
   * change the result. An error is counted and not rethrown. A promise is not awaited but rejected as a measurement.
   */
  readonly detections?: (result: F extends Method ? Awaited<ReturnType<F>> : never) => Detections | undefined;
}

/** Options of `wrap` for any method, as untyped code passes them. */
export interface AnyWrapOptions extends Omit<WrapOptions<never>, 'detections'> {
  readonly method?: PropertyKey;
  readonly detections?: (result: never) => Detections | undefined;
}

/** Returns a proxy of `tracker` that records calls through the camera that `cameraOf` returns. */
export function wrapTracker<T extends object>(
  tracker: T,
  { method, stage = 'inference', detections = arrayLength }: AnyWrapOptions,
  cameraOf: () => Camera,
  clock: Clock,
): T {
  checkMethod(tracker, method);
  checkReadings(stage, detections);
  const camera = cameraOf();

  const record = (result: unknown, startMs: number) => {
    const durationMs = clock.monotonicMs() - startMs;
    let found: Detections | undefined;
    try {
      found = readNow(detections(result as never));
    } catch {
      found = Number.NaN;
    }
    camera.record({
      durationMs,
      stages: { [stage]: durationMs },
      ...(found === undefined ? {} : { detections: found }),
    });
  };

  /** Calls the original function and records the call. */
  const measure = (original: Method, self: unknown, args: readonly unknown[]): unknown => {
    const startMs = clock.monotonicMs();
    let result: unknown;
    try {
      result = Reflect.apply(original, self, args);
    } catch (error) {
      camera.error(error, stage);
      throw error;
    }
    // Only real promises are touched: reading `then` of other thenables may have effects, such as running a query.
    if (!types.isPromise(result)) {
      record(result, startMs);
      return result;
    }
    const onFulfilled = (value: unknown) => record(value, startMs);
    return whenSettled(result, onFulfilled, (error) => camera.error(error, stage));
  };

  if (method === undefined) {
    return new Proxy(tracker, { apply: (original, self, args) => measure(original as Method, self, args) });
  }

  // One proxy per function, so that it keeps its identity; a function may have a measured and an unmeasured name.
  const measured = new WeakMap<Method, Method>();
  const unmeasured = new WeakMap<Method, Method>();
  const methodProxy = (original: Method, isMeasured: boolean): Method => {
    const proxies = isMeasured ? measured : unmeasured;
    let known = proxies.get(original);
    if (known === undefined) {
      known = new Proxy(original, {
        apply(called, self, args) {
          if (self !== proxy) return isMeasured ? measure(called, self, args) : Reflect.apply(called, self, args);
          const result = isMeasured ? measure(called, tracker, args) : Reflect.apply(called, tracker, args);
          // Supports chained calls of methods that return `this`.
          return result === tracker ? proxy : result;
        },
      });
      proxies.set(original, known);
    }
    return known;
  };
  const proxy: T = new Proxy(tracker, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver === proxy ? target : receiver);
      if (typeof value !== 'function' || isFixed(target, key)) return value;
      if (key === method) return methodProxy(value as Method, true);
      // Functions stored as own properties, and the constructor, are values rather than methods.
      return key === 'constructor' || Object.hasOwn(target, key) ? value : methodProxy(value as Method, false);
    },
    set: (target, key, value, receiver) => Reflect.set(target, key, value, receiver === proxy ? target : receiver),
  });
  return proxy;
}

/** @throws {MetricsError} METRICS_OPTIONS_INVALID if the method does not exist or cannot be wrapped. */
function checkMethod(tracker: unknown, method: PropertyKey | undefined): void {
  const isObject = (typeof tracker === 'object' && tracker !== null) || typeof tracker === 'function';
  const where = 'vision.wrap.method';
  if (method === undefined) {
    if (typeof tracker === 'function') return;
    const expected = 'the name of a method, because the tracker is not a function';
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, expected }]);
  }
  const value = String(method);
  if (!isObject || typeof (tracker as Record<PropertyKey, unknown>)[method] !== 'function') {
    throw new MetricsError('METRICS_OPTIONS_INVALID', [
      { where, value, expected: 'the name of a method of the tracker' },
    ]);
  }
  if (isFixed(tracker as object, method)) {
    const expected = 'a method that is not frozen; wrap a function that calls the method instead';
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, value, expected }]);
  }
}

/** @throws {MetricsError} METRICS_OPTIONS_INVALID if a call could not be recorded. */
function checkReadings(stage: unknown, detections: unknown): void {
  const problems: Problem[] = [];
  if (typeof stage !== 'string') {
    problems.push({ where: 'vision.wrap.stage', value: stage, expected: 'the name of a stage' });
  }
  if (typeof detections !== 'function') {
    const expected = 'a function that returns the detections of a result';
    problems.push({ where: 'vision.wrap.detections', value: detections, expected });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
}

/** Reports whether a proxy must return the property unchanged, by the invariants of JavaScript proxies. */
function isFixed(target: object, key: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return own !== undefined && own.configurable === false && own.writable === false;
}

function arrayLength(result: unknown): number | undefined {
  return Array.isArray(result) ? result.length : undefined;
}

/**
 * Returns a promise for the caller and calls a listener when it settles.
 *
 * A plain promise is replaced by one that settles the same way: a listener on the original promise would mark its
 * rejection as handled, and hide an unhandled rejection. A promise of a subclass, or with own properties, is returned
 * unchanged, because a replacement would lose its members.
 */
function whenSettled(
  promise: Promise<unknown>,
  onFulfilled: (value: unknown) => void,
  onRejected: (error: unknown) => void,
): Promise<unknown> {
  // Only string keys count: async hooks add symbols to any promise.
  const isPlain =
    Object.getPrototypeOf(promise) === Promise.prototype && Object.getOwnPropertyNames(promise).length === 0;
  if (!isPlain) {
    try {
      // The `then` of a subclass may have effects, such as starting the work.
      Promise.prototype.then.call(promise, onFulfilled, onRejected);
    } catch {
      // The promise cannot be observed; the caller gets it all the same.
    }
    return promise;
  }
  return promise.then(
    (value) => {
      onFulfilled(value);
      return value;
    },
    (error: unknown) => {
      onRejected(error);
      throw error;
    },
  );
}
