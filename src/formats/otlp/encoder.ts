/**
 * OTLP over protobuf, one collection at a time.
 *
 * What is the same at every collection is encoded once: a metric's name and the like, and of each series its attributes
 * and, where that has one length, all of its point. A collection writes its numbers over those of the one before, and
 * copies nothing until requests are made.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type {
  Exemplar,
  ExponentialBuckets,
  MetricStream,
  PointVisitor,
  Scope,
  Temporality,
} from '../../model/points.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { PendingExemplars } from './exemplars.js';
import { writeExponentialHistogram } from './exponential.js';
import { dataField, exemplarFields, pointField } from './fields.js';
import { metricHead, pointsFieldOf, pointsTail, resourceFrame, scopeFrame } from './frames.js';
import type { Page } from './pages.js';
import { PointChunks } from './point-chunks.js';
import { RequestMemory } from './request-memory.js';
import { type EncodedMetric, RequestPacker } from './request-parts.js';
import { type EncodedSeries, StreamSeries } from './stream-series.js';
import { at, keepExponential, keepHistogram, keepNumber, shows } from './templates.js';
import { highWord, setCounts, UnixNanoseconds } from './words.js';

/** So many deltas in a row a series may be no part of, until what is kept of it is forgotten. */
const idleDeltas = 16;

/** What is kept of a stream. */
interface EncodedStream {
  readonly head: Uint8Array;
  readonly pointsField: number;
  readonly exemplarField: number;
  readonly int: boolean;
  readonly series: StreamSeries;
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
  readonly #exemplars = new PendingExemplars();
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
    const resource = resourceFrame(this.#aside, this.#resource);
    const packer = new RequestPacker(resource, this.#maxRequestBytes, this.#memory);
    for (const [scope, metrics] of this.#metrics) packer.add({ ...scopeFrame(this.#aside, scope), metrics });
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
    this.#oversized = 0;
    this.#metrics = new Map();
    this.#chunks.clear();
    this.#exemplars.forget();
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
    stream.series.begin();
    this.#metric = metric;
    this.#stream = stream;
    this.#temporality = temporality;
  }

  number(attributes: Attributes, startUnixMs: number, endUnixMs: number, value: number): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const series = stream.series.next(attributes);
    if (series.page === undefined) keepNumber(stream.series, series, this.#aside, stream.int);
    const { content } = series;
    const { view } = series.page as Page;
    this.#setTimes(view, content, startUnixMs, endUnixMs);
    if (stream.int) {
      // Whole numbers were declared, and the type of the field is what was declared.
      view.setUint32(content + at.value, value >>> 0, true);
      view.setUint32(content + at.value + 4, highWord(value), true);
    } else {
      view.setFloat64(content + at.value, value, true);
    }
    this.#addKept(series);
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
    const stream = this.#stream;
    if (stream === undefined) return;
    const series = stream.series.next(attributes);
    const shown =
      (sum === undefined ? 0 : shows.sum) | (min === undefined ? 0 : shows.min) | (max === undefined ? 0 : shows.max);
    if (series.boundaries !== boundaries || series.shown !== shown) {
      keepHistogram(stream.series, series, this.#aside, boundaries, shown);
    }
    const { content, to } = series;
    const { view } = series.page as Page;
    this.#setTimes(view, content, startUnixMs, endUnixMs);
    view.setUint32(content + at.count, count >>> 0, true);
    view.setUint32(content + at.count + 4, highWord(count), true);
    if (sum !== undefined) view.setFloat64(content + at.sum, sum, true);
    setCounts(view, content + series.countsAt, counts, from, boundaries.length + 1);
    if (min !== undefined) view.setFloat64(to - (max === undefined ? 8 : 17), min, true);
    if (max !== undefined) view.setFloat64(to - 8, max, true);
    this.#addKept(series);
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
    const stream = this.#stream;
    if (stream === undefined) return;
    const series = stream.series.next(attributes);
    if (series.page === undefined) keepExponential(stream.series, series, this.#aside);
    const start = this.#start.set(startUnixMs);
    const end = this.#end.set(endUnixMs);
    const writer = this.#chunks.written();
    const point = writer.open(dataField.point);
    writer.raw((series.page as Page).bytes.subarray(series.from, series.to));
    writer.fixed64(pointField.start, start.low, start.high);
    writer.fixed64(pointField.end, end.low, end.high);
    writeExponentialHistogram(writer, count, sum, min, max, scale, zeroCount, positive, negative);
    if (this.#exemplars.areOf(attributes)) writer.raw(this.#exemplars.take());
    writer.close(point);
    this.#exemplars.forget();
    this.#points++;
  }

  exemplar(attributes: Attributes, exemplar: Exemplar): void {
    const stream = this.#stream;
    if (stream !== undefined) this.#exemplars.add(attributes, exemplar, stream.exemplarField, stream.int);
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
      series: new StreamSeries(),
    };
  }

  #setTimes(view: DataView, content: number, startUnixMs: number, endUnixMs: number): void {
    const start = this.#start.set(startUnixMs);
    view.setUint32(content + at.start, start.low, true);
    view.setUint32(content + at.start + 4, start.high, true);
    const end = this.#end.set(endUnixMs);
    view.setUint32(content + at.end, end.low, true);
    view.setUint32(content + at.end + 4, end.high, true);
  }

  /** Adds a point that is kept with its numbers in it; one with exemplars is longer, and copied. */
  #addKept({ attributes, page, from, content, to }: EncodedSeries): void {
    this.#points++;
    if (this.#exemplars.areOf(attributes)) {
      const writer = this.#chunks.written();
      const point = writer.open(dataField.point);
      writer.raw((page as Page).bytes.subarray(content, to));
      writer.raw(this.#exemplars.take());
      writer.close(point);
    } else {
      this.#chunks.addKept(page as Page, from, to);
    }
    this.#exemplars.forget();
  }

  #endMetric(): void {
    const [metric, stream] = [this.#metric, this.#stream];
    if (metric === undefined || stream === undefined) return;
    this.#stream = undefined;
    this.#exemplars.forget();
    stream.series.end(this.#temporality === 'delta' ? idleDeltas : 1);
    const chunks = this.#chunks.take();
    if (chunks.length === 0) return;
    const metrics = this.#metrics.get(metric.scope) ?? [];
    this.#metrics.set(metric.scope, metrics);
    const { head, pointsField } = stream;
    metrics.push({ head, tail: pointsTail(this.#aside, metric, this.#temporality), pointsField, chunks });
  }
}
