/**
 * What a metric is once it is collected: the calls that a walk makes for each metric and each of its points.
 *
 * A walk drives one `PointVisitor`, whoever collected: our engine, or stock OpenTelemetry data through `replay`. Calls
 * carry plain numbers and views, so that a walk of any number of series allocates nothing.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { InstrumentKind } from './instrument.js';

/** Who made an instrument: OpenTelemetry's instrumentation scope. */
export interface Scope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** A stream of points under one name. The same object at every collection, so that visitors may cache by identity. */
export interface MetricStream {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: InstrumentKind;
  readonly scope: Scope;
  /** What its points are: `number` for sums and gauges. */
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  /** Whether the points are a sum; a gauge otherwise. For histograms `true`. */
  readonly sum: boolean;
  /** A sum that never falls. */
  readonly monotonic: boolean;
  /** A gauge that is a fact with the value 1, or one of several states (OpenMetrics, "Info" and "StateSet"). */
  readonly shape?: 'info' | 'stateSet' | undefined;
  /** Attributes whose values are open, where their points may become one when there is no time for all of them. */
  readonly detail?: readonly string[] | undefined;
  /** `low` for what may be left out when there is no time for everything. */
  readonly priority?: 'low' | undefined;
  /** Values are `INT` when whole numbers were declared (OpenTelemetry `ValueType`: 0 is INT, 1 is DOUBLE). */
  readonly valueType: 0 | 1;
}

/** Base-2 exponential buckets of one sign: bucket `i` counts `(base^(offset+i), base^(offset+i+1)]`. */
export interface ExponentialBuckets {
  /** Exponent of the first bucket. */
  readonly offset: number;
  /** Counts; `from` and `length` say which part is meant. */
  readonly counts: Float64Array;
  readonly from: number;
  readonly length: number;
}

/** A measurement kept with the trace that it was made in. */
export interface Exemplar {
  readonly value: number;
  readonly timeUnixMs: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** Attributes of the measurement that its stream does not have. */
  readonly filteredAttributes: Attributes;
}

/** When the points of a metric begin and end, and what they are counted from. */
export type Temporality = 'cumulative' | 'delta';

/**
 * Takes one collection, metric by metric.
 *
 * Arguments are valid during the call only: what a visitor wants to keep it copies. The attribute object of a series
 * is frozen and the same at every collection. Times are milliseconds since 1970-01-01 UTC.
 */
export interface PointVisitor {
  /** Opens a collection. */
  begin?(resource: Resource): void;
  /** Opens a metric; the points that follow are its. */
  metric(stream: MetricStream, temporality: Temporality): void;
  number(attributes: Attributes, startUnixMs: number, endUnixMs: number, value: number): void;
  /**
   * A histogram point.
   *
   * `counts[from + i]` counts values in `(boundaries[i-1], boundaries[i]]`; there is one count more than boundaries.
   * `sum` is `undefined` where it would be no counter, `min` and `max` where they are not known.
   */
  histogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    boundaries: readonly number[],
    counts: Float64Array,
    from: number,
  ): void;
  exponentialHistogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    scale: number,
    zeroCount: number,
    positive: ExponentialBuckets,
    negative: ExponentialBuckets,
  ): void;
  /** An exemplar of the next point of these attributes, if one of them follows before any other point. */
  exemplar?(attributes: Attributes, exemplar: Exemplar): void;
  /** Closes the collection. */
  end?(): void;
}
