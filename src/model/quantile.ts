/** Quantiles of histograms, estimated within their buckets. */
import type { ExponentialBuckets, ExponentialPoint, HistogramPoint } from './points.js';

/** Values in `(lower, upper]`. An infinite bound stands for an unknown one. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Returns the buckets of a histogram with explicit boundaries that hold values, in ascending order. */
export function explicitBuckets({
  boundaries,
  counts,
  from,
}: Pick<HistogramPoint, 'boundaries' | 'from'> & { readonly counts: ArrayLike<number> }): Bucket[] {
  const buckets: Bucket[] = [];
  for (let index = 0; index <= boundaries.length; index++) {
    const count = counts[from + index] as number;
    const lower = boundaries[index - 1] ?? Number.NEGATIVE_INFINITY;
    if (count > 0) buckets.push({ lower, upper: boundaries[index] ?? Number.POSITIVE_INFINITY, count });
  }
  return buckets;
}

/** Returns the buckets of an exponential histogram that hold values, in ascending order. */
export function exponentialBuckets({ scale, zeroCount, positive, negative }: ExponentialPoint): Bucket[] {
  const buckets = sideOf(negative, scale)
    .map(({ lower, upper, count }) => ({ lower: -upper, upper: -lower, count }))
    .reverse();
  if (zeroCount > 0) buckets.push({ lower: 0, upper: 0, count: zeroCount });
  buckets.push(...sideOf(positive, scale));
  return buckets;
}

function sideOf({ offset, counts, from, length }: ExponentialBuckets, scale: number): Bucket[] {
  const bound = (index: number) => 2 ** (index * 2 ** -scale);
  const buckets: Bucket[] = [];
  for (let index = 0; index < length; index++) {
    const count = counts[from + index] as number;
    if (count > 0) buckets.push({ lower: bound(offset + index), upper: bound(offset + index + 1), count });
  }
  return buckets;
}

/**
 * Returns the `q`-quantile of `count` values, by linear interpolation within its bucket, between `min` and `max`: the bucket
 * of the maximum ends at it, and that of the minimum begins at it.
 *
 * Without a minimum the first bucket begins at 0 if its values may be positive; without a maximum the last bucket ends at
 * its lower bound.
 */
export function quantile(
  q: number,
  buckets: readonly Bucket[],
  count: number,
  min: number | undefined,
  max: number | undefined,
): number {
  const rank = q * count;
  const within = (bound: number) =>
    Math.min(Math.max(bound, min ?? Number.NEGATIVE_INFINITY), max ?? Number.POSITIVE_INFINITY);
  let below = 0;
  for (const bucket of buckets) {
    if (below + bucket.count >= rank) {
      const lower = within(finite(bucket.lower, min ?? Math.min(0, bucket.upper)));
      const upper = within(finite(bucket.upper, max ?? lower));
      return Math.min(upper, lower + (upper - lower) * ((rank - below) / bucket.count));
    }
    below += bucket.count;
  }
  return max ?? Number.NaN;
}

function finite(bound: number, otherwise: number): number {
  return Number.isFinite(bound) ? bound : otherwise;
}
