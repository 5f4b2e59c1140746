/**
 * Exponential histograms (OpenTelemetry data model, "ExponentialHistogram"): last of the three steps of the record path.
 *
 * At scale `s`, bucket `i` counts values in `(2^(i/2^s), 2^((i+1)/2^s)]`. A histogram starts at the finest scale and
 * halves its resolution whenever its values do not fit into 160 buckets. Example: at scale 1, 1.5 is in bucket 1 (1.41
 * to 2) and 4 in bucket 3 (2.83 to 4); at scale 0 they are in buckets 0 (1 to 2) and 1 (2 to 4): `i >> 1`.
 */
import type { Attributes } from '@opentelemetry/api';
import { ExponentialView, emptyBuckets } from '../model/point-views.js';
import type { Exemplar, ExponentialBuckets, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import { type ExponentialScale, exponentialScale, indexOfValue } from './exponential-index.js';
import type { Shown } from './histogram.js';
import type { Cell, Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Finest scale, and maximum number of buckets (OpenTelemetry metrics SDK, base-2 exponential bucket histogram aggregation). */
const finestScale = 20;
export const defaultMaxSize = 160;

/** Buckets form a ring, bucket `i` at `i & mask`, so growth at one end does not move the other. */
const ring = 256;
const mask = ring - 1;

/** Offsets within the cell, before the ring. */
const at = { sum: 0, minimum: 1, maximum: 2, zeros: 3, count: 4, scale: 5, first: 6, last: 7, start: 8 } as const;
const head = 9;
const slots = head + ring;

/** Exemplars per series: the default for exponential histograms (OpenTelemetry metrics SDK, exemplar defaults). */
const exemplarSlots = 20;

/** ExponentialHistogramSeries counts values in buckets whose width grows by a constant factor. */
export class ExponentialHistogramSeries implements Series {
  readonly attributes: Attributes;
  index = -1;
  readonly width: number;
  exemplars: ExemplarSlots | undefined;
  chunk: Float64Array;
  readonly offset: number;
  readonly #maxSize: number;
  /** Copies of scale, first and last bucket in the cell, for the record path. */
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

  record(value: number, given?: Attributes): void {
    const { chunk, offset } = this;
    (chunk[offset + at.sum] as number) -= -value;
    (chunk[offset + at.count] as number) -= -1;
    if (value < (chunk[offset + at.minimum] as number)) chunk[offset + at.minimum] = value;
    if (value > (chunk[offset + at.maximum] as number)) chunk[offset + at.maximum] = value;
    if (this.exemplars !== undefined)
      this.exemplars.offer((chunk[offset + at.count] as number) % exemplarSlots, value, given);
    if (value === 0) {
      (chunk[offset + at.zeros] as number) -= -1;
      return;
    }
    const index = indexOfValue(value, this.buckets);
    if (index >= this.first && index <= this.last) (chunk[offset + head + (index & mask)] as number) -= -1;
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
    for (let slot = 0; slot < slots; slot++) scratch[slot] = chunk[offset + slot] as number;
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
    for (let slot = 0; slot < slots; slot++) {
      const now = chunk[offset + slot] as number;
      walked[slot] = now;
      scratch[slot] = now;
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

  /** Records each bucket at its upper bound, and restores the exact sum, minimum and maximum. */
  absorb({ chunk, offset, first, last, buckets }: ExponentialHistogramSeries): void {
    const mine = this.chunk;
    const { offset: my } = this;
    const sum = (mine[my + at.sum] as number) + (chunk[offset + at.sum] as number);
    const minimum = Math.min(mine[my + at.minimum] as number, chunk[offset + at.minimum] as number);
    const maximum = Math.max(mine[my + at.maximum] as number, chunk[offset + at.maximum] as number);
    for (let bucket = first; bucket <= last; bucket++) {
      const upper = 2 ** ((bucket + 1) / 2 ** buckets.scale);
      for (let count = chunk[offset + head + (bucket & mask)] as number; count > 0; count--) this.record(upper);
    }
    for (let count = chunk[offset + at.zeros] as number; count > 0; count--) this.record(0);
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

  /** Counts a value outside the buckets in use: extends the range, at a coarser scale if the range is too large. */
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
      this.buckets = exponentialScale(chunk[offset + at.scale] as number);
      first = empty ? first : Math.min(first, chunk[offset + at.first] as number);
      last = empty ? last : Math.max(last, chunk[offset + at.last] as number);
    }
    chunk[offset + at.first] = first;
    chunk[offset + at.last] = last;
    this.first = first;
    this.last = last;
    (chunk[offset + head + ((index >> coarser) & mask)] as number) -= -1;
  }

  #visit(visitor: PointVisitor, minimum: number, maximum: number): void {
    const known = this.#shows.minMax && minimum <= maximum;
    view.count = scratch[at.count] as number;
    view.sum = this.#shows.sum ? finite(scratch[at.sum] as number) : undefined;
    view.min = known ? minimum : undefined;
    view.max = known ? maximum : undefined;
    view.scale = scratch[at.scale] as number;
    view.zeroCount = scratch[at.zeros] as number;
    // Instruments reject negative values unless a boundary is negative, so `view.negative` stays empty.
    view.positive = unrolled();
    visitor.exponentialHistogram(view);
  }
}

/** Copy of a cell, and of its ring in bucket order; valid during a visit. */
const scratch = new Float64Array(slots);
const straight = new Float64Array(ring);
const view = new ExponentialView();
const positive = { offset: 0, counts: straight, from: 0, length: 0 };

/** Returns the buckets of `scratch` in order, without empty buckets at the ends. */
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

/** Subtracts the state that a reader accepted from `scratch`. The scale of `scratch` is never finer than that of `base`. */
function subtract(base: Float64Array): void {
  for (const slot of [at.sum, at.zeros, at.count]) (scratch[slot] as number) -= base[slot] as number;
  const coarser = (base[at.scale] as number) - (scratch[at.scale] as number);
  if (base[at.count] === base[at.zeros]) return;
  for (let bucket = base[at.first] as number; bucket <= (base[at.last] as number); bucket++) {
    (scratch[head + ((bucket >> coarser) & mask)] as number) -= base[head + (bucket & mask)] as number;
  }
}

/** Merges each `2^by` adjacent buckets of a cell into one. */
function coarsen({ chunk, offset }: Cell, by: number): void {
  const first = chunk[offset + at.first] as number;
  const last = chunk[offset + at.last] as number;
  straight.fill(0);
  for (let bucket = first; bucket <= last; bucket++) {
    (straight[(bucket >> by) & mask] as number) += chunk[offset + head + (bucket & mask)] as number;
  }
  chunk.set(straight, offset + head);
  chunk[offset + at.first] = first >> by;
  chunk[offset + at.last] = last >> by;
  (chunk[offset + at.scale] as number) -= by;
}

function emptyMinMax({ chunk, offset }: Cell): void {
  chunk[offset + at.minimum] = Number.POSITIVE_INFINITY;
  chunk[offset + at.maximum] = Number.NEGATIVE_INFINITY;
}
