/** Builds OpenTelemetry's `ResourceMetrics` from a walk, for stock readers and exporters. `replay` is the inverse. */
import type { HrTime } from '@opentelemetry/api';
import { aggregationTemporalities, instrumentTypes } from './instrument.js';
import type { DataPoint, MetricData, Resource, ResourceMetrics, ScopeMetrics } from './otel-data.js';
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  Scope,
  Temporality,
} from './points.js';

/** `DataPointType` of sdk-metrics. */
export const dataPointTypes = {
  histogram: 0,
  exponentialHistogram: 1,
  gauge: 2,
  sum: 3,
} as const;

type AnyPoint = DataPoint<unknown>;

/** Visitor that builds `ResourceMetrics`; it omits metrics without points. */
export class ResourceMetricsBuilder implements PointVisitor {
  #resource: Resource | undefined;
  readonly #scopes = new Map<Scope, MetricData[]>();
  #stream: MetricStream | undefined;
  #temporality: Temporality = 'cumulative';
  #points: AnyPoint[] = [];

  /** @param resource required unless the walk calls `begin`. */
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

  number(point: NumberPoint): void {
    this.#add(point, point.value);
  }

  histogram(point: HistogramPoint): void {
    const { count, sum, min, max, boundaries, counts, from } = point;
    const buckets = {
      boundaries: [...boundaries],
      counts: Array.from(counts.subarray(from, from + boundaries.length + 1)),
    };
    this.#add(point, { min, max, sum, buckets, count });
  }

  exponentialHistogram(point: ExponentialPoint): void {
    const { count, sum, min, max, scale, zeroCount, positive, negative } = point;
    this.#add(point, {
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

  /** Returns all visited metrics. */
  result(): ResourceMetrics {
    this.#close();
    if (this.#resource === undefined) throw new Error('ResourceMetricsBuilder: result() called before a walk');
    const scopeMetrics: ScopeMetrics[] = [...this.#scopes].map(([scope, metrics]) => ({ scope, metrics }));
    return { resource: this.#resource, scopeMetrics };
  }

  #add({ attributes, startUnixMs, endUnixMs }: Point, value: unknown): void {
    this.#points.push({ attributes, startTime: hrTime(startUnixMs), endTime: hrTime(endUnixMs), value });
  }

  #close(): void {
    const stream = this.#stream;
    if (stream === undefined || this.#points.length === 0) return;
    const metrics = this.#scopes.get(stream.scope) ?? [];
    this.#scopes.set(stream.scope, metrics);
    metrics.push({
      descriptor: descriptorOf(stream),
      aggregationTemporality: aggregationTemporalities[this.#temporality],
      dataPointType: dataPointTypes[stream.points === 'number' ? (stream.sum ? 'sum' : 'gauge') : stream.points],
      dataPoints: this.#points,
      ...(stream.points === 'number' && stream.sum ? { isMonotonic: stream.monotonic } : {}),
    } as unknown as MetricData);
    this.#points = [];
    this.#stream = undefined;
  }
}

/**
 * Returns the descriptor of a metric: the fields that lines 2 and 3 of the SDK declare.
 *
 * Line 1 also declares `type`. It can be read, but is not enumerable, so that descriptors equal those of every line.
 */
function descriptorOf({ name, description, unit, valueType, kind }: MetricStream): MetricData['descriptor'] {
  const descriptor = { name, description, unit, valueType };
  return Object.defineProperty(descriptor, 'type', { value: instrumentTypes[kind], enumerable: false });
}

function bucketCounts({ counts, from, length }: ExponentialBuckets): number[] {
  return Array.from(counts.subarray(from, from + length));
}

function hrTime(unixMs: number): HrTime {
  const seconds = Math.floor(unixMs / 1_000);
  return [seconds, Math.round((unixMs - seconds * 1_000) * 1e6)];
}
