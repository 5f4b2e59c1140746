/**
 * Record path, in front of the trie: the entries of a small one in one table, found by a few characters of their values.
 *
 * A map walks a chain of candidates at every level, and the processor cannot foresee how long the chain is. Here the
 * place follows from the length and two characters of each value, those that tell the values at hand apart best. What
 * is at that place is compared in full; what has lost its place to another is left to the trie.
 */

/** Larger tries are faster without: the table would not stay in the processor's nearest cache. */
const mostWays = 512;

/** Smaller ones as well: the processor foresees what a map does with a few. */
const fewestWays = 4;

/** Places for each way, so that few share one. */
const placesPerWay = 4;

/** Characters further from the end, and more values than these, are not tried. */
const farthest = 24;
const mostTried = 64;

/** Values of up to three keys, and what they lead to. */
interface Way<S> {
  readonly value0: unknown;
  readonly value1: unknown;
  readonly value2: unknown;
  readonly entry: S | undefined;
}

/** Equal to no value that anybody gives. */
const nobody = Object.freeze({});

/** The upper bits of a product depend on all bits of its factors (Knuth, multiplicative hashing); one of these suits. */
const factors = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0xd3a2646d];

/** Leads from the values of up to three keys to an `S`, where it knows one. */
export class Shortcut<S> {
  /** Whether there is something to be found. */
  open = false;
  private table: Way<S>[] = [];
  private factor = 0;
  /** How far a product is shifted to be a place in the table. */
  private shift = 31;
  /** Which characters of each value are looked at, counted from the end of the text, where the last one is 1. */
  private near0 = 1;
  private far0 = 1;
  private near1 = 1;
  private far1 = 1;
  private near2 = 1;
  private far2 = 1;
  /** All that there are; `undefined` once they are too many. */
  #ways: Way<S>[] | undefined = [];

  /** What was put under the value of a single key, unless it lost its place. */
  get1(value0: unknown): S | undefined {
    const way = this.table[Math.imul(traitOf(value0, this.near0, this.far0), this.factor) >>> this.shift] as Way<S>;
    return way.value0 === value0 ? way.entry : undefined;
  }

  /** What was put under the values of two or three keys, unless it lost its place; the third of two is `undefined`. */
  get(value0: unknown, value1: unknown, value2: unknown): S | undefined {
    const way = this.table[this.place(value0, value1, value2)] as Way<S>;
    return way.value2 === value2 && way.value1 === value1 && way.value0 === value0 ? way.entry : undefined;
  }

  put(value0: unknown, value1: unknown, value2: unknown, entry: S): void {
    const ways = this.#ways;
    if (ways === undefined) return;
    if (ways.length === mostWays) {
      this.open = false;
      this.table = [];
      this.#ways = undefined;
      return;
    }
    const way = { value0, value1, value2, entry };
    ways.push(way);
    const isPowerOfTwo = (ways.length & (ways.length - 1)) === 0;
    if (isPowerOfTwo && ways.length >= fewestWays) this.#layOut(ways);
    else if (this.open) this.#enter(way);
  }

  /** A table for twice as many ways as there are, by what tells those apart best. */
  #layOut(ways: readonly Way<S>[]): void {
    [this.near0, this.far0] = tellingApart(ways.map(({ value0 }) => value0));
    [this.near1, this.far1] = tellingApart(ways.map(({ value1 }) => value1));
    [this.near2, this.far2] = tellingApart(ways.map(({ value2 }) => value2));
    const size = 2 * ways.length * placesPerWay;
    this.shift = 32 - Math.log2(size);
    const places = (factor: number) => {
      this.factor = factor;
      return new Set(ways.map(({ value0, value1, value2 }) => this.place(value0, value1, value2))).size;
    };
    this.factor = factors.reduce((best, factor) => (places(factor) > places(best) ? factor : best));
    this.table = new Array(size).fill({ value0: nobody, value1: nobody, value2: nobody, entry: undefined });
    for (const way of ways) this.#enter(way);
    this.open = true;
  }

  #enter(way: Way<S>): void {
    const place = this.place(way.value0, way.value1, way.value2);
    if (this.table[place]?.entry === undefined) this.table[place] = way;
  }

  private place(value0: unknown, value1: unknown, value2: unknown): number {
    const trait0 = traitOf(value0, this.near0, this.far0);
    const trait1 = traitOf(value1, this.near1, this.far1);
    const trait2 = traitOf(value2, this.near2, this.far2);
    return Math.imul(trait0 ^ (trait1 << 7) ^ (trait2 << 14), this.factor) >>> this.shift;
  }
}

/** A number for a value: the same for the same value, and mostly another one for others. */
function traitOf(value: unknown, near: number, far: number): number {
  if (typeof value !== 'string') return typeof value === 'number' ? value | 0 : 0;
  const { length } = value;
  if (far > length) return length;
  return (length << 11) ^ (value.charCodeAt(length - near) << 5) ^ value.charCodeAt(length - far);
}

/** Two places, counted from the end in ascending order, whose characters make the fewest of these values look alike. */
function tellingApart(values: readonly unknown[]): [number, number] {
  const texts = [...new Set(values)].filter((value) => typeof value === 'string').slice(0, mostTried);
  let best: [number, number] = [1, 1];
  let most = 0;
  const consider = (one: number, other: number) => {
    const [near, far] = one < other ? [one, other] : [other, one];
    const different = new Set(texts.map((text) => traitOf(text, near, far))).size;
    if (different <= most) return;
    most = different;
    best = [near, far];
  };
  for (let place = 1; place <= farthest && most < texts.length; place++) consider(place, place);
  const [anchor] = best;
  for (let place = 1; place <= farthest && most < texts.length; place++) consider(anchor, place);
  return best;
}
