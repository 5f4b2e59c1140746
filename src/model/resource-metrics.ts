/** The visitor that builds OpenTelemetry's own data, for stock readers and exporters; and the way back, `replay`. */
import type { Attributes, HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { DataPoint, DataPointType, MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { aggregationTemporalities, instrumentTypes } from './instrument.js';
import type { ExponentialBuckets, MetricStream, PointVisitor, Scope, Temporality } from './points.js';

/** `DataPointType` of sdk-metrics. */
export const dataPointTypes = {
  histogram: 0 as DataPointType.HISTOGRAM,
  exponentialHistogram: 1 as DataPointType.EXPONENTIAL_HISTOGRAM,
  gauge: 2 as DataPointType.GAUGE,
  sum: 3 as DataPointType.SUM,
} as const;

type AnyPoint = DataPoint<unknown>;

/** Builds `ResourceMetrics`; a metric without points is left out. */
export class ResourceMetricsBuilder implements PointVisitor {
  #resource: Resource | undefined;
  readonly #scopes = new Map<Scope, MetricData[]>();
  #stream: MetricStream | undefined;
  #temporality: Temporality = 'cumulative';
  #points: AnyPoint[] = [];

  /** @param resource known already by those who call no `begin`. */
  constructor(resource?: Resource) {
    this.#resource = resource;
  }

  begin(resource: Resource): void {
    this.#resource = resource;
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.#close();
    this.#stream = stream;
    this.#temporality = temporality;
  }

  number(attributes: Attributes, startUnixMs: number, endUnixMs: number, value: number): void {
    // Whole numbers were declared, and an encoder takes the declaration at its word.
    this.#add(attributes, startUnixMs, endUnixMs, this.#stream?.valueType === 0 ? Math.trunc(value) : value);
  }

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
  ): void {
    const buckets = {
      boundaries: [...boundaries],
      counts: Array.from(counts.subarray(from, from + boundaries.length + 1)),
    };
    this.#add(attributes, startUnixMs, endUnixMs, { min, max, sum, buckets, count });
  }

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
  ): void {
    this.#add(attributes, startUnixMs, endUnixMs, {
      min,
      max,
      sum,
      positive: { offset: positive.offset, bucketCounts: bucketCounts(positive) },
      negative: { offset: negative.offset, bucketCounts: bucketCounts(negative) },
      count,
      scale,
      zeroCount,
    });
  }

  /** Everything that was visited. */
  result(): ResourceMetrics {
    this.#close();
    if (this.#resource === undefined) throw new Error('There was no walk.');
    const scopeMetrics: ScopeMetrics[] = [...this.#scopes].map(([scope, metrics]) => ({ scope, metrics }));
    return { resource: this.#resource, scopeMetrics };
  }

  #add(attributes: Attributes, startUnixMs: number, endUnixMs: number, value: unknown): void {
    this.#points.push({ attributes, startTime: hrTime(startUnixMs), endTime: hrTime(endUnixMs), value });
  }

  #close(): void {
    const stream = this.#stream;
    if (stream === undefined || this.#points.length === 0) return;
    const metrics = this.#scopes.get(stream.scope) ?? [];
    this.#scopes.set(stream.scope, metrics);
    metrics.push({
      descriptor: {
        name: stream.name,
        description: stream.description,
        unit: stream.unit,
        type: instrumentTypes[stream.kind],
        valueType: stream.valueType,
      },
      aggregationTemporality: aggregationTemporalities[this.#temporality],
      dataPointType: dataPointTypes[stream.points === 'number' ? (stream.sum ? 'sum' : 'gauge') : stream.points],
      dataPoints: this.#points,
      ...(stream.points === 'number' && stream.sum ? { isMonotonic: stream.monotonic } : {}),
    } as unknown as MetricData);
    this.#points = [];
    this.#stream = undefined;
  }
}

function bucketCounts({ counts, from, length }: ExponentialBuckets): number[] {
  return Array.from(counts.subarray(from, from + length));
}

function hrTime(unixMs: number): HrTime {
  const seconds = Math.floor(unixMs / 1_000);
  return [seconds, Math.round((unixMs - seconds * 1_000) * 1e6)];
}
