/**
 * Measurements of the recent past, as the interpreter reads them: snapshots of all series, and their times.
 *
 * The numbers of a series are a column with one entry for each snapshot, so that the interpreter reads a window without a
 * copy and without an allocation.
 */
import type { ExponentialPoint } from '../../model/points.js';

/** Labels of a series: attributes and target labels with a value that is not empty. */
export type Labels = ReadonlyMap<string, string>;

/**
 * Numbers, one for each snapshot: that of the snapshot at position `p` is `values[offset + p * stride]`. It is NaN if the
 * snapshot does not have the series.
 *
 * With a stride of 1 the numbers of a series are next to each other, with a greater one those of a snapshot.
 */
export interface Column {
  readonly values: Float64Array;
  readonly offset: number;
  readonly stride: number;
  /** Position from which on no number is missing or below the one before. Rates then read only the ends of a window. */
  readonly ascendingFrom?: number;
}

/** Returns the number at a position. */
export function numberAt({ values, offset, stride }: Column, position: number): number {
  return values[offset + position * stride] as number;
}

/** Series of a sum or a gauge. */
export interface NumberSeries {
  readonly points: 'number';
  readonly labels: Labels;
  readonly value: Column;
}

/** Series of a histogram with explicit bounds. */
export interface HistogramSeries {
  readonly points: 'histogram';
  readonly labels: Labels;
  /** Number of all values: the bucket `+Inf`. */
  readonly count: Column;
  readonly sum: Column;
  /** Ascending and finite. Series of one metric share the array. */
  readonly bounds: readonly number[];
  /** Number of values up to each bound. */
  readonly buckets: readonly Column[];
}

/** Exponential histogram of one snapshot. */
export type ExponentialSample = Pick<ExponentialPoint, 'scale' | 'zeroCount' | 'positive' | 'negative'>;

/** Series of an exponential histogram. */
export interface ExponentialSeries {
  readonly points: 'exponentialHistogram';
  readonly labels: Labels;
  readonly count: Column;
  readonly sum: Column;
  /** True if rates are not extrapolated to the time before the count was 0, as those of counters. */
  readonly startsAtZero?: boolean;
  /** Returns the buckets of the snapshot at a position; `undefined` if it does not have the series. */
  sampleAt(position: number): ExponentialSample | undefined;
}

/** Series of a metric. Sums and histograms are cumulative. */
export type SeriesHistory = NumberSeries | HistogramSeries | ExponentialSeries;

/** Snapshots of the recent past. Labels and series are the same objects from one evaluation to the next. */
export interface History {
  /** Time that the history can hold, in milliseconds. Longer windows cannot be evaluated. */
  readonly retentionMs: number;
  /** Times of the snapshots, milliseconds since 1970-01-01 UTC, ascending. */
  readonly times: Column;
  /** Positions of the snapshots: from `first` to `end - 1`. All columns have numbers at these positions. */
  readonly first: number;
  readonly end: number;
  /** Returns the series of a metric, by its name in OpenTelemetry. */
  seriesOf(name: string): readonly SeriesHistory[];
}
