/**
 * Exponential histograms (OpenTelemetry data model, "ExponentialHistogram"): last of the three steps of the record path.
 *
 * At scale `s`, bucket `i` counts values in `(2^(i/2^s), 2^((i+1)/2^s)]`. A histogram starts at the finest scale and
 * halves its resolution whenever its values do not fit into 160 buckets. Example: at scale 1, 1.5 is in bucket 1 (1.41
 * to 2) and 4 in bucket 3 (2.83 to 4); at scale 0 they are in buckets 0 (1 to 2) and 1 (2 to 4): `i >> 1`.
 */
import type { Attributes } from '@opentelemetry/api';
import { ExponentialView, emptyBuckets } from '../model/point-views.js';
import type { Exemplar, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import {
  at,
  clear,
  coarsen,
  mask,
  negative,
  OrderedBuckets,
  positive,
  type Sign,
  slotsOf,
  subtract,
} from './exponential-cell.js';
import { type ExponentialScale, exponentialScale, indexOfValue } from './exponential-index.js';
import type { Shown } from './histogram.js';
import type { Cell, Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Finest scale, and maximum number of buckets (OpenTelemetry metrics SDK, base-2 exponential bucket histogram aggregation). */
const finestScale = 20;
export const defaultMaxSize = 160;

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
  /** Copies of the scale, and of the first and last positive bucket, for the record path. */
  private buckets: ExponentialScale;
  private first = 0;
  private last = -1;
  readonly #shows: Shown;
  /** True if negative values are recorded: instruments accept them only then. */
  readonly #signed: boolean;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  constructor(
    attributes: Attributes,
    startUnixMs: number,
    memory: Memory,
    maxSize: number,
    shows: Shown,
    signed: boolean,
  ) {
    const { chunk, offset } = memory.allocate(signed ? slotsOf.signed : slotsOf.unsigned);
    this.attributes = attributes;
    this.width = Object.keys(attributes).length;
    this.exemplars = undefined;
    this.chunk = chunk;
    this.offset = offset;
    this.startUnixMs = startUnixMs;
    this.#maxSize = Math.max(2, Math.min(Math.floor(maxSize) || defaultMaxSize, defaultMaxSize));
    this.#shows = shows;
    this.#signed = signed;
    clear(this, signed, finestScale);
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
    if (value <= 0) {
      this.#countNotPositive(value);
      return;
    }
    const index = indexOfValue(value, this.buckets);
    if (index >= this.first && index <= this.last) (chunk[offset + positive.ring + (index & mask)] as number) -= -1;
    else this.#grow(positive, index);
  }

  #countNotPositive(value: number): void {
    const { chunk, offset } = this;
    if (value === 0) {
      (chunk[offset + at.zeros] as number) -= -1;
      return;
    }
    const index = indexOfValue(-value, this.buckets);
    const known =
      index >= (chunk[offset + negative.first] as number) && index <= (chunk[offset + negative.last] as number);
    if (known) (chunk[offset + negative.ring + (index & mask)] as number) -= -1;
    else this.#grow(negative, index);
  }

  observe(value: number): void {
    this.record(value);
  }

  activity(): number {
    return this.chunk[this.offset + at.count] as number;
  }

  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void {
    const { chunk, offset } = this;
    for (let slot = 0; slot < this.#slots; slot++) scratch[slot] = chunk[offset + slot] as number;
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
    for (let slot = 0; slot < this.#slots; slot++) {
      const now = chunk[offset + slot] as number;
      walked[slot] = now;
      scratch[slot] = now;
    }
    window.walkedMinimum = Math.min(window.walkedMinimum, window.minimum);
    window.walkedMaximum = Math.max(window.walkedMaximum, window.maximum);
    window.minimum = Number.POSITIVE_INFINITY;
    window.maximum = Number.NEGATIVE_INFINITY;
    if (scratch[at.count] === base[at.count]) return false;
    if ((base[at.count] as number) > 0) subtract(scratch, base, this.#signed);
    view.begin(this, startUnixMs, endUnixMs, exemplars);
    this.#visit(visitor, window.walkedMinimum, window.walkedMaximum);
    return true;
  }

  /** Records each bucket at its bound that is further from zero, and restores the exact sum, minimum and maximum. */
  absorb(other: ExponentialHistogramSeries): void {
    const { chunk, offset } = other;
    const mine = this.chunk;
    const { offset: my } = this;
    const sum = (mine[my + at.sum] as number) + (chunk[offset + at.sum] as number);
    const minimum = Math.min(mine[my + at.minimum] as number, chunk[offset + at.minimum] as number);
    const maximum = Math.max(mine[my + at.maximum] as number, chunk[offset + at.maximum] as number);
    this.#recordBuckets(other, positive, 1);
    if (this.#signed) this.#recordBuckets(other, negative, -1);
    for (let count = chunk[offset + at.zeros] as number; count > 0; count--) this.record(0);
    mine[my + at.sum] = sum;
    mine[my + at.minimum] = minimum;
    mine[my + at.maximum] = maximum;
  }

  #recordBuckets(
    { chunk, offset, buckets }: ExponentialHistogramSeries,
    { first, last, ring }: Sign,
    factor: number,
  ): void {
    for (let bucket = chunk[offset + first] as number; bucket <= (chunk[offset + last] as number); bucket++) {
      const bound = 2 ** ((bucket + 1) / 2 ** buckets.scale);
      for (let count = chunk[offset + ring + (bucket & mask)] as number; count > 0; count--)
        this.record(factor * bound);
    }
  }

  isUnchangedSince({ walked }: DeltaWindow): boolean {
    return this.activity() === walked[at.count];
  }

  openWindow(): DeltaWindow {
    const window = deltaWindow(this.#slots);
    clear({ chunk: window.base, offset: 0 }, this.#signed, finestScale);
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
    memory.free(this, this.#slots);
  }

  get #slots(): number {
    return this.#signed ? slotsOf.signed : slotsOf.unsigned;
  }

  /** Counts a value outside the buckets in use: extends the range, at a coarser scale if the range is too large. */
  #grow(sign: Sign, index: number): void {
    const { chunk, offset } = this;
    const empty = (chunk[offset + sign.first] as number) > (chunk[offset + sign.last] as number);
    let first = empty ? index : Math.min(index, chunk[offset + sign.first] as number);
    let last = empty ? index : Math.max(index, chunk[offset + sign.last] as number);
    let coarser = 0;
    while (last - first >= this.#maxSize) {
      first >>= 1;
      last >>= 1;
      coarser++;
    }
    if (coarser > 0) this.#coarsen(coarser);
    chunk[offset + sign.first] = first;
    chunk[offset + sign.last] = last;
    this.first = chunk[offset + positive.first] as number;
    this.last = chunk[offset + positive.last] as number;
    (chunk[offset + sign.ring + ((index >> coarser) & mask)] as number) -= -1;
  }

  #coarsen(by: number): void {
    coarsen(this, positive, by);
    if (this.#signed) coarsen(this, negative, by);
    (this.chunk[this.offset + at.scale] as number) -= by;
    this.buckets = exponentialScale(this.chunk[this.offset + at.scale] as number);
  }

  #visit(visitor: PointVisitor, minimum: number, maximum: number): void {
    const known = this.#shows.minMax && minimum <= maximum;
    view.count = scratch[at.count] as number;
    view.sum = this.#shows.sum ? finite(scratch[at.sum] as number) : undefined;
    view.min = known ? minimum : undefined;
    view.max = known ? maximum : undefined;
    view.scale = scratch[at.scale] as number;
    view.zeroCount = scratch[at.zeros] as number;
    view.positive = positiveBuckets.read(scratch, positive);
    view.negative = this.#signed ? negativeBuckets.read(scratch, negative) : emptyBuckets;
    visitor.exponentialHistogram(view);
  }
}

/** Copy of a cell, valid during a visit. */
const scratch = new Float64Array(slotsOf.signed);
const positiveBuckets = new OrderedBuckets();
const negativeBuckets = new OrderedBuckets();
const view = new ExponentialView();

function emptyMinMax({ chunk, offset }: Cell): void {
  chunk[offset + at.minimum] = Number.POSITIVE_INFINITY;
  chunk[offset + at.maximum] = Number.NEGATIVE_INFINITY;
}
