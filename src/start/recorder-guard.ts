/** Guard around the verbs of one recorder and its handles: recording never throws at the application. */

import type { VerbGuard } from '../catalogue/pack.js';
import { fitBefore } from '../errors/fit.js';
import { isMetricsError, messageOf } from '../errors.js';

type Verb = (...args: unknown[]) => unknown;

/** Guards the verbs of one pack. */
export class RecorderGuard implements VerbGuard {
  readonly #pack: string;
  readonly #count: () => void;
  readonly #warn: (message: string) => void;
  readonly #callsBack: boolean;
  /** Verbs whose first failure is logged. */
  readonly #warned = new Set<string>();

  /**
   * @param count called for each failure.
   * @param callsBack true if verbs may call functions that the application passes.
   */
  constructor(pack: string, count: () => void, warn: (message: string) => void, callsBack = true) {
    this.#pack = pack;
    this.#callsBack = callsBack;
    this.#count = count;
    this.#warn = warn;
  }

  verb<A extends unknown[], R>(name: string, verb: (...args: A) => R, fallback?: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        return verb(...args);
      } catch (error) {
        this.#failed(name, error, args);
        return fallback?.(...args) as R;
      }
    };
  }

  handle<H extends object>(name: string, handle: H): H {
    return this.#guarded(handle, `${name}.`);
  }

  /** Returns the recorder of the pack with guarded verbs; a recorder that is itself a function is returned unchanged. */
  recorder<R extends object>(recorder: R): R {
    return typeof recorder === 'function' ? recorder : this.#guarded(recorder, '');
  }

  /**
   * Returns another object and leaves `target` unchanged: calls among the verbs of `target` stay unguarded, so that an
   * event is dropped as a whole, and private fields are found.
   */
  #guarded<T extends object>(target: T, prefix: string): T {
    const guarded: object = Object.create(Object.getPrototypeOf(target));
    for (const [key, { value, enumerable = false }] of propertiesOf(target)) {
      const property =
        typeof value === 'function'
          ? { value: this.#method(`${prefix}${String(key)}`, target, value as Verb, guarded), writable: true }
          : forwardingTo(target, key);
      Object.defineProperty(guarded, key, { ...property, enumerable, configurable: true });
    }
    return guarded as T;
  }

  #method(name: string, target: object, method: Verb, guarded: object): Verb {
    return (...args) => {
      try {
        const result = method.apply(target, args);
        // A method that returns its object returns the guarded object, so that chained calls stay guarded.
        return result === target ? guarded : result;
      } catch (error) {
        this.#failed(name, error, args);
        return undefined;
      }
    };
  }

  /** @throws `error` when it is for the application. */
  #failed(verb: string, error: unknown, args: readonly unknown[]): void {
    // A function among the arguments is the application's own: its errors belong to the application.
    const ofApplication = this.#callsBack && args.some((argument) => typeof argument === 'function');
    if (isMetricsError(error) || ofApplication) throw error;
    this.#count();
    if (this.#warned.has(verb)) return;
    this.#warned.add(verb);
    const counted = 'counted as event_unreadable in status().rejected';
    this.#warn(
      fitBefore(
        `; ${counted}; logged once per verb`,
      )`pack "${this.#pack}": ${verb}() dropped an event: ${messageOf(error)}`,
    );
  }
}

/** Yields the properties of an object and its classes, the nearest of each name; not those that every object has. */
function* propertiesOf(target: object): Generator<[PropertyKey, PropertyDescriptor]> {
  const seen = new Set<PropertyKey>(['constructor']);
  for (let owner = target; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const key of Reflect.ownKeys(owner)) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield [key, Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor];
    }
  }
}

/** Reads and writes a property of `target`, with `target` as `this` of accessors. */
function forwardingTo(target: object, key: PropertyKey): Pick<PropertyDescriptor, 'get' | 'set'> {
  return {
    get: () => Reflect.get(target, key),
    set: (value: unknown) => {
      Reflect.set(target, key, value);
    },
  };
}
