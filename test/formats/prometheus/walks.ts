/**
 * Consecutive collections as the engine makes them: a stream is the same object in each collection, and so are the
 * attributes of a series during its lifetime.
 */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricStream, PointVisitor, Scope } from '../../../src/model/points.js';
import { exponentialPoint, histogramPoint, numberPoint, SeriesKeys } from '../../support/points.js';

/** A series and its current point. */
export interface WalkedSeries {
  readonly attributes: Attributes;
  startUnixMs: number;
  value: number;
}

/** A stream and its series, in the order of the walk. */
export interface WalkedStream {
  stream: MetricStream;
  series: WalkedSeries[];
  shown: boolean;
}

/** The content of a walk. */
export interface Walked {
  resource: Attributes;
  streams: WalkedStream[];
}

type StreamKind = 'counter' | 'gauge' | 'histogram' | 'exponentialHistogram';

const histogramKinds: readonly StreamKind[] = ['histogram', 'exponentialHistogram'];

/** Returns a stream as the engine declares it. */
export function streamOf(kind: StreamKind, name: string, scope: Scope, more: Partial<MetricStream> = {}): MetricStream {
  const isHistogram = histogramKinds.includes(kind);
  return {
    name,
    description: `Description of ${name}.`,
    unit: '',
    kind: isHistogram ? 'histogram' : (kind as 'counter' | 'gauge'),
    scope,
    points: isHistogram ? (kind as 'histogram') : 'number',
    sum: kind !== 'gauge',
    monotonic: kind !== 'gauge',
    valueType: 1,
    ...more,
  };
}

const keys = new SeriesKeys();
const boundaries = [1, 2];
const endUnixMs = 1_700_000_060_000;

/** Passes the content to a visitor. */
export function walk({ resource, streams }: Walked, visitor: PointVisitor): void {
  visitor.begin?.(resourceFromAttributes(resource));
  for (const { stream, series, shown } of streams) {
    if (!shown) continue;
    visitor.metric(stream, 'cumulative');
    for (const one of series) visitOne(stream, one, visitor);
  }
  visitor.end?.();
  if (visitor.again?.()) walk({ resource, streams }, visitor);
}

function visitOne({ points }: MetricStream, series: WalkedSeries, visitor: PointVisitor): void {
  const { attributes, startUnixMs, value } = series;
  const common = { series: keys.of(attributes), startUnixMs, endUnixMs };
  if (points === 'number') {
    visitor.number(numberPoint({ ...common, value }));
  } else if (points === 'histogram') {
    const counts = Float64Array.of(9, value, 0, 1);
    const fields = { count: value + 1, sum: value, min: 1, max: 9, boundaries, counts, from: 1 };
    visitor.histogram(histogramPoint({ ...common, ...fields }));
  } else {
    const side = (length: number) => ({ offset: 0, counts: Float64Array.of(9, value), from: 1, length });
    const fields = { count: value + 1, sum: value, min: 0, max: 9, scale: 0, zeroCount: 1 };
    visitor.exponentialHistogram(exponentialPoint({ ...common, ...fields, positive: side(1), negative: side(0) }));
  }
}
