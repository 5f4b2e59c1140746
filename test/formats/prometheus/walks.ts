/**
 * Collections one after another, as our engine makes them: a stream is the same object each time, and so are the
 * attributes of a series for as long as it lives.
 */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricStream, PointVisitor, Scope } from '../../../src/model/points.js';

/** A series: what it is shown with. */
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

/** Everything that a walk shows. */
export interface Walked {
  resource: Attributes;
  streams: WalkedStream[];
}

type StreamKind = 'counter' | 'gauge' | 'histogram' | 'exponentialHistogram';

const histogramKinds: readonly StreamKind[] = ['histogram', 'exponentialHistogram'];

/** A stream as an engine declares it. */
export function streamOf(kind: StreamKind, name: string, scope: Scope, more: Partial<MetricStream> = {}): MetricStream {
  const isHistogram = histogramKinds.includes(kind);
  return {
    name,
    description: `What ${name} is.`,
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

const boundaries = [1, 2];
const endUnixMs = 1_700_000_060_000;

/** Shows all of it to a visitor. */
export function walk({ resource, streams }: Walked, visitor: PointVisitor): void {
  visitor.begin?.(resourceFromAttributes(resource));
  for (const { stream, series, shown } of streams) {
    if (!shown) continue;
    visitor.metric(stream, 'cumulative');
    for (const one of series) visitOne(stream, one, visitor);
  }
  visitor.end?.();
}

function visitOne({ points }: MetricStream, series: WalkedSeries, visitor: PointVisitor): void {
  const { attributes, startUnixMs, value } = series;
  if (points === 'number') {
    visitor.number(attributes, startUnixMs, endUnixMs, value);
  } else if (points === 'histogram') {
    const counts = Float64Array.of(9, value, 0, 1);
    visitor.histogram(attributes, startUnixMs, endUnixMs, value + 1, value, 1, 9, boundaries, counts, 1);
  } else {
    const side = (length: number) => ({ offset: 0, counts: Float64Array.of(9, value), from: 1, length });
    visitor.exponentialHistogram(attributes, startUnixMs, endUnixMs, value + 1, value, 0, 9, 0, 1, side(1), side(0));
  }
}
