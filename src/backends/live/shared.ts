/** Results that several subscriptions have in common. */
import type { Moment } from './moment.js';

/** Shared keeps the results of one moment. */
export class Shared {
  readonly moment: Moment;
  readonly #results = new Map<string, Promise<unknown>>();

  constructor(moment: Moment) {
    this.moment = moment;
  }

  /** Returns the result of an earlier call with the same key, or that of `make`. */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    let result = this.#results.get(key);
    if (result === undefined) {
      result = make();
      this.#results.set(key, result);
    }
    return result as Promise<T>;
  }
}
