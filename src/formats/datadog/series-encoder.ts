/**
 * Collections as the series that Datadog takes (API v2, "Submit metrics"), in JSON.
 *
 * Sums of deltas are counts, other numbers gauges. A histogram is the counts `.count` and `.sum` and the gauges `.min`,
 * `.max` and `.avg`, and with buckets a count `.bucket` for each that is not empty, with the tags `lower_bound` and
 * `upper_bound`: the names that Datadog's own mapping of OpenTelemetry has. Exponential buckets are shown with bounds at
 * powers of two.
 */
import type { Resource } from '@opentelemetry/resources';
import type { Clock } from '../../model/clock.js';
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

/** Stands in a chunk where every series has what its resource brings. No character of JSON. */
export const originMark = '\0';

/** Series of whole points as JSON, each with a comma before it and `originMark` where its resource comes in. */
export interface Chunk {
  readonly text: string;
  readonly points: number;
}

/** What is encoded, and how. */
export interface EncoderOptions {
  readonly clock: Clock;
  readonly buckets: boolean;
  /** Milliseconds that the first collection is taken to cover. */
  readonly intervalMs: number;
}

/** Characters from which on a chunk is complete. */
const chunkLength = 32_768;
/** Seconds that timestamps may run ahead of the clock. Datadog takes ten minutes. */
const mostAheadSeconds = 300;
/** Walks from one look for series that are gone to the next. */
const sweepWalks = 16;

/** Driven by a walk, then asked for its chunks. */
export class SeriesEncoder implements PointVisitor {
  /** That of the last walk. */
  resource: Resource | undefined;
  /** Points that JSON cannot express: they are not finite. */
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
  /** Milliseconds: when the walk's points end, and how long it was since those that were accepted ended. */
  #endMs: number | undefined;
  #acceptedMs: number | undefined;
  #intervalMs: number;
  /** Timestamp of the last walk. */
  #second = 0;
  /** What follows the head of a series, its value of a count, and its value of a gauge. */
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

  /** What the last walk made. */
  chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** What the last walk held is not part of the next one: the next counts begin where its ended. */
  accepted(): void {
    this.#acceptedMs = this.#endMs ?? this.#acceptedMs;
  }

  #open({ series, endUnixMs }: Point) {
    if (this.#endMs === undefined) this.#beginPoints(endUnixMs);
    const stream = this.#stream as TaggedStream;
    return { heads: stream.heads, tags: stream.tags(series) };
  }

  /**
   * Datadog keeps one point per series and second, the last that came. Two collections within a second, as when somebody
   * flushes, are therefore told apart by a timestamp of one more.
   */
  #beginPoints(endUnixMs: number): void {
    // Where the clock was set back, the time of a point may be one to come, and Datadog would not take it.
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
