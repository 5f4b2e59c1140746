/**
 * Finds the bucket of a value by the bits of its exponent.
 *
 * A double's upper bits are sign, exponent and the beginning of the mantissa; read as a whole number they order
 * positive doubles as the doubles themselves. A table from those bits gives the first bucket that a value with them can
 * be in, and next to always that is the bucket: a boundary that lies within the same cell costs one comparison.
 */

/** Bits of the upper word that are dropped: 17 leave the exponent and three bits of the mantissa. */
const droppedBits = 17;
const cells = 1 << (31 - droppedBits);

/** Read through both at once; shared by all, because nothing can come between writing and reading. */
const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Boundaries with their table. */
export class Buckets {
  readonly boundaries: readonly number[];
  private readonly bounds: Float64Array;
  private readonly table: Uint8Array | Uint16Array;

  constructor(boundaries: readonly number[]) {
    this.boundaries = Object.freeze([...boundaries]);
    // The last bound is infinite: the search ends there without asking for the end.
    this.bounds = Float64Array.from([...boundaries, Number.POSITIVE_INFINITY]);
    const firstPositive = boundaries.findIndex((bound) => bound >= 0);
    const positiveFrom = firstPositive === -1 ? boundaries.length : firstPositive;
    this.table = boundaries.length < 256 ? new Uint8Array(cells) : new Uint16Array(cells);
    let bucket = positiveFrom;
    for (let cell = 0; cell < cells; cell++) {
      asWords[upperWord] = cell << droppedBits;
      asWords[1 - upperWord] = 0;
      const smallest = asDouble[0] as number;
      while (bucket < boundaries.length && (this.bounds[bucket] as number) < smallest) bucket++;
      this.table[cell] = bucket;
    }
  }

  /** The index of the first boundary that is not below a finite `value`; their number when all are. */
  indexOf(value: number): number {
    const bounds = this.bounds;
    let index = 0;
    if (value > 0) {
      asDouble[0] = value;
      index = this.table[(asWords[upperWord] as number) >>> droppedBits] as number;
    }
    while (value > (bounds[index] as number)) index++;
    return index;
  }
}

const made = new Map<string, Buckets>();

/** The buckets of boundaries; made once for all histograms that have the same. */
export function bucketsOf(boundaries: readonly number[]): Buckets {
  const key = boundaries.join();
  let buckets = made.get(key);
  if (buckets === undefined) {
    buckets = new Buckets(boundaries);
    made.set(key, buckets);
  }
  return buckets;
}
