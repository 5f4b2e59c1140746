/** Histograms: last of the three steps of the record path. A cell holds sum, minimum, maximum and one count per bucket. */
import type { Attributes } from '@opentelemetry/api';
import { HistogramView } from '../model/point-views.js';
import type { Exemplar, PointVisitor } from '../model/points.js';
import type { Buckets } from './buckets.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Cell, Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Offsets within the cell, before the buckets. */
const at = { sum: 0, minimum: 1, maximum: 2, start: 3 } as const;
const head = 4;

/** Optional fields of a histogram. */
export interface Shown {
  /** False if values may be negative and no boundary declares it: such a sum is not monotonic. */
  readonly sum: boolean;
  readonly minMax: boolean;
}

/** HistogramSeries counts values by bucket. The count is the sum of the buckets, computed when it is read. */
export class HistogramSeries implements Series {
  readonly attributes: Attributes;
  index = -1;
  readonly width: number;
  exemplars: ExemplarSlots | undefined;
  readonly #shows: Shown;
  chunk: Float64Array;
  readonly offset: number;
  readonly buckets: Buckets;
  /** All-time minimum and maximum: delta readers reset those in the cell. */
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  constructor(attributes: Attributes, startUnixMs: number, memory: Memory, buckets: Buckets, shows: Shown) {
    const { chunk, offset } = memory.allocate(slotsOf(buckets));
    this.attributes = attributes;
    this.width = Object.keys(attributes).length;
    this.exemplars = undefined;
    this.chunk = chunk;
    this.offset = offset;
    this.startUnixMs = startUnixMs;
    this.buckets = buckets;
    this.#shows = shows;
    emptyMinMax({ chunk, offset });
  }

  get exemplarSlots(): number {
    return this.buckets.boundaries.length + 1;
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
    if (value < (chunk[offset + at.minimum] as number)) chunk[offset + at.minimum] = value;
    if (value > (chunk[offset + at.maximum] as number)) chunk[offset + at.maximum] = value;
    const bucket = this.buckets.indexOf(value);
    (chunk[offset + head + bucket] as number) -= -1;
    if (this.exemplars !== undefined) this.exemplars.offer(bucket, value, given);
  }

  /** Adds a recording: a distribution has no value to replace. */
  observe(value: number): void {
    this.record(value);
  }

  activity(): number {
    return this.#count();
  }

  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void {
    const { chunk, offset } = this;
    const minimum = Math.min(this.#minimum, chunk[offset + at.minimum] as number);
    const maximum = Math.max(this.#maximum, chunk[offset + at.maximum] as number);
    const known = this.#shows.minMax && minimum <= maximum;
    view.begin(this, this.startUnixMs, endUnixMs, exemplars);
    view.count = this.#count();
    view.sum = this.#shows.sum ? finite(chunk[offset + at.sum] as number) : undefined;
    view.min = known ? minimum : undefined;
    view.max = known ? maximum : undefined;
    view.boundaries = this.buckets.boundaries;
    view.counts = chunk;
    view.from = offset + head;
    visitor.histogram(view);
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
    let count = 0;
    for (let index = 0; index < scratchLength(this.buckets); index++) {
      const now = chunk[offset + head + index] as number;
      walked[index + 1] = now;
      const difference = now - (base[index + 1] as number);
      scratch[index] = difference;
      count += difference;
    }
    walked[0] = finite(chunk[offset + at.sum] as number);
    window.walkedMinimum = Math.min(window.walkedMinimum, window.minimum);
    window.walkedMaximum = Math.max(window.walkedMaximum, window.maximum);
    window.minimum = Number.POSITIVE_INFINITY;
    window.maximum = Number.NEGATIVE_INFINITY;
    if (count === 0) return false;
    const known = this.#shows.minMax && window.walkedMinimum <= window.walkedMaximum;
    view.begin(this, startUnixMs, endUnixMs, exemplars);
    view.count = count;
    view.sum = this.#shows.sum ? walked[0] - (base[0] as number) : undefined;
    view.min = known ? window.walkedMinimum : undefined;
    view.max = known ? window.walkedMaximum : undefined;
    view.boundaries = this.buckets.boundaries;
    view.counts = scratch;
    view.from = 0;
    visitor.histogram(view);
    return true;
  }

  absorb({ chunk, offset }: HistogramSeries): void {
    const combine = (slot: number, by: (own: number, other: number) => number) => {
      const own = this.chunk[this.offset + slot] as number;
      this.chunk[this.offset + slot] = by(own, chunk[offset + slot] as number);
    };
    const add = (own: number, other: number) => own + other;
    combine(at.sum, add);
    combine(at.minimum, Math.min);
    combine(at.maximum, Math.max);
    for (let slot = head; slot < slotsOf(this.buckets); slot++) combine(slot, add);
  }

  isUnchangedSince({ walked }: DeltaWindow): boolean {
    let count = 0;
    for (let index = 1; index < walked.length; index++) count += walked[index] as number;
    return count === this.#count();
  }

  openWindow(): DeltaWindow {
    const length = scratchLength(this.buckets);
    if (scratch.length < length) scratch = new Float64Array(length);
    return deltaWindow(length + 1);
  }

  /** Moves the minimum and maximum in the cell to the windows of all delta readers, and to the all-time ones. */
  foldMinMax(windows: readonly (DeltaWindow | undefined)[]): void {
    const { chunk, offset } = this;
    const [minimum, maximum] = [chunk[offset + at.minimum] as number, chunk[offset + at.maximum] as number];
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
    memory.free(this, slotsOf(this.buckets));
  }

  #count(): number {
    const { chunk, offset } = this;
    let count = 0;
    for (let index = 0; index <= this.buckets.boundaries.length; index++)
      count += chunk[offset + head + index] as number;
    return count;
  }
}

const view = new HistogramView();

/** Differences of one point, valid during the visit. */
let scratch = new Float64Array(64);

function scratchLength(buckets: Buckets): number {
  return buckets.boundaries.length + 1;
}

function slotsOf(buckets: Buckets): number {
  return head + scratchLength(buckets);
}

function emptyMinMax({ chunk, offset }: Cell): void {
  chunk[offset + at.minimum] = Number.POSITIVE_INFINITY;
  chunk[offset + at.maximum] = Number.NEGATIVE_INFINITY;
}
