/**
 * Cell of an exponential histogram: totals, and the buckets of one sign or of both.
 *
 * The buckets of a sign form a ring, bucket `i` at `i & mask`, so growth at one end does not move the other. Both signs
 * have the same scale.
 */
import { emptyBuckets } from '../model/point-views.js';
import type { ExponentialBuckets } from '../model/points.js';
import type { Cell } from './memory.js';

const ring = 256;
export const mask = ring - 1;

/** Offsets of the totals. */
export const at = { sum: 0, minimum: 1, maximum: 2, zeros: 3, count: 4, scale: 5, start: 6 } as const;

/** Offsets of the buckets of one sign. In an empty range, the last bucket is before the first. */
export interface Sign {
  readonly first: number;
  readonly last: number;
  readonly ring: number;
}

export const positive: Sign = { first: 7, last: 8, ring: 9 };
/** Buckets of the absolute values. */
export const negative: Sign = { first: 9 + ring, last: 10 + ring, ring: 11 + ring };

/** Size of a cell without negative buckets, and with them. */
export const slotsOf = { unsigned: negative.first, signed: negative.ring + ring } as const;

/** Writes the state without values at the finest scale into a zeroed cell. */
export function clear({ chunk, offset }: Cell, signed: boolean, scale: number): void {
  chunk[offset + at.scale] = scale;
  chunk[offset + positive.last] = -1;
  if (signed) chunk[offset + negative.last] = -1;
}

/** Merges each `2^by` adjacent buckets of one sign into one. */
export function coarsen({ chunk, offset }: Cell, { first, last, ring: buckets }: Sign, by: number): void {
  const from = chunk[offset + first] as number;
  const to = chunk[offset + last] as number;
  merged.fill(0);
  for (let bucket = from; bucket <= to; bucket++) {
    (merged[(bucket >> by) & mask] as number) += chunk[offset + buckets + (bucket & mask)] as number;
  }
  chunk.set(merged, offset + buckets);
  chunk[offset + first] = from >> by;
  chunk[offset + last] = to >> by;
}

const merged = new Float64Array(ring);

/** Subtracts an earlier state of the same cell from `state`, whose scale is never finer than that of the earlier one. */
export function subtract(state: Float64Array, earlier: Float64Array, signed: boolean): void {
  for (const slot of [at.sum, at.zeros, at.count]) (state[slot] as number) -= earlier[slot] as number;
  subtractBuckets(state, earlier, positive);
  if (signed) subtractBuckets(state, earlier, negative);
}

function subtractBuckets(state: Float64Array, earlier: Float64Array, { first, last, ring: buckets }: Sign): void {
  const coarser = (earlier[at.scale] as number) - (state[at.scale] as number);
  for (let bucket = earlier[first] as number; bucket <= (earlier[last] as number); bucket++) {
    (state[buckets + ((bucket >> coarser) & mask)] as number) -= earlier[buckets + (bucket & mask)] as number;
  }
}

/** Buckets in ascending order of their index, filled by `read` without an allocation. */
export class OrderedBuckets implements ExponentialBuckets {
  offset = 0;
  readonly counts = new Float64Array(ring);
  readonly from = 0;
  length = 0;

  /** Copies the buckets of one sign, without empty buckets at the ends. */
  read(state: Float64Array, sign: Sign): ExponentialBuckets {
    let first = state[sign.first] as number;
    let last = state[sign.last] as number;
    while (first <= last && state[sign.ring + (first & mask)] === 0) first++;
    while (last >= first && state[sign.ring + (last & mask)] === 0) last--;
    if (first > last) return emptyBuckets;
    for (let bucket = first; bucket <= last; bucket++)
      this.counts[bucket - first] = state[sign.ring + (bucket & mask)] as number;
    this.offset = first;
    this.length = last - first + 1;
    return this;
  }
}
