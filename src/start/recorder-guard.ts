/** Guard around the verbs of one recorder and its handles: recording never throws at the application. */
import type { Verb, VerbGuard } from '../catalogue/pack.js';
import { MetricsError, messageOf } from '../errors.js';

/** Guards the verbs of one pack. */
export class RecorderGuard implements VerbGuard {
  readonly #pack: string;
  readonly #count: () => void;
  readonly #warn: (message: string) => void;
  /** Verbs whose first failure is logged. */
  readonly #warned = new Set<string>();

  /** @param count called for each failure. */
  constructor(pack: string, count: () => void, warn: (message: string) => void) {
    this.#pack = pack;
    this.#count = count;
    this.#warn = warn;
  }

  verb<V extends Verb>(name: string, verb: V, fallback?: V): V {
    const guarded: Verb = (...args) => {
      try {
        return verb(...args);
      } catch (error) {
        this.#failed(name, error, args);
        return fallback?.(...args);
      }
    };
    return guarded as V;
  }

  handle<H extends object>(name: string, handle: H): H {
    return this.#guarded(handle, `${name}.`);
  }

  /** Returns the recorder of the pack with guarded verbs. */
  recorder<R extends object>(recorder: R): R {
    return this.#guarded(recorder, '');
  }

  /**
   * Returns another object and leaves `target` unchanged: calls among the verbs of `target` stay unguarded, so that an
   * event is dropped as a whole, and private fields are found.
   */
  #guarded<T extends object>(target: T, prefix: string): T {
    const guarded = Object.create(Object.getPrototypeOf(target)) as Record<PropertyKey, unknown>;
    for (const [key, descriptor] of propertiesOf(target)) {
      const { value } = descriptor;
      if (typeof value !== 'function') Object.defineProperty(guarded, key, forwarding(target, key, descriptor));
      else guarded[key] = this.#method(`${prefix}${String(key)}`, target, value as Verb, guarded);
    }
    return guarded as T;
  }

  #method(name: string, target: object, method: Verb, guarded: object): Verb {
    return (...args) => {
      try {
        const result = method.apply(target, args);
        // A method that returns its object is called through the guarded one again.
        return result === target ? guarded : result;
      } catch (error) {
        this.#failed(name, error, args);
        return undefined;
      }
    };
  }

  /** @throws `error` when it is for the application. */
  #failed(verb: string, error: unknown, args: readonly unknown[]): void {
    // A function among the arguments is the application's own, and its errors are, too.
    if (error instanceof MetricsError || args.some((argument) => typeof argument === 'function')) throw error;
    this.#count();
    if (this.#warned.has(verb)) return;
    this.#warned.add(verb);
    this.#warn(
      `pack "${this.#pack}": ${verb}() dropped an event: ${messageOf(error)}; counted as event_unreadable in status().rejected; logged once per verb`,
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

/** Describes a property that reads and writes that of `target`. */
function forwarding(target: object, key: PropertyKey, { enumerable = false }: PropertyDescriptor): PropertyDescriptor {
  return {
    configurable: true,
    enumerable,
    get: () => Reflect.get(target, key),
    set: (value: unknown) => {
      Reflect.set(target, key, value);
    },
  };
}
