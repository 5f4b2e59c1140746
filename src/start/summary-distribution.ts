/** Values of a histogram in a summary: series are added up, and percentiles are interpolated within their bucket. */
import { classicQuantile } from '../panels/interpreter/classic-quantile.js';
import { exponentialQuantile } from '../panels/interpreter/exponential-quantile.js';
import { ExponentialSum } from '../panels/interpreter/exponential-sum.js';
import type { DistributionReading, HistogramReading } from './summary-reading.js';
import type { HistogramValues } from './summary-types.js';

/** Returns the values of several series of one metric together. */
export function distributionOf(points: readonly DistributionReading[]): HistogramValues {
  const count = points.reduce((total, point) => total + point.count, 0);
  // The engine keeps the sum of every histogram.
  const sum = points.reduce((total, point) => total + (point.sum ?? 0), 0);
  const recorded = points.filter((point) => point.count > 0);
  const min = extreme(recorded, 'min', Math.min);
  const max = extreme(recorded, 'max', Math.max);
  const quantile = count === 0 ? () => undefined : quantileOf(recorded, max);
  const within = (value: number | undefined) =>
    value === undefined || Number.isNaN(value)
      ? undefined
      : Math.min(Math.max(value, min ?? Number.NEGATIVE_INFINITY), max ?? Number.POSITIVE_INFINITY);
  return {
    count,
    sum,
    mean: count === 0 ? undefined : sum / count,
    p50: within(quantile(0.5)),
    p95: within(quantile(0.95)),
    p99: within(quantile(0.99)),
    max,
  };
}

/** Returns the extreme of all series; `undefined` if that of a series is unknown. */
function extreme(
  points: readonly DistributionReading[],
  field: 'min' | 'max',
  of: (one: number, other: number) => number,
): number | undefined {
  let found: number | undefined;
  for (const { [field]: value } of points) {
    if (value === undefined) return undefined;
    found = found === undefined ? value : of(found, value);
  }
  return found;
}

/** Returns a function that calculates quantiles; NaN if the buckets do not tell them. */
function quantileOf(points: readonly DistributionReading[], max: number | undefined): (quantile: number) => number {
  const [first] = points;
  if (first !== undefined && isExplicit(first)) return explicitQuantile(first.boundaries, points, max);
  const all = new ExponentialSum();
  for (const point of points) {
    if (isExplicit(point)) continue;
    all.addBuckets(point, 1);
    all.count += point.count;
    all.sum += point.sum ?? 0;
  }
  return (quantile) => exponentialQuantile(quantile, all);
}

function explicitQuantile(
  boundaries: readonly number[],
  points: readonly DistributionReading[],
  max: number | undefined,
): (quantile: number) => number {
  if (boundaries.length === 0) return () => Number.NaN;
  const counts = new Array<number>(boundaries.length + 1).fill(0);
  for (const point of points) {
    if (!isExplicit(point)) continue;
    for (let index = 0; index < counts.length; index++) (counts[index] as number) += point.counts[index] as number;
  }
  let below = 0;
  const upTo = counts.map((count) => {
    below += count;
    return below;
  });
  // The largest value is the upper limit of the last bucket, which otherwise has none.
  const isLimit = max !== undefined && max > (boundaries.at(-1) as number);
  const bounds = isLimit ? [...boundaries, max] : boundaries;
  const cumulative = isLimit ? [...upTo, below] : upTo;
  return (quantile) => classicQuantile(quantile, bounds, [...cumulative]);
}

function isExplicit(point: DistributionReading): point is HistogramReading {
  return 'boundaries' in point;
}
