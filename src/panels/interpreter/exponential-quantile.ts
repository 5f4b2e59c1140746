/** Quantiles and shares of exponential histograms, interpolated as Prometheus does for native histograms. */
import type { ExponentialSum } from './exponential-sum.js';

/** Width of the zero bucket: the value that the exposition and Prometheus' OTLP receiver use. */
const zeroThreshold = 1e-128;

/** Bucket: values above `lower`, up to `upper`. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Returns the buckets with counts, in ascending order. */
export function bucketsOf({ scale, zeroCount, positive, negative }: ExponentialSum): Bucket[] {
  const bound = (index: number) => Math.min(2 ** (index * 2 ** -scale), Number.MAX_VALUE);
  const ascending = (counts: ReadonlyMap<number, number>) => [...counts].sort(([one], [other]) => one - other);
  const buckets = ascending(negative)
    .reverse()
    .map(([index, count]) => ({ lower: -bound(index + 1), upper: -bound(index), count }));
  if (zeroCount !== 0) {
    // A histogram with values of one sign only has no values of the other sign near zero.
    const lower = negative.size === 0 && positive.size > 0 ? 0 : -zeroThreshold;
    const upper = positive.size === 0 && negative.size > 0 ? 0 : zeroThreshold;
    buckets.push({ lower, upper, count: zeroCount });
  }
  for (const [index, count] of ascending(positive))
    buckets.push({ lower: bound(index), upper: bound(index + 1), count });
  return buckets;
}

/** Returns a quantile. NaN without values. */
export function exponentialQuantile(quantile: number, histogram: ExponentialSum): number {
  const { count: total, sum } = histogram;
  const buckets = bucketsOf(histogram);
  // From the nearer end: rounding errors add up along the way. An unknown sum hides NaN, which is in no bucket.
  const forward = quantile < 0.5 || Number.isNaN(sum);
  const rank = (forward ? quantile : 1 - quantile) * total;
  let count = 0;
  let found: Bucket | undefined;
  for (const bucket of forward ? buckets : buckets.reverse()) {
    found = bucket;
    count += bucket.count;
    if (count >= rank) break;
  }
  if (total === 0 || found === undefined) return Number.NaN;
  count = Math.min(count, total);
  if (count < rank) return Number.isNaN(sum) ? Number.NaN : found.upper;
  const share = (forward ? rank - (count - found.count) : count - rank) / found.count;
  return interpolated(found, share);
}

/** Returns the number of values up to a bound. NaN without values. */
export function exponentialCountBelow(bound: number, histogram: ExponentialSum): number {
  if (histogram.count === 0) return Number.NaN;
  let rank = 0;
  for (const bucket of bucketsOf(histogram)) {
    if (bucket.lower >= bound) return Math.min(rank, histogram.count);
    if (bucket.upper > bound) return Math.min(rank + bucket.count * shareBelow(bucket, bound), histogram.count);
    rank += bucket.count;
  }
  return histogram.count;
}

/** Returns the value below which a share of the values of a bucket is: on a logarithmic scale, except around zero. */
function interpolated({ lower, upper }: Bucket, share: number): number {
  if (isAtZero(lower, upper)) return lower + (upper - lower) * share;
  const [low, high] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper))];
  return lower > 0 ? 2 ** (low + (high - low) * share) : -(2 ** (high + (low - high) * (1 - share)));
}

function shareBelow({ lower, upper }: Bucket, value: number): number {
  if (isAtZero(lower, upper)) return (value - lower) / (upper - lower);
  const [low, high, at] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper)), Math.log2(Math.abs(value))];
  return value > 0 ? (at - low) / (high - low) : 1 - (at - high) / (low - high);
}

function isAtZero(lower: number, upper: number): boolean {
  return lower <= 0 && upper >= 0;
}
