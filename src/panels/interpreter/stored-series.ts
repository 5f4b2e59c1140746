/** Series of a history in memory: columns, and how points are written to them. */
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
} from '../../model/points.js';
import type { Column, ExponentialSample, ExponentialSeries, HistogramSeries, Labels, NumberSeries } from './history.js';

/** Series that points can be written to. */
export type StoredSeries = StoredNumbers | StoredHistograms | StoredExponentials;

/** Finest scale of Prometheus' native histograms. */
const finestScale = 8;

/** Creates a series for the points of a stream. */
export function storedSeries(
  points: MetricStream['points'],
  labels: Labels,
  length: number,
  point: Point,
): StoredSeries {
  if (points === 'number') return new StoredNumbers(labels, length);
  if (points === 'exponentialHistogram') return new StoredExponentials(labels, length);
  return new StoredHistograms(labels, length, (point as HistogramPoint).boundaries);
}

/** Columns that are moved together. */
abstract class Columns {
  readonly labels: Labels;
  protected readonly length: number;
  readonly #columns: Column[] = [];

  constructor(labels: Labels, length: number) {
    this.labels = labels;
    this.length = length;
  }

  /** Moves the numbers from `first` to `end - 1` to the start. Reports whether there are any. */
  moveToStart(first: number, end: number): boolean {
    let isUsed = false;
    for (const { values } of this.#columns) {
      values.copyWithin(0, first, end).fill(Number.NaN, end - first);
      isUsed ||= !values.subarray(0, end - first).every(Number.isNaN);
    }
    return isUsed;
  }

  clear(position: number): void {
    for (const { values } of this.#columns) values[position] = Number.NaN;
  }

  protected column(): Column {
    const column = { values: new Float64Array(this.length).fill(Number.NaN), offset: 0 };
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
    this.value.values[position] = (point as NumberPoint).value;
  }
}

class StoredHistograms extends Columns implements HistogramSeries {
  readonly points = 'histogram';
  readonly count = this.column();
  readonly sum = this.column();
  readonly bounds: readonly number[];
  readonly buckets: readonly Column[];

  constructor(labels: Labels, length: number, bounds: readonly number[]) {
    super(labels, length);
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
      (this.buckets[index] as Column).values[position] = total;
    }
    this.count.values[position] = total + (counts[from + this.buckets.length] as number);
    this.sum.values[position] = sum ?? Number.NaN;
  }
}

class StoredExponentials extends Columns implements ExponentialSeries {
  readonly points = 'exponentialHistogram';
  readonly count = this.column();
  readonly sum = this.column();
  /** Reused, so that a snapshot allocates only if a histogram has more buckets than any before. */
  readonly #samples: StoredSample[] = [];

  sampleAt(position: number): ExponentialSample | undefined {
    return Number.isNaN(this.count.values[position]) ? undefined : this.#samples[position];
  }

  fits(point: Point): boolean {
    return 'scale' in point;
  }

  write(position: number, point: Point): void {
    const { count, sum } = point as ExponentialPoint;
    while (this.#samples.length <= position) this.#samples.push(new StoredSample());
    this.#samples[position]?.copy(point as ExponentialPoint);
    this.count.values[position] = count;
    this.sum.values[position] = sum ?? Number.NaN;
  }

  override moveToStart(first: number, end: number): boolean {
    this.#samples.push(...this.#samples.splice(0, first));
    return super.moveToStart(first, end);
  }
}

class StoredSample implements ExponentialSample {
  scale = 0;
  zeroCount = 0;
  readonly positive = new StoredBuckets();
  readonly negative = new StoredBuckets();

  copy({ scale, zeroCount, positive, negative }: ExponentialPoint): void {
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
