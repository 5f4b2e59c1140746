/** Series of a history in memory: columns, and how points are written to them. */
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
} from '../../model/points.js';
import type { StoredColumn } from './column-blocks.js';
import {
  type ExponentialSample,
  type ExponentialSeries,
  type HistogramSeries,
  type Labels,
  type NumberSeries,
  numberAt,
} from './history.js';

/** Series that points can be written to. */
export type StoredSeries = StoredNumbers | StoredHistograms | StoredExponentials;

/** Finest scale of Prometheus' native histograms. */
const finestScale = 8;

/** Identity of a series, and its storage. */
interface Place {
  /** Name of the metric. */
  readonly name: string;
  /** Identifies the series within the history. */
  readonly key: string;
  readonly labels: Labels;
  /** Returns a column. */
  readonly column: () => StoredColumn;
  /** Returns the number of snapshots that are kept, with the one that is being written. */
  readonly snapshots: () => number;
  /** Called with the bytes that are stored in addition to the columns; negative if they are released. */
  readonly charge: (bytes: number) => void;
  /** See `ExponentialSeries.startsAtZero`. */
  readonly startsAtZero: boolean;
}

/** Returns the number of columns of a series that `storedSeries` creates. */
export function columnCount(points: MetricStream['points'], point: Point): number {
  if (points === 'number') return 1;
  return points === 'exponentialHistogram' ? 2 : (point as HistogramPoint).boundaries.length + 2;
}

/** Creates a series for the points of a stream. */
export function storedSeries(points: MetricStream['points'], place: Place, point: Point): StoredSeries {
  if (points === 'number') return new StoredNumbers(place);
  if (points === 'exponentialHistogram') return new StoredExponentials(place);
  return new StoredHistograms(place, (point as HistogramPoint).boundaries);
}

/** Columns of a series. */
abstract class Columns {
  readonly name: string;
  readonly key: string;
  readonly labels: Labels;
  /** True if the history does not list the series any more. */
  isRemoved = false;
  readonly #newColumn: () => StoredColumn;
  readonly #columns: StoredColumn[] = [];

  constructor({ name, key, labels, column }: Place) {
    this.name = name;
    this.key = key;
    this.labels = labels;
    this.#newColumn = column;
  }

  /** Ends the use of the columns. Returns their number. */
  remove(): number {
    this.isRemoved = true;
    for (const column of this.#columns) column.release();
    return this.#columns.length;
  }

  /** True if there is a number at one of the positions from `first` to `end - 1`. */
  hasPoints(first: number, end: number): boolean {
    return this.#columns.some((column) => {
      let position = end - 1;
      while (position >= first && Number.isNaN(numberAt(column, position))) position--;
      return position >= first;
    });
  }

  clear(position: number): void {
    for (const column of this.#columns) column.set(position, Number.NaN);
  }

  /** Writes 0 at a position, the last one before the first point. */
  startAt(position: number): void {
    for (const column of this.#columns) column.set(position, 0);
  }

  protected column(): StoredColumn {
    const column = this.#newColumn();
    this.#columns.push(column);
    return column;
  }
}

class StoredNumbers extends Columns implements NumberSeries {
  readonly points = 'number';
  readonly value = this.column();

  fits(point: Point): boolean {
    return 'value' in point;
  }

  write(position: number, point: Point): void {
    this.value.set(position, (point as NumberPoint).value);
  }
}

class StoredHistograms extends Columns implements HistogramSeries {
  readonly points = 'histogram';
  readonly count = this.column();
  readonly sum = this.column();
  readonly bounds: readonly number[];
  readonly buckets: readonly StoredColumn[];

  constructor(place: Place, bounds: readonly number[]) {
    super(place);
    this.bounds = bounds;
    this.buckets = bounds.map(() => this.column());
  }

  /** A histogram with other bounds is another series. */
  fits(point: Point): boolean {
    const { boundaries } = point as HistogramPoint;
    return (
      boundaries === this.bounds ||
      (boundaries?.length === this.bounds.length && boundaries.every((bound, index) => bound === this.bounds[index]))
    );
  }

  write(position: number, point: Point): void {
    const { counts, from, sum } = point as HistogramPoint;
    let total = 0;
    for (let index = 0; index < this.buckets.length; index++) {
      total += counts[from + index] as number;
      this.buckets[index]?.set(position, total);
    }
    this.count.set(position, total + (counts[from + this.buckets.length] as number));
    this.sum.set(position, sum ?? Number.NaN);
  }
}

class StoredExponentials extends Columns implements ExponentialSeries {
  readonly points = 'exponentialHistogram';
  readonly count = this.column();
  readonly sum = this.column();
  readonly startsAtZero: boolean;
  /** A ring, so that a snapshot allocates only if a histogram has more buckets than any before. */
  #samples: (StoredSample | undefined)[];
  #bytes = 0;
  readonly #place: Place;

  constructor(place: Place) {
    super(place);
    this.#place = place;
    this.startsAtZero = place.startsAtZero;
    this.#samples = new Array(place.snapshots()).fill(undefined);
  }

  sampleAt(position: number): ExponentialSample | undefined {
    return Number.isNaN(numberAt(this.count, position)) ? undefined : this.#samples[position % this.#samples.length];
  }

  override remove(): number {
    this.#place.charge(-this.#bytes);
    return super.remove();
  }

  fits(point: Point): boolean {
    return 'scale' in point;
  }

  write(position: number, point: Point): void {
    const { count, sum } = point as ExponentialPoint;
    const snapshots = this.#place.snapshots();
    if (snapshots !== this.#samples.length) this.#resize(snapshots, position);
    this.#store(position, point as ExponentialPoint);
    this.count.set(position, count);
    this.sum.set(position, sum ?? Number.NaN);
  }

  override startAt(position: number): void {
    super.startAt(position);
    this.#store(position, emptySample);
  }

  #store(position: number, buckets: ExponentialSample): void {
    const index = position % this.#samples.length;
    let sample = this.#samples[index];
    if (sample === undefined) {
      sample = new StoredSample();
      this.#samples[index] = sample;
    }
    const before = sample.bytes;
    sample.copy(buckets);
    this.#charge(sample.bytes - before);
  }

  /** Keeps the samples of the last snapshots before `end`. */
  #resize(snapshots: number, end: number): void {
    const samples = this.#samples;
    this.#samples = new Array(snapshots).fill(undefined);
    for (let position = Math.max(0, end - snapshots + 1); position < end; position++)
      this.#samples[position % snapshots] = samples[position % samples.length];
    this.#charge(this.#samples.reduce((total, sample) => total + (sample?.bytes ?? 0), 0) - this.#bytes);
  }

  #charge(bytes: number): void {
    if (bytes === 0) return;
    this.#bytes += bytes;
    this.#place.charge(bytes);
  }
}

class StoredSample implements ExponentialSample {
  scale = 0;
  zeroCount = 0;
  readonly positive = new StoredBuckets();
  readonly negative = new StoredBuckets();

  get bytes(): number {
    return this.positive.counts.byteLength + this.negative.counts.byteLength;
  }

  copy({ scale, zeroCount, positive, negative }: ExponentialSample): void {
    this.scale = Math.min(scale, finestScale);
    this.zeroCount = zeroCount;
    this.positive.copy(positive, scale - this.scale);
    this.negative.copy(negative, scale - this.scale);
  }
}

class StoredBuckets implements ExponentialBuckets {
  offset = 0;
  counts = new Float64Array(0);
  readonly from = 0;
  length = 0;

  /** Copies buckets, with each 2^`steps` merged into one. */
  copy({ offset, counts, from, length }: ExponentialBuckets, steps: number): void {
    this.offset = offset >> steps;
    this.length = length === 0 ? 0 : ((offset + length - 1) >> steps) - this.offset + 1;
    if (this.counts.length < this.length) this.counts = new Float64Array(this.length);
    this.counts.fill(0, 0, this.length);
    for (let index = 0; index < length; index++) {
      const into = ((offset + index) >> steps) - this.offset;
      this.counts[into] = (this.counts[into] as number) + (counts[from + index] as number);
    }
  }
}

const noBuckets: ExponentialBuckets = { offset: 0, counts: new Float64Array(0), from: 0, length: 0 };
/** Sample without values. No later sample has a finer scale, which would count as a reset. */
const emptySample: ExponentialSample = { scale: finestScale, zeroCount: 0, positive: noBuckets, negative: noBuckets };
