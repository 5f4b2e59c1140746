/** Quantiles of explicit buckets, interpolated as Prometheus does for classic histograms. */

/** Relative difference of two counts that is taken for a rounding error. */
const tolerance = 1e-12;

/**
 * Returns a quantile. NaN without values.
 *
 * @param bounds ascending and finite.
 * @param counts values up to each bound, and at last the number of all values. They are corrected to ascend.
 */
export function classicQuantile(quantile: number, bounds: readonly number[], counts: number[]): number {
  ascend(counts);
  const total = counts.at(-1) ?? 0;
  if (bounds.length === 0 || total === 0) return Number.NaN;
  const rank = quantile * total;
  const index = firstAtLeast(counts, rank);
  const upper = bounds[index];
  // Above the last bound there is no other limit.
  if (upper === undefined) return bounds.at(-1) as number;
  if (index === 0 && upper <= 0) return upper;
  const [lower, before] = index === 0 ? [0, 0] : [bounds[index - 1] as number, counts[index - 1] as number];
  return lower + (upper - lower) * ((rank - before) / ((counts[index] as number) - before));
}

/** Removes decreases and rounding errors: rates of single buckets are extrapolated one by one. */
function ascend(counts: number[]): void {
  let before = counts[0] ?? 0;
  for (const [index, count] of counts.entries()) {
    if (count < before || isAlmostEqual(count, before)) counts[index] = before;
    else before = count;
  }
}

function isAlmostEqual(one: number, other: number): boolean {
  return Math.abs(one - other) < tolerance * Math.min(Math.abs(one) + Math.abs(other), Number.MAX_VALUE);
}

/** Returns the position of the first bucket whose count is at least `rank`, or the last position. */
function firstAtLeast(counts: readonly number[], rank: number): number {
  let [low, high] = [0, counts.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((counts[middle] as number) >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}
