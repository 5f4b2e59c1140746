/**
 * Encoder for Datadog series (API v2, "Submit metrics"), in JSON.
 *
 * Delta sums become counts, other numbers gauges. A histogram becomes the counts `.count` and `.sum` and the gauges
 * `.min`, `.max` and `.avg`. With buckets enabled, each bucket that is not empty becomes a count `.bucket` with the tags
 * `lower_bound` and `upper_bound`. These are the names of Datadog's own OpenTelemetry mapping. Exponential buckets get
 * bounds at powers of two.
 */
import type { Clock } from '../../model/clock.js';
import type { Resource } from '../../model/otel-data.js';
import type {
  DistributionPoint,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  Temporality,
} from '../../model/points.js';
import { datadogBound, datadogTag } from '../../naming/datadog.js';
import { classicHistogram } from '../classic-buckets.js';
import { type Head, type Owners, TaggedStream } from './tagged-stream.js';

/** Placeholder in chunks for the host and tags of the resource. The character does not occur in JSON. */
export const originMark = '\0';

/** Series of whole points as JSON, each after a comma and with `originMark` for its origin. */
export interface Chunk {
  readonly text: string;
  readonly points: number;
}

/** Options of the encoder. */
export interface EncoderOptions {
  readonly clock: Clock;
  /** True to encode the buckets of histograms. */
  readonly buckets: boolean;
  /** Milliseconds that the first collection is assumed to cover. */
  readonly intervalMs: number;
}

/** Maximum number of characters in a chunk of several points. */
const chunkLength = 32_768;
/** Seconds that timestamps may run ahead of the clock. Datadog accepts ten minutes. */
const mostAheadSeconds = 300;
/** Number of walks between two sweeps of series that are gone. */
const sweepWalks = 16;

/** Encodes one walk at a time as chunks. */
export class SeriesEncoder implements PointVisitor {
  /** Resource of the last walk. */
  resource: Resource | undefined;
  /** Number of points that are not finite, which JSON cannot express. */
  inexpressible = 0;
  readonly #clock: Clock;
  readonly #buckets: boolean;
  readonly #owners: Owners = new Map();
  readonly #streams = new Map<MetricStream, Record<Temporality, TaggedStream | undefined>>();
  #chunks: Chunk[] = [];
  #text = '';
  #points = 0;
  #walk = 0;
  #stream: TaggedStream | undefined;
  /** End of the points of this walk and of the last accepted walk, and the time between them, in milliseconds. */
  #endMs: number | undefined;
  #acceptedMs: number | undefined;
  #intervalMs: number;
  /** Timestamp of the last walk. */
  #second = 0;
  /** Constant text behind the head of a series, behind the value of a count, and behind the value of a gauge. */
  #time = '';
  #afterCount = '';
  readonly #afterGauge = `}],${originMark}`;

  constructor({ clock, buckets, intervalMs }: EncoderOptions) {
    this.#clock = clock;
    this.#buckets = buckets;
    this.#intervalMs = intervalMs;
  }

  begin(resource: Resource): void {
    this.resource = resource;
    this.inexpressible = 0;
    this.#chunks = [];
    this.#text = '';
    this.#points = 0;
    this.#endMs = undefined;
    this.#walk++;
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    let known = this.#streams.get(stream);
    if (known === undefined) {
      known = { delta: undefined, cumulative: undefined };
      this.#streams.set(stream, known);
    }
    known[temporality] ??= new TaggedStream(stream, temporality, this.#buckets, this.#owners);
    this.#stream = known[temporality];
    this.#stream.beginWalk(this.#walk);
  }

  number(point: NumberPoint): void {
    if (!Number.isFinite(point.value)) {
      this.inexpressible++;
      return;
    }
    const { heads, tags } = this.#open(point);
    this.#add(this.#one(heads.value, point.value, tags));
  }

  histogram(point: HistogramPoint): void {
    const { heads, tags } = this.#open(point);
    let text = this.#summary(heads, tags, point);
    if (heads.bucket !== undefined) text += this.#bucketsText(heads.bucket, tags, point);
    this.#add(text);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    const { heads, tags } = this.#open(point);
    let text = this.#summary(heads, tags, point);
    if (heads.bucket !== undefined) text += this.#bucketsText(heads.bucket, tags, classicHistogram(point));
    this.#add(text);
  }

  end(): void {
    this.#close();
    if (this.#walk % sweepWalks !== 0) return;
    for (const [stream, known] of this.#streams) {
      for (const temporality of ['delta', 'cumulative'] as const) {
        if (known[temporality]?.sweep(this.#walk) === false) known[temporality] = undefined;
      }
      if (known.delta === undefined && known.cumulative === undefined) this.#streams.delete(stream);
    }
  }

  /** Returns the chunks of the last walk. */
  chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** Marks the last walk as accepted: the interval of the next counts starts at its end. */
  accepted(): void {
    this.#acceptedMs = this.#endMs ?? this.#acceptedMs;
  }

  #open({ series, endUnixMs }: Point) {
    if (this.#endMs === undefined) this.#beginPoints(endUnixMs);
    const stream = this.#stream as TaggedStream;
    return { heads: stream.heads, tags: stream.tags(series) };
  }

  /**
   * Sets the timestamp and interval of the walk. Datadog keeps only the last point per series and second, so a second
   * collection within one second (a flush) gets the next second.
   */
  #beginPoints(endUnixMs: number): void {
    // After the clock was set back, a point may be in the future, which Datadog rejects.
    const endMs = Math.min(endUnixMs, this.#clock.nowUnixMs());
    const now = Math.floor(endMs / 1_000);
    const next = Math.max(now, this.#second + 1);
    this.#second = next > now + mostAheadSeconds ? now : next;
    if (this.#acceptedMs !== undefined) this.#intervalMs = endMs - this.#acceptedMs;
    this.#endMs = endMs;
    const interval = Math.max(1, Math.round(this.#intervalMs / 1_000));
    this.#time = `${this.#second},"value":`;
    this.#afterCount = `}],"interval":${interval},${originMark}`;
  }

  #summary(heads: TaggedStream['heads'], tags: string, { count, sum, min, max }: DistributionPoint): string {
    let text = this.#one(heads.count, count, tags);
    if (finite(sum)) text += this.#one(heads.sum, sum, tags);
    if (count === 0) return text;
    if (finite(min)) text += this.#one(heads.min, min, tags);
    if (finite(max)) text += this.#one(heads.max, max, tags);
    if (finite(sum)) text += this.#one(heads.avg, sum / count, tags);
    return text;
  }

  #bucketsText(head: Head, tags: string, { boundaries, counts, from }: HistogramPoint): string {
    let text = '';
    for (let index = 0; index <= boundaries.length; index++) {
      const count = counts[from + index] as number;
      if (count === 0) continue;
      const lower = datadogTag('lower_bound', datadogBound(boundaries[index - 1] ?? Number.NEGATIVE_INFINITY));
      const upper = datadogTag('upper_bound', datadogBound(boundaries[index] ?? Number.POSITIVE_INFINITY));
      text += this.#one(head, count, `${tags},"${lower}","${upper}"`);
    }
    return text;
  }

  #one(head: Head | undefined, value: number, tags: string): string {
    if (head === undefined) return '';
    return `${head.text}${this.#time}${value}${head.count ? this.#afterCount : this.#afterGauge}${tags}]}`;
  }

  #add(text: string): void {
    if (this.#text.length + text.length > chunkLength) this.#close();
    this.#text += text;
    this.#points++;
  }

  #close(): void {
    if (this.#points > 0) this.#chunks.push({ text: this.#text, points: this.#points });
    this.#text = '';
    this.#points = 0;
  }
}

function finite(value: number | undefined): value is number {
  return Number.isFinite(value);
}
