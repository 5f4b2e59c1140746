/**
 * Record path, last step of three for exponential histograms (OpenTelemetry data model, "ExponentialHistogram").
 *
 * At scale `s` a bucket `i` counts values in `(2^(i/2^s), 2^((i+1)/2^s)]`. A histogram begins at the finest scale and
 * halves its resolution whenever its values no longer fit into 160 buckets: at scale 1, 1.5 lies in bucket 1 (1.41 to 2)
 * and 4 in bucket 3 (2.83 to 4); one scale coarser they lie in buckets 0 (1 to 2) and 1 (2 to 4): `i >> 1`.
 */
import type { Attributes } from '@opentelemetry/api';
import { ExponentialView, emptyBuckets } from '../model/point-views.js';
import type { Exemplar, ExponentialBuckets, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import { type ExponentialScale, exponentialScale, indexOfValue } from './exponential-index.js';
import type { Shown } from './histogram.js';
import type { Cell, Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Finest scale, and most buckets (OpenTelemetry metrics SDK, base-2 exponential bucket histogram aggregation). */
const finestScale = 20;
export const defaultMaxSize = 160;

/** Buckets lie in a ring, bucket `i` at `i & mask`, so that neither end has to be moved when the other grows. */
const ring = 256;
const mask = ring - 1;

/** Places within the cell, before the ring. */
const at = { sum: 0, minimum: 1, maximum: 2, zeros: 3, count: 4, scale: 5, first: 6, last: 7, start: 8 } as const;
const head = 9;
const slots = head + ring;

/** Exemplars of a histogram whose buckets move (OpenTelemetry SDK, exemplar defaults). */
const exemplarSlots = 20;

/** Counts of what was recorded, in buckets that grow by a factor. */
export class ExponentialHistogramSeries implements Series {
  readonly attributes: Attributes;
  index = -1;
  readonly width: number;
  exemplars: ExemplarSlots | undefined;
  chunk: Float64Array;
  readonly offset: number;
  readonly #maxSize: number;
  /** What the cell says of scale, first and last bucket, at hand for the record path. */
  private buckets: ExponentialScale;
  private first = 0;
  private last = 0;
  readonly #shows: Shown;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  constructor(attributes: Attributes, startUnixMs: number, memory: Memory, maxSize: number, shows: Shown) {
    const { chunk, offset } = memory.allocate(slots);
    this.attributes = attributes;
    this.width = Object.keys(attributes).length;
    this.exemplars = undefined;
    this.chunk = chunk;
    this.offset = offset;
    this.startUnixMs = startUnixMs;
    this.#maxSize = Math.max(2, Math.min(Math.floor(maxSize) || defaultMaxSize, defaultMaxSize));
    this.#shows = shows;
    chunk[offset + at.scale] = finestScale;
    this.buckets = exponentialScale(finestScale);
    emptyMinMax(this);
  }

  get exemplarSlots(): number {
    return exemplarSlots;
  }

  get startUnixMs(): number {
    return this.chunk[this.offset + at.start] as number;
  }

  set startUnixMs(unixMs: number) {
    this.chunk[this.offset + at.start] = unixMs;
  }

  record(value: number): void {
    const { chunk, offset } = this;
    chunk[offset + at.sum] -= -value;
    chunk[offset + at.count] -= -1;
    if (value < (chunk[offset + at.minimum] as number)) chunk[offset + at.minimum] = value;
    if (value > (chunk[offset + at.maximum] as number)) chunk[offset + at.maximum] = value;
    if (this.exemplars !== undefined) this.exemplars.offer(chunk[offset + at.count] % exemplarSlots, value);
    if (value === 0) {
      chunk[offset + at.zeros] -= -1;
      return;
    }
    const index = indexOfValue(value, this.buckets);
    if (index >= this.first && index <= this.last) chunk[offset + head + (index & mask)] -= -1;
    else this.#grow(index);
  }

  observe(value: number): void {
    this.record(value);
  }

  activity(): number {
    return this.chunk[this.offset + at.count] as number;
  }

  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void {
    const { chunk, offset } = this;
    for (let place = 0; place < slots; place++) scratch[place] = chunk[offset + place] as number;
    const minimum = Math.min(this.#minimum, scratch[at.minimum] as number);
    const maximum = Math.max(this.#maximum, scratch[at.maximum] as number);
    view.begin(this, this.startUnixMs, endUnixMs, exemplars);
    this.#visit(visitor, minimum, maximum);
  }

  visitDelta(
    visitor: PointVisitor,
    window: DeltaWindow,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
  ): boolean {
    const { chunk, offset } = this;
    const { base, walked } = window;
    for (let place = 0; place < slots; place++) {
      const now = chunk[offset + place] as number;
      walked[place] = now;
      scratch[place] = now;
    }
    window.walkedMinimum = Math.min(window.walkedMinimum, window.minimum);
    window.walkedMaximum = Math.max(window.walkedMaximum, window.maximum);
    window.minimum = Number.POSITIVE_INFINITY;
    window.maximum = Number.NEGATIVE_INFINITY;
    if (scratch[at.count] === base[at.count]) return false;
    if ((base[at.count] as number) > 0) subtract(base);
    view.begin(this, startUnixMs, endUnixMs, exemplars);
    this.#visit(visitor, window.walkedMinimum, window.walkedMaximum);
    return true;
  }

  /** Each bucket is counted again at its upper end; sum, smallest and largest are kept as they were. */
  absorb({ chunk, offset, first, last, buckets }: ExponentialHistogramSeries): void {
    const mine = this.chunk;
    const { offset: my } = this;
    const sum = mine[my + at.sum] + chunk[offset + at.sum];
    const minimum = Math.min(mine[my + at.minimum], chunk[offset + at.minimum]);
    const maximum = Math.max(mine[my + at.maximum], chunk[offset + at.maximum]);
    for (let bucket = first; bucket <= last; bucket++) {
      const upper = 2 ** ((bucket + 1) / 2 ** buckets.scale);
      for (let count = chunk[offset + head + (bucket & mask)]; count > 0; count--) this.record(upper);
    }
    for (let count = chunk[offset + at.zeros]; count > 0; count--) this.record(0);
    mine[my + at.sum] = sum;
    mine[my + at.minimum] = minimum;
    mine[my + at.maximum] = maximum;
  }

  isUnchangedSince({ walked }: DeltaWindow): boolean {
    return this.activity() === walked[at.count];
  }

  openWindow(): DeltaWindow {
    const window = deltaWindow(slots);
    window.base[at.scale] = finestScale;
    return window;
  }

  foldMinMax(windows: readonly (DeltaWindow | undefined)[]): void {
    const { chunk, offset } = this;
    const minimum = chunk[offset + at.minimum] as number;
    const maximum = chunk[offset + at.maximum] as number;
    if (minimum > maximum) return;
    this.#minimum = Math.min(this.#minimum, minimum);
    this.#maximum = Math.max(this.#maximum, maximum);
    for (const window of windows) {
      if (window === undefined) continue;
      window.minimum = Math.min(window.minimum, minimum);
      window.maximum = Math.max(window.maximum, maximum);
    }
    emptyMinMax(this);
  }

  release(memory: Memory): void {
    memory.free(this, slots);
  }

  /** Counts a value whose bucket lies outside those in use: widens them, after coarsening the scale where it must. */
  #grow(index: number): void {
    const { chunk, offset } = this;
    const empty = chunk[offset + at.count] === (chunk[offset + at.zeros] as number) + 1;
    let first = empty ? index : Math.min(index, chunk[offset + at.first] as number);
    let last = empty ? index : Math.max(index, chunk[offset + at.last] as number);
    let coarser = 0;
    while (last - first >= this.#maxSize) {
      first >>= 1;
      last >>= 1;
      coarser++;
    }
    if (coarser > 0) {
      coarsen(this, coarser);
      this.buckets = exponentialScale(chunk[offset + at.scale]);
      first = empty ? first : Math.min(first, chunk[offset + at.first] as number);
      last = empty ? last : Math.max(last, chunk[offset + at.last] as number);
    }
    chunk[offset + at.first] = first;
    chunk[offset + at.last] = last;
    this.first = first;
    this.last = last;
    chunk[offset + head + ((index >> coarser) & mask)] -= -1;
  }

  #visit(visitor: PointVisitor, minimum: number, maximum: number): void {
    const known = this.#shows.minMax && minimum <= maximum;
    view.count = scratch[at.count] as number;
    view.sum = this.#shows.sum ? finite(scratch[at.sum]) : undefined;
    view.min = known ? minimum : undefined;
    view.max = known ? maximum : undefined;
    view.scale = scratch[at.scale] as number;
    view.zeroCount = scratch[at.zeros] as number;
    // Instruments reject negative values unless a boundary is negative, so `view.negative` stays empty.
    view.positive = unrolled();
    visitor.exponentialHistogram(view);
  }
}

/** A copy of a cell, valid during a visit; and its ring laid out straight. */
const scratch = new Float64Array(slots);
const straight = new Float64Array(ring);
const view = new ExponentialView();
const positive = { offset: 0, counts: straight, from: 0, length: 0 };

/** The buckets of `scratch` in order, without empty ones at the ends. */
function unrolled(): ExponentialBuckets {
  let first = scratch[at.first] as number;
  let last = scratch[at.last] as number;
  while (first <= last && scratch[head + (first & mask)] === 0) first++;
  while (last >= first && scratch[head + (last & mask)] === 0) last--;
  if (first > last) return emptyBuckets;
  for (let bucket = first; bucket <= last; bucket++)
    straight[bucket - first] = scratch[head + (bucket & mask)] as number;
  positive.offset = first;
  positive.length = last - first + 1;
  return positive;
}

/** Takes what a reader had before from `scratch`, at the scale of `scratch`, which is never the finer one. */
function subtract(base: Float64Array): void {
  for (const place of [at.sum, at.zeros, at.count]) scratch[place] -= base[place] as number;
  const coarser = (base[at.scale] as number) - (scratch[at.scale] as number);
  if (base[at.count] === base[at.zeros]) return;
  for (let bucket = base[at.first] as number; bucket <= (base[at.last] as number); bucket++) {
    scratch[head + ((bucket >> coarser) & mask)] -= base[head + (bucket & mask)] as number;
  }
}

/** Joins each `2^by` neighbouring buckets of a cell into one. */
function coarsen({ chunk, offset }: Cell, by: number): void {
  const first = chunk[offset + at.first] as number;
  const last = chunk[offset + at.last] as number;
  straight.fill(0);
  for (let bucket = first; bucket <= last; bucket++) {
    straight[(bucket >> by) & mask] += chunk[offset + head + (bucket & mask)] as number;
  }
  chunk.set(straight, offset + head);
  chunk[offset + at.first] = first >> by;
  chunk[offset + at.last] = last >> by;
  chunk[offset + at.scale] -= by;
}

function emptyMinMax({ chunk, offset }: Cell): void {
  chunk[offset + at.minimum] = Number.POSITIVE_INFINITY;
  chunk[offset + at.maximum] = Number.NEGATIVE_INFINITY;
}
