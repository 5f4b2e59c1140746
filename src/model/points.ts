/** The collected form of a metric: its stream, its points, and the visitor that a collection walk calls with them. */
import type { Attributes } from '@opentelemetry/api';
import type { InstrumentKind } from './instrument.js';
import type { Resource } from './otel-data.js';

/** Instrumentation scope of OpenTelemetry: the library that created an instrument. */
export interface Scope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** Stream of points under one name. Collections pass the same object each time, so visitors may cache by identity. */
export interface MetricStream {
  readonly name: string;
  /** Name of the instrument if a view gave the stream another one. */
  readonly instrument?: string | undefined;
  readonly description: string;
  readonly unit: string;
  readonly kind: InstrumentKind;
  readonly scope: Scope;
  /** Type of the points: `number` for sums and gauges. */
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  /** True for sums and histograms, false for gauges. */
  readonly sum: boolean;
  /** True for sums that never decrease. */
  readonly monotonic: boolean;
  /** Set on gauges that follow the OpenMetrics types Info (constant 1) and StateSet (one series per state). */
  readonly shape?: 'info' | 'stateSet' | undefined;
  /** Keys of attributes with an open set of values. Under load, points that differ only in them may be merged. */
  readonly detail?: readonly string[] | undefined;
  /** `low` for metrics that may be left out under load. */
  readonly priority?: 'low' | undefined;
  /** `INT` when the instrument declares integers (OpenTelemetry `ValueType`: 0 is INT, 1 is DOUBLE). */
  readonly valueType: 0 | 1;
}

/** Base-2 exponential buckets of one sign: bucket `i` counts values in `(base^(offset+i), base^(offset+i+1)]`. */
export interface ExponentialBuckets {
  /** Exponent of the first bucket. */
  readonly offset: number;
  /** Counts of the buckets, at `counts[from]` to `counts[from + length - 1]`. */
  readonly counts: Float64Array;
  readonly from: number;
  readonly length: number;
}

/** Sample measurement with the trace in which it was recorded. */
export interface Exemplar {
  readonly value: number;
  readonly timeUnixMs: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** Attributes of the measurement that its series does not have. */
  readonly filteredAttributes: Attributes;
}

/** Identifies a series across the collections of its stream: the same object in each of them. */
export interface SeriesKey {
  /** Frozen. */
  readonly attributes: Attributes;
  /** Small number that no other live series of the stream has, for tables with one entry per series. */
  readonly index: number;
  /** Of gauges: grows with each recording of any gauge, so the largest of several is that of the newest value. */
  readonly lastRecorded?: number;
}

/** Fields of every point. Times are milliseconds since 1970-01-01 UTC. */
export interface Point {
  readonly series: SeriesKey;
  /** Attributes of `series`. */
  readonly attributes: Attributes;
  readonly startUnixMs: number;
  readonly endUnixMs: number;
  /** Exemplars recorded between the two times. */
  readonly exemplars: readonly Exemplar[];
}

/** Point of a sum or a gauge. */
export interface NumberPoint extends Point {
  readonly value: number;
}

/** Fields that both kinds of histograms have. */
export interface DistributionPoint extends Point {
  readonly count: number;
  /** Undefined if values may be negative: such a sum is not monotonic. */
  readonly sum: number | undefined;
  /** Undefined if unknown. */
  readonly min: number | undefined;
  /** Undefined if unknown. */
  readonly max: number | undefined;
}

/** Point of a histogram with explicit boundaries. */
export interface HistogramPoint extends DistributionPoint {
  readonly boundaries: readonly number[];
  /**
   * Counts of the buckets: `counts[from + i]` counts values in `(boundaries[i-1], boundaries[i]]`. There is one bucket
   * more than there are boundaries.
   */
  readonly counts: Float64Array;
  readonly from: number;
}

/** Point of a base-2 exponential histogram. */
export interface ExponentialPoint extends DistributionPoint {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

/** Interval that the points of a metric cover: since the start of the series, or since the last accepted collection. */
export type Temporality = 'cumulative' | 'delta';

/**
 * Receives one collection, metric by metric.
 *
 * Points are views that the walk reuses: they are valid during the call only, and a visitor copies what it keeps.
 * `Point.series` and `MetricStream` objects are stable, so a visitor may keep them as cache keys.
 */
export interface PointVisitor {
  /** Starts a collection. */
  begin?(resource: Resource): void;
  /** Starts a metric; the points that follow belong to it. */
  metric(stream: MetricStream, temporality: Temporality): void;
  number(point: NumberPoint): void;
  histogram(point: HistogramPoint): void;
  exponentialHistogram(point: ExponentialPoint): void;
  /** Ends the collection. */
  end?(): void;
  /** Called after `end`. Returns true to visit the whole collection again, from `begin`. */
  again?(): boolean;
}
