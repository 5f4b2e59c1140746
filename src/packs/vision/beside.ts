/**
 * Metrics beside a tracker that there is already: a stand-in that hands everything on and looks at one method.
 *
 * Methods run on the tracker itself, not on the stand-in, so that private fields are where they look for them. Properties
 * are read and written through, functions among them stay the same ones; the prototype is the tracker's.
 */
import { types } from 'node:util';
import { MetricsError } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import { readNow } from '../kit/refusal.js';
import type { Camera } from './camera.js';
import type { Detections, Stage } from './events.js';

// biome-ignore lint/suspicious/noExplicitAny: a method of any arguments; `never` would fit no constraint on their number.
type Method = (...args: any[]) => unknown;

/** The names of the methods of a tracker. */
export type MethodName<T> = { [K in keyof T]-?: T[K] extends Method ? K : never }[keyof T];

/** What is recorded of the calls of a method `F`. */
export interface Beside<F> {
  readonly camera?: string | number;
  readonly model?: string;
  /** What of a frame a call is; `inference` by default. */
  readonly stage?: Stage;
  /**
   * Reads from a result what was detected; by default the length of one that is a list, and nothing of others. It must
   * not change the result. What it throws is counted and goes no further; nobody waits for a promise, which is refused.
   */
  readonly detections?: (result: F extends Method ? Awaited<ReturnType<F>> : never) => Detections | undefined;
}

/** Options as code without types gives them. */
export interface BesideOptions extends Omit<Beside<never>, 'detections'> {
  readonly method?: PropertyKey;
  readonly detections?: (result: never) => Detections | undefined;
}

/** The stand-in of `tracker`, whose calls are recorded through `camera`. */
export function besideTracker<T extends object>(
  tracker: T,
  { method, stage = 'inference', detections = lengthOfList }: BesideOptions,
  camera: Camera,
  clock: Clock,
): T {
  checkMethod(tracker, method);

  const done = (result: unknown, beganMs: number) => {
    const tookMs = clock.monotonicMs() - beganMs;
    let found: Detections | undefined;
    try {
      found = readNow(detections(result as never));
    } catch {
      found = Number.NaN;
    }
    camera.record({
      durationMs: tookMs,
      stages: { [stage]: tookMs },
      ...(found === undefined ? {} : { detections: found }),
    });
  };

  /** Calls the method as it would have been called, and records that. */
  const call = (called: Method, self: unknown, args: readonly unknown[]): unknown => {
    const beganMs = clock.monotonicMs();
    let result: unknown;
    try {
      result = Reflect.apply(called, self, args);
    } catch (error) {
      camera.error(error, stage);
      throw error;
    }
    // Nothing of a result is touched that is not known to be a promise: to ask some for `then` starts a query.
    if (!types.isPromise(result)) {
      done(result, beganMs);
      return result;
    }
    const fulfilled = (value: unknown) => done(value, beganMs);
    return whenSettled(result, fulfilled, (error) => camera.error(error, stage));
  };

  if (method === undefined) {
    return new Proxy(tracker, { apply: (called, self, args) => call(called as Method, self, args) });
  }

  /** One stand-in for each function, so that it is the same one whenever it is read; two when it has two names. */
  const observed = new WeakMap<Method, Method>();
  const others = new WeakMap<Method, Method>();
  const methodOf = (original: Method, isObserved: boolean): Method => {
    const methods = isObserved ? observed : others;
    let known = methods.get(original);
    if (known === undefined) {
      known = new Proxy(original, {
        apply(called, self, args) {
          if (self !== standIn) return isObserved ? call(called, self, args) : Reflect.apply(called, self, args);
          const result = isObserved ? call(called, tracker, args) : Reflect.apply(called, tracker, args);
          // A method that returns its object is followed by another one.
          return result === tracker ? standIn : result;
        },
      });
      methods.set(original, known);
    }
    return known;
  };
  const standIn: T = new Proxy(tracker, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver === standIn ? target : receiver);
      if (typeof value !== 'function' || isFixed(target, key)) return value;
      if (key === method) return methodOf(value as Method, true);
      // A function that is a value of the object, and the class that made it, are asked for as such.
      return key === 'constructor' || Object.hasOwn(target, key) ? value : methodOf(value as Method, false);
    },
    set: (target, key, value, receiver) => Reflect.set(target, key, value, receiver === standIn ? target : receiver),
  });
  return standIn;
}

/** @throws {MetricsError} METRICS_OPTIONS_INVALID when there is nothing to look at. */
function checkMethod(tracker: unknown, method: PropertyKey | undefined): void {
  const isObject = (typeof tracker === 'object' && tracker !== null) || typeof tracker === 'function';
  const where = 'vision.beside.method';
  if (method === undefined) {
    if (typeof tracker === 'function') return;
    const expected = 'the name of a method, as the tracker is no function';
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, expected }]);
  }
  const value = String(method);
  if (!isObject || typeof (tracker as Record<PropertyKey, unknown>)[method] !== 'function') {
    throw new MetricsError('METRICS_OPTIONS_INVALID', [
      { where, value, expected: 'the name of a method of the tracker' },
    ]);
  }
  if (isFixed(tracker as object, method)) {
    const expected = 'a method that is not frozen; give a function that calls it instead of the tracker';
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, value, expected }]);
  }
}

/** Whether JavaScript wants a stand-in to show a property as it is. */
function isFixed(target: object, key: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return own !== undefined && own.configurable === false && own.writable === false;
}

function lengthOfList(result: unknown): number | undefined {
  return Array.isArray(result) ? result.length : undefined;
}

/**
 * The promise, with one of two told when it settles. A plain one is replaced by another that settles the same way: what
 * listens to the original would take it for handled, and a rejection that nobody handles would no longer be told. One
 * that is more than a promise stays as it is, for the sake of what it is more.
 */
function whenSettled(
  promise: Promise<unknown>,
  fulfilled: (value: unknown) => void,
  rejected: (error: unknown) => void,
): Promise<unknown> {
  // Symbols are put on any promise by what follows asynchronous calls.
  const isPlain =
    Object.getPrototypeOf(promise) === Promise.prototype && Object.getOwnPropertyNames(promise).length === 0;
  if (!isPlain) {
    try {
      // Not its own `then`, with which some begin their work.
      Promise.prototype.then.call(promise, fulfilled, rejected);
    } catch {
      // It cannot be listened to, and belongs to its caller all the same.
    }
    return promise;
  }
  return promise.then(
    (value) => {
      fulfilled(value);
      return value;
    },
    (error: unknown) => {
      rejected(error);
      throw error;
    },
  );
}
