/** State by name, with a limit on names that come from clients. */
import { maxValueLength, otherValue } from '../../model/instrument.js';

/** StateByName holds one entry for each of the first `limit` names and a shared entry, `_OTHER`, for all other names. */
export class StateByName<T> {
  readonly #entries = new Map<string, T>();
  readonly #limit: number;
  readonly #create: () => T;
  #other: T | undefined;

  constructor(limit: number, create: () => T) {
    this.#limit = limit;
    this.#create = create;
  }

  /** Returns the entry of a name and creates it if necessary; an invalid name uses the entry of `_OTHER`. */
  of(name: unknown): T {
    const key = typeof name === 'number' || typeof name === 'boolean' || typeof name === 'bigint' ? String(name) : name;
    if (typeof key === 'string' && key !== otherValue) {
      const known = this.#entries.get(key);
      if (known !== undefined) return known;
      // A longer name is not kept: it would occupy too much memory.
      if (this.#entries.size < this.#limit && key.length <= maxValueLength) {
        const entry = this.#create();
        this.#entries.set(key, entry);
        return entry;
      }
    }
    this.#other ??= this.#create();
    return this.#other;
  }

  /** Returns the separate entry of a name, if it exists. */
  known(name: unknown): T | undefined {
    return typeof name === 'string' ? this.#entries.get(name) : undefined;
  }

  /** Iterates over all entries with their names. */
  *[Symbol.iterator](): Generator<[name: string, entry: T]> {
    yield* this.#entries;
    if (this.#other !== undefined) yield [otherValue, this.#other];
  }
}
