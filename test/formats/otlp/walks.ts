/** Handwritten walks: streams, and points of any type. */
import { emptyBuckets } from '../../../src/model/point-views.js';
import type { Exemplar, MetricStream, PointVisitor, SeriesKey } from '../../../src/model/points.js';
import { exponentialPoint, histogramPoint, numberPoint } from '../../support/points.js';

const scope = { name: 's' };
export const streams = {
  double: { name: 'd', kind: 'counter', points: 'number', sum: true, monotonic: true, valueType: 1 },
  int: { name: 'i', kind: 'counter', points: 'number', sum: true, monotonic: true, valueType: 0 },
  histogram: { name: 'h', kind: 'histogram', points: 'histogram', sum: true, monotonic: true, valueType: 1 },
  exponential: {
    name: 'e',
    kind: 'histogram',
    points: 'exponentialHistogram',
    sum: true,
    monotonic: true,
    valueType: 1,
  },
} as const;

export function streamOf(kind: keyof typeof streams, more: Partial<MetricStream> = {}): MetricStream {
  return { description: '', unit: '', scope, ...streams[kind], ...more };
}

/** Visits one point of any type. */
export function visit(
  visitor: PointVisitor,
  { points }: MetricStream,
  series: SeriesKey,
  { value = 1, exemplars = [] }: { value?: number; exemplars?: readonly Exemplar[] } = {},
): void {
  const common = { series, startUnixMs: 1_000, endUnixMs: 2_000, exemplars };
  const distribution = { ...common, count: 1, sum: value, min: value, max: value };
  if (points === 'number') visitor.number(numberPoint({ ...common, value }));
  else if (points === 'histogram') {
    visitor.histogram(histogramPoint({ ...distribution, boundaries, counts: Float64Array.of(1, 0), from: 0 }));
  } else {
    const buckets = { positive: emptyBuckets, negative: emptyBuckets };
    visitor.exponentialHistogram(exponentialPoint({ ...distribution, scale: 0, zeroCount: 1, ...buckets }));
  }
}

const boundaries = [5];
