/** Arithmetic of exponential histograms: sums, differences and rates, as Prometheus calculates them for native histograms. */
import type { ExponentialBuckets } from '../../model/points.js';
import { type ExponentialSample, type ExponentialSeries, numberAt } from './history.js';
import { extrapolationOf, type Window } from './window.js';

/** Counts by index of the bucket: bucket `i` counts values in `(base^i, base^(i+1)]`. */
type Counts = Map<number, number>;

/** Sum of exponential histograms with factors. Its scale is the coarsest of their scales. */
export class ExponentialSum {
  count = 0;
  sum = 0;
  zeroCount = 0;
  scale = Number.POSITIVE_INFINITY;
  positive: Counts = new Map();
  negative: Counts = new Map();

  /** Adds the buckets of a snapshot, but not its count and its sum. */
  addBuckets({ scale, zeroCount, positive, negative }: ExponentialSample, factor: number): void {
    this.#coarsen(scale);
    this.zeroCount += factor * zeroCount;
    addCounts(this.positive, entriesOf(positive), scale - this.scale, factor);
    addCounts(this.negative, entriesOf(negative), scale - this.scale, factor);
  }

  /** Adds another histogram. */
  add(other: ExponentialSum, factor = 1): void {
    this.#coarsen(other.scale);
    this.count += factor * other.count;
    this.sum += factor * other.sum;
    this.zeroCount += factor * other.zeroCount;
    addCounts(this.positive, other.positive, other.scale - this.scale, factor);
    addCounts(this.negative, other.negative, other.scale - this.scale, factor);
  }

  /** Returns the histogram with all counts and the sum times a factor. */
  scaled(factor: number): ExponentialSum {
    const result = new ExponentialSum();
    result.add(this, factor);
    return result;
  }

  #coarsen(scale: number): void {
    if (scale >= this.scale) return;
    const steps = this.scale - scale;
    this.scale = scale;
    for (const sign of ['positive', 'negative'] as const) {
      if (this[sign].size === 0) continue;
      const merged: Counts = new Map();
      addCounts(merged, this[sign], steps, 1);
      this[sign] = merged;
    }
  }
}

/**
 * Returns the increase of a histogram in a window, extrapolated to its ends, or its rate; `undefined` with fewer than two
 * samples.
 */
export function exponentialIncrease(
  series: ExponentialSeries,
  window: Window,
  isRate: boolean,
): ExponentialSum | undefined {
  const result = new ExponentialSum();
  let [samples, first, last] = [0, 0, 0];
  // The first sample does not matter if the second one is a reset.
  let isFirstReset = false;
  for (let position = window.from; position < window.to; position++) {
    if (series.sampleAt(position) === undefined) continue;
    if (samples === 0) first = position;
    else if (isReset(series, last, position)) {
      if (samples === 1) isFirstReset = true;
      else addSample(result, series, last, 1);
    }
    samples++;
    last = position;
  }
  if (samples < 2) return undefined;
  addSample(result, series, last, 1);
  if (!isFirstReset) addSample(result, series, first, -1);
  const toZero =
    series.startsAtZero && result.count > 0 ? numberAt(series.count, first) / result.count : Number.POSITIVE_INFINITY;
  return result.scaled(extrapolationOf(window, samples, first, last, toZero) / (isRate ? window.seconds : 1));
}

/** Adds the histogram of a snapshot. */
export function addSample(result: ExponentialSum, series: ExponentialSeries, position: number, factor: number): void {
  const sample = series.sampleAt(position);
  if (sample === undefined) return;
  result.addBuckets(sample, factor);
  result.count += factor * numberAt(series.count, position);
  result.sum += factor * numberAt(series.sum, position);
}

/** True if a count is lower than before, or the scale is finer. */
function isReset(series: ExponentialSeries, earlier: number, later: number): boolean {
  const [before, now] = [series.sampleAt(earlier), series.sampleAt(later)];
  if (before === undefined || now === undefined) return false;
  if (numberAt(series.count, later) < numberAt(series.count, earlier)) return true;
  if (now.scale > before.scale || now.zeroCount < before.zeroCount) return true;
  const steps = before.scale - now.scale;
  return isBelow(now.positive, before.positive, steps) || isBelow(now.negative, before.negative, steps);
}

function isBelow(now: ExponentialBuckets, before: ExponentialBuckets, steps: number): boolean {
  let position = 0;
  while (position < before.length) {
    const index = (before.offset + position) >> steps;
    let count = 0;
    for (; position < before.length && (before.offset + position) >> steps === index; position++)
      count += before.counts[before.from + position] as number;
    const at = index - now.offset;
    if (count > (at >= 0 && at < now.length ? (now.counts[now.from + at] as number) : 0)) return true;
  }
  return false;
}

function* entriesOf({ offset, counts, from, length }: ExponentialBuckets): Iterable<[number, number]> {
  for (let index = 0; index < length; index++) {
    const count = counts[from + index] as number;
    if (count !== 0) yield [offset + index, count];
  }
}

/** Adds counts, with each 2^`steps` buckets merged into one. Counts that reach 0 disappear. */
function addCounts(into: Counts, counts: Iterable<[number, number]>, steps: number, factor: number): void {
  for (const [fine, count] of counts) {
    const index = fine >> steps;
    const total = (into.get(index) ?? 0) + factor * count;
    if (total === 0) into.delete(index);
    else into.set(index, total);
  }
}
