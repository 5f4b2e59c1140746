/**
 * Instrument kinds, and OpenTelemetry's constants and limits for them.
 *
 * The constants are copied here so that defining a metric does not load the SDK. A test compares them with
 * `@opentelemetry/sdk-metrics`.
 */
import type { AggregationTemporality } from './otel-data.js';
import type { InstrumentType } from './otel-sdk.js';

/** The seven instrument kinds of the OpenTelemetry metrics API. */
export type InstrumentKind = SyncInstrumentKind | ObservableInstrumentKind;

/** Kinds that the application records into. */
export type SyncInstrumentKind = 'counter' | 'upDownCounter' | 'gauge' | 'histogram';

/** Kinds whose values are read by callbacks at collection. */
export type ObservableInstrumentKind = 'observableCounter' | 'observableUpDownCounter' | 'observableGauge';

/** Reports whether values of the kind are read at collection. */
export function isObservable(kind: InstrumentKind): kind is ObservableInstrumentKind {
  return kind.startsWith('observable');
}

/** Reports whether sums of the kind never decrease (OpenTelemetry metrics SDK, default aggregation). */
export function isMonotonic(kind: InstrumentKind): boolean {
  return isCounter(kind) || kind === 'histogram';
}

/** Reports whether the kind is a counter, synchronous or observable, whose values are never negative. */
export function isCounter(kind: InstrumentKind): boolean {
  return kind === 'counter' || kind === 'observableCounter';
}

/** Reports whether OpenTelemetry's metrics API allows the name of an instrument ("Instrument name syntax"). */
export function isInstrumentName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/.test(name);
}

/** Method of OpenTelemetry's `Meter` that creates an instrument of each kind. */
export const meterMethods = {
  counter: 'createCounter',
  upDownCounter: 'createUpDownCounter',
  gauge: 'createGauge',
  histogram: 'createHistogram',
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const satisfies Record<InstrumentKind, string>;

/** Method of a catalogue's handle that records into an instrument of each kind. */
export const recordMethods = {
  counter: 'add',
  upDownCounter: 'add',
  gauge: 'set',
  histogram: 'record',
} as const satisfies Record<SyncInstrumentKind, string>;

/** `InstrumentType` of sdk-metrics for each kind. */
export const instrumentTypes = {
  counter: 'COUNTER',
  upDownCounter: 'UP_DOWN_COUNTER',
  gauge: 'GAUGE',
  histogram: 'HISTOGRAM',
  observableCounter: 'OBSERVABLE_COUNTER',
  observableUpDownCounter: 'OBSERVABLE_UP_DOWN_COUNTER',
  observableGauge: 'OBSERVABLE_GAUGE',
} as const satisfies Record<InstrumentKind, InstrumentType>;

/** `AggregationType` of sdk-metrics. */
export const aggregationTypes = {
  default: 0,
  drop: 1,
  sum: 2,
  lastValue: 3,
  explicitBucketHistogram: 4,
  exponentialHistogram: 5,
} as const;

/** `AggregationTemporality` of sdk-metrics. */
export const aggregationTemporalities = {
  delta: 0,
  cumulative: 1,
} as const satisfies Record<string, AggregationTemporality>;

/** Default maximum number of series of a metric (OpenTelemetry metrics SDK, cardinality limits). */
export const defaultCardinalityLimit = 2000;

/** Default maximum numbers of instruments and scopes of a process. */
export const defaultCreationLimits = { maxInstruments: 10_000, maxScopes: 1_000 } as const;

/** Attribute value that replaces every value a declaration does not allow (OpenTelemetry semantic conventions). */
export const otherValue = '_OTHER';

/** Maximum length of an attribute key or value in UTF-16 code units; longer text is truncated. */
export const maxValueLength = 4_096;

/** Instrumentation scope of the self-metrics. */
export const selfScope = 'otelier.self';

/** Scope of the metrics of collectors. */
export const collectorScope = 'otelier.collectors';
