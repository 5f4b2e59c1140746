/** State between the calls of a summary: totals of counters for rates, and extremes of levels. */
import type { SeriesKey } from '../model/points.js';
import type { NumberReading } from './summary-reading.js';

/** Shortest time over which a rate is calculated, if there are calls that are further apart. */
const shortestMs = 1_000;

/** Maximum number of sums whose extremes are kept: each filter of each metric has its own. */
const maxSums = 1_000;

/** Totals of counters at one call. */
interface Totals {
  readonly atMs: number;
  readonly bySeries: ReadonlyMap<SeriesKey, number>;
}

/**
 * RateWindow calculates rates since an earlier call. Calls in quick succession, such as one per filter, have the same
 * earlier call.
 */
export class RateWindow {
  #base: Totals;
  #latest: Totals | undefined;
  #seconds = 0;

  constructor(startedMs: number) {
    this.#base = { atMs: startedMs, bySeries: new Map() };
  }

  /** Moves the end of the window to a call. */
  advance(counters: Iterable<NumberReading>, atMs: number): void {
    const isFar = this.#latest !== undefined && atMs - this.#latest.atMs >= shortestMs;
    if (isFar) this.#base = this.#latest as Totals;
    if (isFar || this.#latest === undefined) {
      const bySeries = new Map<SeriesKey, number>();
      for (const { series, value } of counters) bySeries.set(series, value);
      this.#latest = { atMs, bySeries };
    }
    this.#seconds = (atMs - this.#base.atMs) / 1_000;
  }

  /** Returns the increase per second of a series in the window; its whole value after a reset. */
  rateOf({ series, value }: NumberReading): number {
    const before = this.#base.bySeries.get(series) ?? 0;
    return this.#seconds > 0 ? (value < before ? value : value - before) / this.#seconds : 0;
  }
}

/** Smallest and largest value that calls have seen. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Extremes keeps the ranges of series, and of sums by their identity. */
export class Extremes {
  readonly #ofSeries = new WeakMap<SeriesKey, Range>();
  readonly #ofSums = new Map<string, Range>();

  /** Adds the value of a series. */
  add({ series, value }: NumberReading): void {
    this.#ofSeries.set(series, extended(this.#ofSeries.get(series), value));
  }

  of({ series, value }: NumberReading): Range {
    return this.#ofSeries.get(series) ?? { min: value, max: value };
  }

  /** Adds a sum, and returns its range. */
  ofSum(identity: string, value: number): Range {
    const range = extended(this.#ofSums.get(identity), value);
    // The sum that was asked for longest ago is the first.
    this.#ofSums.delete(identity);
    this.#ofSums.set(identity, range);
    if (this.#ofSums.size > maxSums) this.#ofSums.delete(this.#ofSums.keys().next().value as string);
    return range;
  }
}

function extended(range: Range | undefined, value: number): Range {
  if (range === undefined) return { min: value, max: value };
  return { min: Math.min(range.min, value), max: Math.max(range.max, value) };
}
