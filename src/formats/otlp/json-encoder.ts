/** Encoder for OTLP over JSON, for human readers: nothing is cached between collections. */
import type { Resource } from '../../model/otel-data.js';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  PointVisitor,
  Scope,
  Temporality,
} from '../../model/points.js';
import { temporalities } from './fields.js';
import { jsonExponentialPoint, jsonHistogramPoint, jsonNumberPoint } from './json-points.js';
import { type JsonEnvelope, type JsonMetric, JsonRequestPacker } from './json-requests.js';
import { jsonAttributes, jsonText } from './json-values.js';

/**
 * Encodes one collection at a time as `ExportMetricsServiceRequest` in OTLP's JSON encoding. It contains the same data as
 * the protobuf encoding: metrics are grouped by scope, in the order of the walk; metrics without points are omitted.
 */
export class OtlpJsonEncoder implements PointVisitor {
  readonly #maxRequestBytes: number;
  /** Metrics with points in this walk, by scope. */
  #metrics = new Map<Scope, JsonMetric[]>();
  #stream: MetricStream | undefined;
  #temporality: Temporality = 'cumulative';
  #texts: string[] = [];
  #resource: Resource | undefined;
  #points = 0;
  #oversized = 0;
  #pointsOfRequests: readonly number[] = [];

  /** @param options `maxRequestBytes`: maximum size of a request before compression; unlimited by default. */
  constructor({ maxRequestBytes = Number.POSITIVE_INFINITY }: { maxRequestBytes?: number } = {}) {
    this.#maxRequestBytes = maxRequestBytes;
  }

  /** Resource of the last walk. `requests()` includes its asynchronous attributes once they are available. */
  get resource(): Resource | undefined {
    return this.#resource;
  }

  /** Number of points in the last walk. */
  get points(): number {
    return this.#points;
  }

  /** Number of points that the last call of `requests()` omitted: each alone exceeds the size limit. */
  get oversized(): number {
    return this.#oversized;
  }

  /** Number of points in each request of the last call of `requests()`. */
  get pointsOfRequests(): readonly number[] {
    return this.#pointsOfRequests;
  }

  /** Returns the last walk as requests of at most `maxRequestBytes`; an empty list if it has no points. */
  requests(): Uint8Array[] {
    this.#oversized = 0;
    if (this.#resource === undefined) return [];
    const packer = new JsonRequestPacker(resourceEnvelope(this.#resource), this.#maxRequestBytes);
    for (const [scope, metrics] of this.#metrics) packer.add({ ...scopeEnvelope(scope), metrics });
    packer.end();
    this.#oversized = packer.oversized;
    this.#pointsOfRequests = packer.points;
    return packer.requests;
  }

  begin(resource: Resource): void {
    this.#resource = resource;
    this.#points = 0;
    this.#metrics = new Map();
    this.#stream = undefined;
    this.#texts = [];
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.end();
    this.#stream = stream;
    this.#temporality = temporality;
  }

  number(point: NumberPoint): void {
    this.#add(jsonNumberPoint(point, this.#int));
  }

  histogram(point: HistogramPoint): void {
    this.#add(jsonHistogramPoint(point, this.#int));
  }

  exponentialHistogram(point: ExponentialPoint): void {
    this.#add(jsonExponentialPoint(point, this.#int));
  }

  end(): void {
    const [stream, points] = [this.#stream, this.#texts];
    this.#stream = undefined;
    if (stream === undefined || points.length === 0) return;
    this.#texts = [];
    const metrics = this.#metrics.get(stream.scope) ?? [];
    this.#metrics.set(stream.scope, metrics);
    metrics.push({ ...metricEnvelope(stream, this.#temporality), points });
  }

  /** True if the instrument declares integers. */
  get #int(): boolean {
    return this.#stream?.valueType === 0;
  }

  #add(text: string): void {
    if (this.#stream === undefined) return;
    this.#texts.push(text);
    this.#points++;
  }
}

function resourceEnvelope({ attributes, schemaUrl }: Resource): JsonEnvelope {
  const resource = `{"attributes":${jsonAttributes(attributes)},"droppedAttributesCount":0}`;
  return {
    head: `{"resourceMetrics":[{"resource":${resource},"scopeMetrics":[`,
    tail: `]${optionalText('schemaUrl', schemaUrl)}}]}`,
  };
}

function scopeEnvelope({ name, version, schemaUrl }: Scope): JsonEnvelope {
  const scope = `{"name":${jsonText(name)}${optionalText('version', version)}}`;
  return { head: `{"scope":${scope},"metrics":[`, tail: `]${optionalText('schemaUrl', schemaUrl)}}` };
}

function metricEnvelope(stream: MetricStream, temporality: Temporality): JsonEnvelope {
  const { name, description, unit, points, sum, monotonic } = stream;
  const about = `"name":${jsonText(name)}${optionalText('description', description)}${optionalText('unit', unit)}`;
  const number = points === 'number';
  const type = number ? (sum ? 'sum' : 'gauge') : points;
  let data = number && !sum ? '' : `"aggregationTemporality":${temporalities[temporality]},`;
  if (number && sum) data += `"isMonotonic":${monotonic},`;
  return { head: `{${about},"${type}":{${data}"dataPoints":[`, tail: ']}}' };
}

function optionalText(name: string, text: string | undefined): string {
  return text ? `,"${name}":${jsonText(text)}` : '';
}
