/**
 * Conversion of exponential histograms to explicit buckets with bounds at powers of two, or further apart if the
 * histogram is coarser. Every count is exact.
 */
import { HistogramView } from '../model/point-views.js';
import type { ExponentialBuckets, ExponentialPoint, HistogramPoint } from '../model/points.js';

/** Converts an exponential histogram to explicit buckets. */
export function classicHistogram(point: ExponentialPoint): HistogramPoint {
  const view = new HistogramView();
  view.begin(point.series, point.startUnixMs, point.endUnixMs, point.exemplars);
  view.count = point.count;
  view.sum = point.sum;
  view.min = point.min;
  view.max = point.max;
  const { bounds, counts } = classicBuckets(point);
  view.boundaries = bounds;
  view.counts = Float64Array.from(counts);
  return view;
}

/** Returns ascending upper bounds, and the count of each bucket; the last count is of values above the last bound. */
function classicBuckets({ scale, zeroCount, positive, negative }: ExponentialPoint) {
  const target = Math.min(scale, 0);
  const bound = (index: number) => 2 ** (index * 2 ** -target);
  const below = downscaled(negative, scale - target);
  const above = downscaled(positive, scale - target);
  const bounds: number[] = [];
  const counts: number[] = [];
  // The upper bound of a negative bucket mirrors the lower bound of the positive bucket with the same index.
  for (let index = below.counts.length - 1; index >= 0; index--) {
    bounds.push(-bound(below.first + index));
    counts.push(below.counts[index] as number);
  }
  if (zeroCount > 0 || below.counts.length > 0) {
    bounds.push(0);
    counts.push(zeroCount);
  }
  for (const [index, count] of above.counts.entries()) {
    bounds.push(bound(above.first + index + 1));
    counts.push(count);
  }
  // Bounds beyond the range of numbers are infinite: their buckets merge into the outermost ones.
  let beyond = 0;
  while (bounds.at(-1) === Number.POSITIVE_INFINITY) {
    bounds.pop();
    beyond += counts.pop() as number;
  }
  while (bounds[0] === Number.NEGATIVE_INFINITY) {
    bounds.shift();
    const first = counts.shift() as number;
    counts[0] = (counts[0] ?? 0) + first;
  }
  return { bounds, counts: [...counts, beyond] };
}

/** Merges each 2^`steps` buckets into one. `first` is the index of the first merged bucket. */
function downscaled({ offset, counts, from, length }: ExponentialBuckets, steps: number) {
  const first = offset >> steps;
  const merged: number[] = [];
  for (let index = 0; index < length; index++) {
    const into = ((offset + index) >> steps) - first;
    merged[into] = (merged[into] ?? 0) + (counts[from + index] as number);
  }
  return { first, counts: merged };
}
