/**
 * Mutable points that a walk fills and passes to its visitor, one after another, without an allocation per point.
 *
 * Numbers start as NaN: V8 then stores the field as a double that is overwritten in place.
 */
import type {
  DistributionPoint,
  Exemplar,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  Point,
  SeriesKey,
} from './points.js';

/** Shared by all points without exemplars. */
export const noExemplars: readonly Exemplar[] = Object.freeze([]);

/** Buckets of an exponential histogram without values of one sign. */
export const emptyBuckets: ExponentialBuckets = Object.freeze({
  offset: 0,
  counts: new Float64Array(0),
  from: 0,
  length: 0,
});

const unset: SeriesKey = Object.freeze({ attributes: Object.freeze({}), index: 0 });

/** Mutable `Point`. */
abstract class PointView implements Point {
  series: SeriesKey = unset;
  startUnixMs = Number.NaN;
  endUnixMs = Number.NaN;
  exemplars: readonly Exemplar[] = noExemplars;

  get attributes() {
    return this.series.attributes;
  }

  /** Sets the fields that all points have. Where each nanosecond counts, set them one by one: V8 may not inline this. */
  begin(series: SeriesKey, startUnixMs: number, endUnixMs: number, exemplars: readonly Exemplar[] = noExemplars): void {
    this.series = series;
    this.startUnixMs = startUnixMs;
    this.endUnixMs = endUnixMs;
    this.exemplars = exemplars;
  }
}

/** Mutable `NumberPoint`. */
export class NumberView extends PointView implements NumberPoint {
  value = Number.NaN;
}

/** Mutable `DistributionPoint`. */
abstract class DistributionView extends PointView implements DistributionPoint {
  count = Number.NaN;
  sum: number | undefined = undefined;
  min: number | undefined = undefined;
  max: number | undefined = undefined;
}

/** Mutable `HistogramPoint`. */
export class HistogramView extends DistributionView implements HistogramPoint {
  boundaries: readonly number[] = [];
  counts: Float64Array = emptyBuckets.counts;
  from = 0;
}

/** Mutable `ExponentialPoint`. */
export class ExponentialView extends DistributionView implements ExponentialPoint {
  scale = 0;
  zeroCount = Number.NaN;
  positive: ExponentialBuckets = emptyBuckets;
  negative: ExponentialBuckets = emptyBuckets;
}
