/** Structural types of the data that the OpenTelemetry SDK hands to readers and exporters (`ResourceMetrics`). */
import type { Attributes, AttributeValue, HrTime, ValueType } from '@opentelemetry/api';

/** `AggregationTemporality` of sdk-metrics: delta or cumulative. */
export type AggregationTemporality = 0 | 1;

/** Resource of sdk-metrics 1: the members that every line of the SDK declares. */
export interface IResource {
  readonly asyncAttributesPending?: boolean;
  readonly attributes: Attributes;
  waitForAsyncAttributes?(): Promise<void>;
  merge(other: IResource | null): IResource;
}

/** Attributes of the entity that produces the metrics. */
export interface Resource extends IResource {
  readonly schemaUrl?: string;
  merge(other: Resource | null): Resource;
  getRawAttributes(): [string, (AttributeValue | undefined) | Promise<AttributeValue | undefined>][];
}

/** Point with explicit buckets. */
export interface Histogram {
  buckets: { boundaries: number[]; counts: number[] };
  sum?: number;
  count: number;
  min?: number;
  max?: number;
}

/** Buckets of an exponential histogram. */
interface BucketCounts {
  offset: number;
  bucketCounts: number[];
}

/** Point of a base-2 exponential histogram. */
export interface ExponentialHistogram {
  count: number;
  sum?: number;
  scale: number;
  zeroCount: number;
  positive: BucketCounts;
  negative: BucketCounts;
  min?: number;
  max?: number;
}

/** A point of one series. */
export interface DataPoint<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
}

interface BaseMetricData {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: ValueType;
  };
  readonly aggregationTemporality: AggregationTemporality;
}

/** Points of one metric. `dataPointType` is a `DataPointType`: histogram, exponential histogram, gauge, sum. */
export type MetricData =
  | (BaseMetricData & { readonly dataPointType: 0; readonly dataPoints: DataPoint<Histogram>[] })
  | (BaseMetricData & { readonly dataPointType: 1; readonly dataPoints: DataPoint<ExponentialHistogram>[] })
  | (BaseMetricData & { readonly dataPointType: 2; readonly dataPoints: DataPoint<number>[] })
  | (BaseMetricData & {
      readonly dataPointType: 3;
      readonly dataPoints: DataPoint<number>[];
      readonly isMonotonic: boolean;
    });

/** Metrics of one instrumentation scope. */
export interface ScopeMetrics {
  scope: { readonly name: string; readonly version?: string; readonly schemaUrl?: string };
  metrics: MetricData[];
}

/** All metrics of a collection. */
export interface ResourceMetrics<R extends IResource = Resource> {
  resource: R;
  scopeMetrics: ScopeMetrics[];
}

/** A collection, and the errors of the callbacks that failed in it. */
export interface CollectionResult<R extends IResource = Resource> {
  resourceMetrics: ResourceMetrics<R>;
  errors: unknown[];
}
