/**
 * Record path, in front of a trie: a hash table of the entries of a small trie.
 *
 * A map follows a chain of candidates at every level, and the processor cannot predict the length of a chain. The hash
 * of an entry uses the length and two characters of each value, at the positions that separate the current values best.
 * A hit compares all values in full. An entry whose slot is taken is not cached; the trie still holds it.
 */

/** Maximum number of entries. The table of a larger trie does not fit into the L1 cache of the processor. */
const maxEntries = 512;

/** Minimum number of entries. Below it the processor predicts the lookups of a map well. */
const minEntries = 4;

/** Slots per entry; a low load keeps collisions rare. */
const slotsPerEntry = 4;

/** Highest character position that is tried, counted from the end of the text, and number of values it is tried on. */
const maxPosition = 24;
const maxSampledValues = 64;

/** Values of up to three keys, and what was inserted for them. */
interface Entry<S> {
  readonly value0: unknown;
  readonly value1: unknown;
  readonly value2: unknown;
  readonly target: S | undefined;
}

/** Differs from every attribute value. */
const noValue = Object.freeze({});

/** Fills empty slots; matches no lookup. */
const EMPTY_ENTRY: Entry<never> = { value0: noValue, value1: noValue, value2: noValue, target: undefined };

/** Candidates for multiplicative hashing (Knuth): the upper bits of a product depend on all bits of its factors. */
const factors = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0xd3a2646d];

/** LookupCache maps the values of up to three keys to an `S`. It may miss an entry that its trie holds. */
export class LookupCache<S> {
  /** True if the table holds entries. */
  open = false;
  private table: Entry<S>[] = [];
  private factor = 0;
  /** Number of bits by which a product is shifted right to give a slot. */
  private shift = 31;
  /** Positions of the two hashed characters of each value, counted from the end of the text; the last one is 1. */
  private near0 = 1;
  private far0 = 1;
  private near1 = 1;
  private far1 = 1;
  private near2 = 1;
  private far2 = 1;
  /** All entries, for rebuilding the table; `undefined` once there are too many. */
  #entries: Entry<S>[] | undefined = [];

  /** Returns what was inserted for the value of a single key; `undefined` on a miss. */
  get1(value0: unknown): S | undefined {
    const entry = this.table[Math.imul(hashOf(value0, this.near0, this.far0), this.factor) >>> this.shift] as Entry<S>;
    return entry.value0 === value0 ? entry.target : undefined;
  }

  /** Returns what was inserted for two or three values; `undefined` on a miss. For two keys `value2` is `undefined`. */
  get(value0: unknown, value1: unknown, value2: unknown): S | undefined {
    const entry = this.table[this.slotOf(value0, value1, value2)] as Entry<S>;
    return entry.value2 === value2 && entry.value1 === value1 && entry.value0 === value0 ? entry.target : undefined;
  }

  insert(value0: unknown, value1: unknown, value2: unknown, target: S): void {
    const entries = this.#entries;
    if (entries === undefined) return;
    if (entries.length === maxEntries) {
      this.open = false;
      this.table = [];
      this.#entries = undefined;
      return;
    }
    const entry = { value0, value1, value2, target };
    entries.push(entry);
    const isPowerOfTwo = (entries.length & (entries.length - 1)) === 0;
    if (isPowerOfTwo && entries.length >= minEntries) this.#rebuild(entries);
    else if (this.open) this.#fillSlot(entry);
  }

  /** Builds a table for twice the current number of entries, with the hash that separates them best. */
  #rebuild(entries: readonly Entry<S>[]): void {
    [this.near0, this.far0] = chooseHashPositions(entries.map(({ value0 }) => value0));
    [this.near1, this.far1] = chooseHashPositions(entries.map(({ value1 }) => value1));
    [this.near2, this.far2] = chooseHashPositions(entries.map(({ value2 }) => value2));
    const size = 2 * entries.length * slotsPerEntry;
    this.shift = 32 - Math.log2(size);
    const usedSlots = (factor: number) => {
      this.factor = factor;
      return new Set(entries.map(({ value0, value1, value2 }) => this.slotOf(value0, value1, value2))).size;
    };
    this.factor = factors.reduce((best, factor) => (usedSlots(factor) > usedSlots(best) ? factor : best));
    this.table = new Array(size).fill(EMPTY_ENTRY);
    for (const entry of entries) this.#fillSlot(entry);
    this.open = true;
  }

  /** Keeps the first entry of a slot. */
  #fillSlot(entry: Entry<S>): void {
    const slot = this.slotOf(entry.value0, entry.value1, entry.value2);
    if (this.table[slot]?.target === undefined) this.table[slot] = entry;
  }

  private slotOf(value0: unknown, value1: unknown, value2: unknown): number {
    const hash0 = hashOf(value0, this.near0, this.far0);
    const hash1 = hashOf(value1, this.near1, this.far1);
    const hash2 = hashOf(value2, this.near2, this.far2);
    return Math.imul(hash0 ^ (hash1 << 7) ^ (hash2 << 14), this.factor) >>> this.shift;
  }
}

/** Hashes a value: text by its length and two characters, numbers by their lower 32 bits, other values to 0. */
function hashOf(value: unknown, near: number, far: number): number {
  if (typeof value !== 'string') return typeof value === 'number' ? value | 0 : 0;
  const { length } = value;
  if (far > length) return length;
  return (length << 11) ^ (value.charCodeAt(length - near) << 5) ^ value.charCodeAt(length - far);
}

/** Returns two character positions, ascending, that give the most different hashes for a sample of the values. */
function chooseHashPositions(values: readonly unknown[]): [number, number] {
  const texts = [...new Set(values)].filter((value) => typeof value === 'string').slice(0, maxSampledValues);
  let best: [number, number] = [1, 1];
  let most = 0;
  const consider = (one: number, other: number) => {
    const [near, far] = one < other ? [one, other] : [other, one];
    const different = new Set(texts.map((text) => hashOf(text, near, far))).size;
    if (different <= most) return;
    most = different;
    best = [near, far];
  };
  for (let position = 1; position <= maxPosition && most < texts.length; position++) consider(position, position);
  const [anchor] = best;
  for (let position = 1; position <= maxPosition && most < texts.length; position++) consider(anchor, position);
  return best;
}
