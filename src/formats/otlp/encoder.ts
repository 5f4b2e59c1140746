/**
 * Encoder for OTLP over protobuf.
 *
 * The constant parts are encoded once: the head of each metric, and for each series its attributes or, if its points
 * have a constant length, a template of its whole point. A collection overwrites the numbers in the templates, and copies
 * nothing until requests are built.
 */
import type { Resource } from '../../model/otel-data.js';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  Scope,
  SeriesKey,
  Temporality,
} from '../../model/points.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { metricHead, pointsFieldOf, pointsTail, resourceEnvelope, scopeEnvelope } from './envelopes.js';
import { writeExemplars } from './exemplar-messages.js';
import { writeExponentialHistogram } from './exponential.js';
import { dataField, exemplarFields, pointField } from './fields.js';
import { highWord, setCounts, UnixNanoseconds } from './int64.js';
import { PointChunks } from './point-chunks.js';
import { RequestMemory } from './request-memory.js';
import { type EncodedMetric, RequestPacker } from './request-parts.js';
import { type PointTemplate, TemplateCache } from './template-cache.js';
import { exponentialTemplate, fieldOffset, histogramTemplate, numberTemplate, shows } from './templates.js';

/** Consecutive delta collections without a series after which its template is discarded. */
const idleDeltas = 16;

/** Cached parts of a stream. */
interface EncodedStream {
  readonly head: Uint8Array;
  readonly pointsField: number;
  readonly exemplarField: number;
  readonly int: boolean;
  readonly templates: TemplateCache;
}

/**
 * Encodes one collection at a time as `ExportMetricsServiceRequest` messages (opentelemetry-proto, collector/metrics/v1
 * and metrics/v1). The bytes equal those of the stock encoder; exemplars, which that encoder omits, end their point.
 *
 * Metrics are grouped by scope, in the order of the walk; metrics without points are omitted. Build the requests of a
 * collection before the next walk starts.
 */
export class OtlpEncoder implements PointVisitor {
  readonly #maxRequestBytes: number;
  readonly #chunks = new PointChunks();
  readonly #memory = new RequestMemory();
  /** Scratch writer for short messages. */
  readonly #aside = new ProtobufWriter(1_024);
  readonly #start = new UnixNanoseconds();
  readonly #end = new UnixNanoseconds();
  /** Streams of this walk and of the previous one; streams of neither are discarded. */
  #streams = new Map<MetricStream, EncodedStream>();
  #streamsBefore: ReadonlyMap<MetricStream, EncodedStream> = new Map();
  /** Metrics with points in this walk, by scope. */
  #metrics = new Map<Scope, EncodedMetric[]>();
  #metric: MetricStream | undefined;
  #stream: EncodedStream | undefined;
  #temporality: Temporality = 'cumulative';
  #resource: Resource | undefined;
  #points = 0;
  #walk = 0;
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
    const resource = resourceEnvelope(this.#aside, this.#resource);
    const packer = new RequestPacker(resource, this.#maxRequestBytes, this.#memory);
    for (const [scope, metrics] of this.#metrics) packer.add({ ...scopeEnvelope(this.#aside, scope), metrics });
    packer.end(this.#points);
    this.#memory.handOut(packer.requests);
    this.#oversized = packer.oversized;
    this.#pointsOfRequests = packer.points;
    return packer.requests;
  }

  /**
   * Takes back the memory of requests that are no longer read. Optional; it saves more time than encoding takes.
   */
  recycle(requests: readonly Uint8Array[]): void {
    this.#memory.recycle(requests);
  }

  begin(resource: Resource): void {
    this.#resource = resource;
    this.#points = 0;
    this.#walk++;
    this.#oversized = 0;
    this.#metrics = new Map();
    this.#chunks.clear();
    this.#stream = undefined;
    this.#streamsBefore = this.#streams;
    this.#streams = new Map();
  }

  metric(metric: MetricStream, temporality: Temporality): void {
    this.#endMetric();
    // A second visit in one walk must not overwrite the templates of the first.
    const known = this.#streams.has(metric) ? undefined : this.#streamsBefore.get(metric);
    const stream = known ?? this.#encodeStream(metric);
    this.#streams.set(metric, stream);
    stream.templates.beginWalk(this.#walk);
    this.#metric = metric;
    this.#stream = stream;
    this.#temporality = temporality;
  }

  number(point: NumberPoint): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const { series, value } = point;
    const template = stream.templates.visit(series) ?? this.#encodeNumber(stream, series);
    const { content } = template;
    const { view } = template.page;
    this.#setTimes(view, content, point);
    if (stream.int) {
      // The declared type decides the type of the field.
      view.setUint32(content + fieldOffset.value, value >>> 0, true);
      view.setUint32(content + fieldOffset.value + 4, highWord(value), true);
    } else {
      view.setFloat64(content + fieldOffset.value, value, true);
    }
    this.#addTemplate(stream, template, point);
  }

  histogram(point: HistogramPoint): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const { series, count, sum, min, max, boundaries, counts, from } = point;
    const shown =
      (sum === undefined ? 0 : shows.sum) | (min === undefined ? 0 : shows.min) | (max === undefined ? 0 : shows.max);
    let template = stream.templates.visit(series);
    if (template === undefined || template.boundaries !== boundaries || template.shown !== shown) {
      template = stream.templates.add(series, histogramTemplate(this.#aside, series.attributes, boundaries, shown));
    }
    const { content, to } = template;
    const { view } = template.page;
    this.#setTimes(view, content, point);
    view.setUint32(content + fieldOffset.count, count >>> 0, true);
    view.setUint32(content + fieldOffset.count + 4, highWord(count), true);
    if (sum !== undefined) view.setFloat64(content + fieldOffset.sum, sum, true);
    setCounts(view, content + template.countsAt, counts, from, boundaries.length + 1);
    if (min !== undefined) view.setFloat64(to - (max === undefined ? 8 : 17), min, true);
    if (max !== undefined) view.setFloat64(to - 8, max, true);
    this.#addTemplate(stream, template, point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const { series, startUnixMs, endUnixMs, exemplars } = point;
    const { page, from, to } =
      stream.templates.visit(series) ??
      stream.templates.add(series, exponentialTemplate(this.#aside, series.attributes));
    const start = this.#start.set(startUnixMs);
    const end = this.#end.set(endUnixMs);
    const writer = this.#chunks.writerForCopy();
    const message = writer.open(dataField.point);
    writer.raw(page.bytes.subarray(from, to));
    writer.fixed64(pointField.start, start.low, start.high);
    writer.fixed64(pointField.end, end.low, end.high);
    writeExponentialHistogram(writer, point);
    writeExemplars(writer, exemplars, stream.exemplarField, stream.int);
    writer.close(message);
    this.#points++;
  }

  end(): void {
    this.#endMetric();
    this.#streamsBefore = new Map();
  }

  #encodeStream(metric: MetricStream): EncodedStream {
    return {
      head: metricHead(this.#aside, metric),
      pointsField: pointsFieldOf(metric),
      exemplarField: exemplarFields[metric.points],
      int: metric.valueType === 0,
      templates: new TemplateCache(),
    };
  }

  #encodeNumber({ templates, int }: EncodedStream, series: SeriesKey): PointTemplate {
    return templates.add(series, numberTemplate(this.#aside, series.attributes, int));
  }

  #setTimes(view: DataView, content: number, { startUnixMs, endUnixMs }: Point): void {
    const start = this.#start.set(startUnixMs);
    view.setUint32(content + fieldOffset.start, start.low, true);
    view.setUint32(content + fieldOffset.start + 4, start.high, true);
    const end = this.#end.set(endUnixMs);
    view.setUint32(content + fieldOffset.end, end.low, true);
    view.setUint32(content + fieldOffset.end + 4, end.high, true);
  }

  /** Adds the point of a template. A point with exemplars is longer, and copied. */
  #addTemplate(stream: EncodedStream, template: PointTemplate, point: Point): void {
    const { page, from, to } = template;
    this.#points++;
    if (point.exemplars.length === 0) this.#chunks.addTemplate(page, from, to);
    else this.#addWithExemplars(stream, template, point);
  }

  #addWithExemplars({ exemplarField, int }: EncodedStream, { page, content, to }: PointTemplate, point: Point): void {
    const writer = this.#chunks.writerForCopy();
    const message = writer.open(dataField.point);
    writer.raw(page.bytes.subarray(content, to));
    writeExemplars(writer, point.exemplars, exemplarField, int);
    writer.close(message);
  }

  #endMetric(): void {
    const [metric, stream] = [this.#metric, this.#stream];
    if (metric === undefined || stream === undefined) return;
    this.#stream = undefined;
    stream.templates.endWalk(this.#temporality === 'delta' ? idleDeltas : 1);
    const chunks = this.#chunks.take();
    if (chunks.length === 0) return;
    const metrics = this.#metrics.get(metric.scope) ?? [];
    this.#metrics.set(metric.scope, metrics);
    const { head, pointsField } = stream;
    metrics.push({ head, tail: pointsTail(this.#aside, metric, this.#temporality), pointsField, chunks });
  }
}
