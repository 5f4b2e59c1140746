/** State by name, with a limit on names that come from clients. */
import { maxValueLength, otherValue } from '../../model/instrument.js';
import { ownCopy } from './bounded-names.js';

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
    const given =
      typeof name === 'number' || typeof name === 'boolean' || typeof name === 'bigint' ? String(name) : name;
    // The engine truncates a longer value of a label, too.
    const key =
      typeof given === 'string' && given.length > maxValueLength ? ownCopy(given.slice(0, maxValueLength)) : given;
    // Prometheus text has no difference between an empty label and an absent one.
    if (typeof key === 'string' && key !== '' && key !== otherValue) {
      const known = this.#entries.get(key);
      if (known !== undefined) return known;
      if (this.#entries.size < this.#limit) {
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
