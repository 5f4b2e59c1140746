/**
 * Structural types of the OpenTelemetry SDK: readers, exporters and views.
 *
 * Public declarations of this package name no package except `@opentelemetry/api`, so that every line of the SDK (1.30, 2
 * and 3) fits and none has to be installed. Enumerations are literal types: the compiler accepts a member of an enumeration
 * where a literal of its value is expected. Methods instead of function properties let parameters of either side be wider.
 */
import type { Attributes, Context } from '@opentelemetry/api';
import type { AggregationTemporality, CollectionResult, IResource, Resource, ResourceMetrics } from './otel-data.js';

/** `InstrumentType` of sdk-metrics. */
export type InstrumentType =
  | 'COUNTER'
  | 'GAUGE'
  | 'HISTOGRAM'
  | 'UP_DOWN_COUNTER'
  | 'OBSERVABLE_COUNTER'
  | 'OBSERVABLE_GAUGE'
  | 'OBSERVABLE_UP_DOWN_COUNTER';

/** `AggregationOption` of sdk-metrics. `type` is an `AggregationType`. */
export type AggregationOption =
  /** Default, drop, sum or last value. */
  | { type: 0 | 1 | 2 | 3 }
  /** Histogram with explicit buckets. */
  | { type: 4; options?: { recordMinMax?: boolean; boundaries: number[] } }
  /** Exponential histogram. */
  | { type: 5; options?: { recordMinMax?: boolean; maxSize?: number } };

/** `Aggregation` of sdk-metrics 1: an object with a method in place of options. */
export interface LegacyAggregation {
  createAggregator(instrument: { type: InstrumentType; advice: { explicitBucketBoundaries?: number[] } }): unknown;
}

/** Changes the attributes of measurements in a view. */
export interface IAttributesProcessor {
  process(incoming: Attributes, context?: Context): Attributes;
}

/** A view: the instruments that it selects, and what it changes. */
export interface ViewOptions {
  name?: string;
  description?: string;
  attributesProcessors?: IAttributesProcessor[];
  aggregation?: AggregationOption;
  aggregationCardinalityLimit?: number;
  instrumentType?: InstrumentType;
  instrumentName?: string;
  instrumentUnit?: string;
  meterName?: string;
  meterVersion?: string;
  meterSchemaUrl?: string;
}

/** Produces the metrics that a reader collects. */
export interface MetricProducer<R extends IResource = Resource> {
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult<R>>;
}

/** A metric reader of any line of the SDK. */
export interface IMetricReader {
  setMetricProducer(producer: MetricProducer<IResource>): void;
  selectAggregation(type: InstrumentType): AggregationOption | LegacyAggregation;
  selectAggregationTemporality(type: InstrumentType): AggregationTemporality;
  /** Absent in sdk-metrics 1. */
  selectCardinalityLimit?(type: InstrumentType): number;
  /**
   * True on scraped readers, which see the series that start at 0 before they are recorded. A reader that pushes does not:
   * each push would repeat points without information.
   */
  readonly startsAtZero?: boolean;
  collect(options?: { timeoutMillis?: number }): Promise<{ errors: unknown[] }>;
  shutdown(options?: { timeoutMillis?: number }): Promise<void>;
  forceFlush(options?: { timeoutMillis?: number }): Promise<void>;
}

/** A reader that a stock `MeterProvider` of sdk-metrics 2 and 3 accepts too, as those of the backends. */
export interface MetricReader extends IMetricReader {
  selectAggregation(type: InstrumentType): AggregationOption;
  selectCardinalityLimit(type: InstrumentType): number;
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>;
}

/** A stock exporter of any line of the SDK. `code` is 0 for success. */
export interface PushMetricExporter {
  export(metrics: ResourceMetrics<IResource>, resultCallback: (result: { code: number; error?: Error }) => void): void;
  forceFlush(): Promise<void>;
  selectAggregationTemporality?(type: InstrumentType): AggregationTemporality;
  selectAggregation?(type: InstrumentType): AggregationOption | LegacyAggregation;
  shutdown(): Promise<void>;
}
