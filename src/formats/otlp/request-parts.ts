/** Assembly of encoded points into `ExportMetricsServiceRequest` messages within a size limit. */
import { ProtobufWriter, varintLength } from '../protobuf-writer.js';
import type { Envelope } from './envelopes.js';
import { requestField, resourceMetricsField, scopeMetricsField } from './fields.js';
import type { RequestMemory } from './request-memory.js';

/** Bytes that a writer needs for the length of the last message. */
const mostVarintBytes = 10;

/** Metric of one walk; `tail` ends the message with its points. */
export interface EncodedMetric extends Envelope {
  /** Field of the message with its points. */
  readonly pointsField: number;
  /** Whole points in the order of the walk. */
  readonly chunks: readonly Uint8Array[];
}

/** Metrics of one scope in the order of the walk. */
export interface EncodedScope extends Envelope {
  readonly metrics: readonly EncodedMetric[];
}

/** Part of a metric in one request. */
interface MetricPart {
  readonly metric: EncodedMetric;
  readonly points: Uint8Array[];
  bytes: number;
}

/** Part of a scope in one request; `bytes` is the length of its content, set when it is complete. */
interface ScopePart {
  readonly scope: EncodedScope;
  readonly metrics: MetricPart[];
  bytes: number;
}

/** Packs scopes into requests. */
export class RequestPacker {
  readonly requests: Buffer[] = [];
  /** Number of points in each request. */
  readonly points: number[] = [];
  /** Number of omitted points: each alone exceeds the limit. */
  oversized = 0;
  readonly #resource: Envelope;
  readonly #maxBytes: number;
  readonly #memory: RequestMemory;
  /** Scopes of the current request, and the current scope and metric. */
  #scopes: ScopePart[] = [];
  #scope: ScopePart | undefined;
  #metric: MetricPart | undefined;
  /** Length of the complete scopes, and of the complete metrics of the current scope, in bytes. */
  #scopeBytes = 0;
  #metricBytes = 0;

  constructor(resource: Envelope, maxBytes: number, memory: RequestMemory) {
    this.#resource = resource;
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  add(scope: EncodedScope): void {
    for (const metric of scope.metrics) {
      for (const chunk of metric.chunks) this.#addChunk(scope, metric, chunk);
      this.#closeMetric();
    }
    this.#closeScope();
  }

  /**
   * Completes the current request.
   *
   * @param points number of points in the whole walk, at its end: a single request then needs no count.
   */
  end(points?: number): void {
    this.#closeMetric();
    this.#closeScope();
    if (this.#scopes.length > 0) {
      const isOnly = points !== undefined && this.requests.length === 0;
      this.requests.push(this.#write());
      this.points.push(isOnly ? points - this.oversized : this.#countPoints());
    }
    this.#scopes = [];
    this.#scopeBytes = 0;
  }

  #addChunk(scope: EncodedScope, metric: EncodedMetric, chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const to = this.#hasRoom(scope, metric, chunk.length - from)
        ? chunk.length
        : this.#lastWithRoom(scope, metric, chunk, from);
      if (to > from) {
        this.#append(scope, metric, chunk.subarray(from, to));
        from = to;
        continue;
      }
      const end = endOfField(chunk, from);
      if (this.#lengthWith(scope, 0, 0, metric, end - from) > this.#maxBytes) {
        this.oversized++;
        from = end;
      } else {
        this.end();
      }
    }
  }

  /** Returns the end of the last point that fits into the request. */
  #lastWithRoom(scope: EncodedScope, metric: EncodedMetric, chunk: Uint8Array, from: number): number {
    let to = from;
    for (;;) {
      const end = endOfField(chunk, to);
      if (!this.#hasRoom(scope, metric, end - from)) return to;
      to = end;
    }
  }

  /** Reports whether more bytes of points fit into the request. */
  #hasRoom(scope: EncodedScope, metric: EncodedMetric, bytes: number): boolean {
    const points = (this.#metric?.bytes ?? 0) + bytes;
    return this.#lengthWith(scope, this.#scopeBytes, this.#metricBytes, metric, points) <= this.#maxBytes;
  }

  /** Returns the length of a request that ends with this scope and this metric. */
  #lengthWith(scope: EncodedScope, scopes: number, metrics: number, metric: EncodedMetric, points: number): number {
    const inScope = sidesOf(scope) + metrics + framed(metricLength(metric, points));
    return framed(sidesOf(this.#resource) + scopes + framed(inScope));
  }

  #append(scope: EncodedScope, metric: EncodedMetric, points: Uint8Array): void {
    if (this.#scope === undefined) {
      this.#scope = { scope, metrics: [], bytes: 0 };
      this.#scopes.push(this.#scope);
    }
    if (this.#metric === undefined) {
      this.#metric = { metric, points: [], bytes: 0 };
      this.#scope.metrics.push(this.#metric);
    }
    this.#metric.points.push(points);
    this.#metric.bytes += points.length;
  }

  #closeMetric(): void {
    if (this.#metric === undefined) return;
    this.#metricBytes += framed(metricLength(this.#metric.metric, this.#metric.bytes));
    this.#metric = undefined;
  }

  #closeScope(): void {
    if (this.#scope === undefined) return;
    this.#scope.bytes = sidesOf(this.#scope.scope) + this.#metricBytes;
    this.#scopeBytes += framed(this.#scope.bytes);
    this.#scope = undefined;
    this.#metricBytes = 0;
  }

  #countPoints(): number {
    let count = 0;
    for (const { metrics } of this.#scopes) {
      for (const chunk of metrics.flatMap(({ points }) => points)) {
        for (let at = 0; at < chunk.length; at = endOfField(chunk, at)) count++;
      }
    }
    return count;
  }

  #write(): Buffer {
    const length = sidesOf(this.#resource) + this.#scopeBytes;
    const writer = new ProtobufWriter(this.#memory.allocate(framed(length) + mostVarintBytes));
    writer.message(requestField.resourceMetrics, length);
    writer.raw(this.#resource.head);
    for (const { scope, metrics, bytes } of this.#scopes) {
      writer.message(resourceMetricsField.scopeMetrics, bytes);
      writer.raw(scope.head);
      for (const part of metrics) writeMetric(writer, part);
      writer.raw(scope.tail);
    }
    writer.raw(this.#resource.tail);
    return writer.written();
  }
}

function writeMetric(writer: ProtobufWriter, { metric, points, bytes }: MetricPart): void {
  writer.message(scopeMetricsField.metric, metricLength(metric, bytes));
  writer.raw(metric.head);
  writer.message(metric.pointsField, bytes + metric.tail.length);
  for (const chunk of points) writer.raw(chunk);
  writer.raw(metric.tail);
}

function metricLength({ head, tail }: EncodedMetric, points: number): number {
  return head.length + framed(points + tail.length);
}

function sidesOf({ head, tail }: Envelope): number {
  return head.length + tail.length;
}

/** Returns the length of a nested message with its tag of one byte and its length prefix. */
function framed(length: number): number {
  return 1 + varintLength(length) + length;
}

/** Returns the end of the length-delimited field that starts at `from`. */
function endOfField(bytes: Uint8Array, from: number): number {
  let length = 0;
  let at = from + 1;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++] as number;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return at + length;
  }
}
