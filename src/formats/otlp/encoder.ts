/**
 * OTLP over protobuf, one collection at a time.
 *
 * What is the same at every collection is encoded once: a metric's name and the like, and of each series its attributes
 * and, where that has one length, all of its point. A collection writes its numbers over those of the one before, and
 * copies nothing until requests are made.
 */
import type { Resource } from '@opentelemetry/resources';
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

/** So many deltas in a row a series may be no part of, until what is kept of it is forgotten. */
const idleDeltas = 16;

/** What is kept of a stream. */
interface EncodedStream {
  readonly head: Uint8Array;
  readonly pointsField: number;
  readonly exemplarField: number;
  readonly int: boolean;
  readonly templates: TemplateCache;
}

/**
 * Encodes one collection at a time as `ExportMetricsServiceRequest` messages (opentelemetry-proto, collector/metrics/v1
 * and metrics/v1), byte by byte as the stock encoder does; exemplars, which that one does not know, end their point.
 *
 * Metrics are grouped by scope, in the order in which their points were met; those without points are left out. Must not
 * visit another collection before the requests of the last one were made.
 */
export class OtlpEncoder implements PointVisitor {
  readonly #maxRequestBytes: number;
  readonly #chunks = new PointChunks();
  readonly #memory = new RequestMemory();
  /** For small things that are put together elsewhere. */
  readonly #aside = new ProtobufWriter(1_024);
  readonly #start = new UnixNanoseconds();
  readonly #end = new UnixNanoseconds();
  /** Streams of this walk, and of the one before: what no walk visits any more is forgotten. */
  #streams = new Map<MetricStream, EncodedStream>();
  #streamsBefore: ReadonlyMap<MetricStream, EncodedStream> = new Map();
  /** What has points in this walk. */
  #metrics = new Map<Scope, EncodedMetric[]>();
  #metric: MetricStream | undefined;
  #stream: EncodedStream | undefined;
  #temporality: Temporality = 'cumulative';
  #resource: Resource | undefined;
  #points = 0;
  #walk = 0;
  #oversized = 0;
  #pointsOfRequests: readonly number[] = [];

  /** @param options `maxRequestBytes`: the most that one request may have, before compression; no limit by default. */
  constructor({ maxRequestBytes = Number.POSITIVE_INFINITY }: { maxRequestBytes?: number } = {}) {
    this.#maxRequestBytes = maxRequestBytes;
  }

  /** Of the last walk. Attributes of it that are still to come are part of `requests()` once they are there. */
  get resource(): Resource | undefined {
    return this.#resource;
  }

  /** Points of the last walk. */
  get points(): number {
    return this.#points;
  }

  /** Points that the last call of `requests()` left out, because one alone is larger than a request may be. */
  get oversized(): number {
    return this.#oversized;
  }

  /** How many points are in each of the requests of the last call of `requests()`. */
  get pointsOfRequests(): readonly number[] {
    return this.#pointsOfRequests;
  }

  /** The last walk as complete requests, each of `maxRequestBytes` at most; none when there are no points. */
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
   * Takes back requests that nobody reads any more: the next ones may be written where they are. Optional; it saves more
   * time than encoding takes.
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
    // What a stream shows twice in one walk must not be written over.
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
    const writer = this.#chunks.written();
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

  /** Adds a point whose numbers are set in its template. A point with exemplars is longer, and copied. */
  #addTemplate(stream: EncodedStream, template: PointTemplate, point: Point): void {
    const { page, from, to } = template;
    this.#points++;
    if (point.exemplars.length === 0) this.#chunks.addKept(page, from, to);
    else this.#addWithExemplars(stream, template, point);
  }

  #addWithExemplars({ exemplarField, int }: EncodedStream, { page, content, to }: PointTemplate, point: Point): void {
    const writer = this.#chunks.written();
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
