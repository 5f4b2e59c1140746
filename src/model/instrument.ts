/**
 * What a metric is, whoever records or reads it: instrument kinds and the constants that OpenTelemetry gives them.
 *
 * The constants are written out here so that nothing of the SDK is loaded to define a metric; a test compares them
 * with `@opentelemetry/sdk-metrics`.
 */
import type { AggregationTemporality, AggregationType, InstrumentType } from '@opentelemetry/sdk-metrics';

/** The seven instrument kinds of the OpenTelemetry metrics API. */
export type InstrumentKind = SyncInstrumentKind | ObservableInstrumentKind;

/** Kinds that the application records into. */
export type SyncInstrumentKind = 'counter' | 'upDownCounter' | 'gauge' | 'histogram';

/** Kinds that are asked for their value at collection. */
export type ObservableInstrumentKind = 'observableCounter' | 'observableUpDownCounter' | 'observableGauge';

/** `InstrumentType` of sdk-metrics for each kind. */
export const instrumentTypes = {
  counter: 'COUNTER',
  upDownCounter: 'UP_DOWN_COUNTER',
  gauge: 'GAUGE',
  histogram: 'HISTOGRAM',
  observableCounter: 'OBSERVABLE_COUNTER',
  observableUpDownCounter: 'OBSERVABLE_UP_DOWN_COUNTER',
  observableGauge: 'OBSERVABLE_GAUGE',
} as Record<InstrumentKind, InstrumentType>;

/** `AggregationType` of sdk-metrics: how the measurements of an instrument become points. */
export const aggregationTypes = {
  default: 0 as AggregationType.DEFAULT,
  drop: 1 as AggregationType.DROP,
  sum: 2 as AggregationType.SUM,
  lastValue: 3 as AggregationType.LAST_VALUE,
  explicitBucketHistogram: 4 as AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
  exponentialHistogram: 5 as AggregationType.EXPONENTIAL_HISTOGRAM,
} as const;

/** `AggregationTemporality` of sdk-metrics: what a sum is counted from. */
export const aggregationTemporalities = {
  delta: 0 as AggregationTemporality.DELTA,
  cumulative: 1 as AggregationTemporality.CUMULATIVE,
} as const;

/** Series that one metric may have, unless its definition says otherwise (OpenTelemetry metrics SDK, cardinality limits). */
export const defaultCardinalityLimit = 2000;

/** The attribute value that stands for every value beyond those a declaration allows (OpenTelemetry semantic conventions). */
export const otherValue = '_OTHER';

/** Maximum length of an attribute value in UTF-16 code units; longer text is truncated. */
export const maxValueLength = 4_096;

/** The scope of what the metrics say of themselves. */
export const selfScope = 'otelier.self';
