/** State by name for names that come from outside: the first ones have their own, all others share one. */
import { maxValueLength, otherValue } from '../../model/instrument.js';

/** At most `limit` entries and one for all other names, as the attribute of that limit has series. */
export class Named<T> {
  readonly #entries = new Map<string, T>();
  readonly #limit: number;
  readonly #create: () => T;
  #other: T | undefined;

  constructor(limit: number, create: () => T) {
    this.#limit = limit;
    this.#create = create;
  }

  /** The entry of a name, made when it is met first; what is no name shares one with those beyond the limit. */
  of(name: unknown): T {
    const key = typeof name === 'number' || typeof name === 'boolean' || typeof name === 'bigint' ? String(name) : name;
    if (typeof key === 'string' && key !== otherValue) {
      const known = this.#entries.get(key);
      if (known !== undefined) return known;
      // Texts that would be cut are not kept, for their length.
      if (this.#entries.size < this.#limit && key.length <= maxValueLength) {
        const entry = this.#create();
        this.#entries.set(key, entry);
        return entry;
      }
    }
    this.#other ??= this.#create();
    return this.#other;
  }

  /** The entry that a name has for itself already. */
  known(name: unknown): T | undefined {
    return typeof name === 'string' ? this.#entries.get(name) : undefined;
  }

  /** Every entry with its name. */
  *[Symbol.iterator](): Generator<[name: string, entry: T]> {
    yield* this.#entries;
    if (this.#other !== undefined) yield [otherValue, this.#other];
  }
}
