/** Walks as our engine makes them, written out by hand: streams, and points of any kind. */
import type { Attributes } from '@opentelemetry/api';
import type { MetricStream, PointVisitor } from '../../../src/model/points.js';

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

/** One point of any kind. */
export function visit(visitor: PointVisitor, { points }: MetricStream, attributes: Attributes, value = 1): void {
  const empty = { offset: 0, counts: new Float64Array(0), from: 0, length: 0 };
  if (points === 'number') visitor.number(attributes, 1_000, 2_000, value);
  else if (points === 'histogram') {
    visitor.histogram(attributes, 1_000, 2_000, 1, value, value, value, [5], Float64Array.of(1, 0), 0);
  } else visitor.exponentialHistogram(attributes, 1_000, 2_000, 1, value, value, value, 0, 1, empty, empty);
}
