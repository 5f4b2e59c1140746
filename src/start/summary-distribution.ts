/** Values of a histogram in a summary: series are added up, and percentiles are interpolated within their bucket. */
import { type Bucket, explicitBuckets, quantile } from '../model/quantile.js';
import { bucketsOf } from '../panels/interpreter/exponential-quantile.js';
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
  const buckets = bucketsIn(recorded);
  const percentile = (share: number) => (buckets.length === 0 ? undefined : quantile(share, buckets, count, min, max));
  return {
    count,
    sum,
    mean: count === 0 ? undefined : sum / count,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
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

/** Returns the buckets of all series. Without boundaries a histogram does not tell its percentiles: no bucket. */
function bucketsIn(points: readonly DistributionReading[]): readonly Bucket[] {
  const [first] = points;
  if (first !== undefined && isExplicit(first)) return explicitBucketsIn(first.boundaries, points);
  const all = new ExponentialSum();
  for (const point of points) if (!isExplicit(point)) all.addBuckets(point, 1);
  return bucketsOf(all);
}

function explicitBucketsIn(boundaries: readonly number[], points: readonly DistributionReading[]): readonly Bucket[] {
  if (boundaries.length === 0) return [];
  const counts = new Array<number>(boundaries.length + 1).fill(0);
  for (const point of points) {
    if (!isExplicit(point)) continue;
    for (let index = 0; index < counts.length; index++) (counts[index] as number) += point.counts[index] as number;
  }
  return explicitBuckets({ boundaries, counts, from: 0 });
}

function isExplicit(point: DistributionReading): point is HistogramReading {
  return 'boundaries' in point;
}
