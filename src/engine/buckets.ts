/**
 * Bucket lookup by the exponent bits of a value.
 *
 * The upper bits of a double are sign, exponent and the start of the mantissa. Read as an integer, they order positive
 * doubles like the doubles themselves. A table maps these bits to the first bucket that a value with them can be in.
 * This is almost always the bucket; a boundary within the same table cell costs one comparison.
 */

/** Low bits of the upper word that are dropped: 17 leaves the exponent and three bits of the mantissa. */
const droppedBits = 17;
const cells = 1 << (31 - droppedBits);

/** Views of the same bytes, to read the bits of a double. Shared: a write and its read are never interrupted. */
const asDouble = new Float64Array(1);
const asWords = new Uint32Array(asDouble.buffer);
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Boundaries and their lookup table. */
export class Buckets {
  readonly boundaries: readonly number[];
  private readonly bounds: Float64Array;
  private readonly table: Uint8Array | Uint16Array;

  constructor(boundaries: readonly number[]) {
    this.boundaries = Object.freeze([...boundaries]);
    // The infinite last bound ends the search without a check of the length.
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

  /** Returns the index of the first boundary that is not below a finite `value`; the number of boundaries if all are. */
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

const bucketsByBoundaries = new Map<string, Buckets>();

/** Returns the buckets of boundaries. Histograms with the same boundaries share them. */
export function bucketsOf(boundaries: readonly number[]): Buckets {
  const key = boundaries.join();
  let buckets = bucketsByBoundaries.get(key);
  if (buckets === undefined) {
    buckets = new Buckets(boundaries);
    bucketsByBoundaries.set(key, buckets);
  }
  return buckets;
}
