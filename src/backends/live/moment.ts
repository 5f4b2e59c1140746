/** Values of queries at one time of the history. */
import { durationOf } from '../../panels/duration.js';
import { type EvaluatedSeries, evaluate } from '../../panels/interpreter/evaluate.js';
import { type History, numberAt } from '../../panels/interpreter/history.js';
import { firstAfter } from '../../panels/interpreter/window.js';
import type { Query } from '../../panels/query.js';
import { intervalMs } from './live-history.js';

/** Window of rates, in seconds: long enough for percentiles, short enough to see a change at once. */
export const windowSeconds = 10;

/** Moment evaluates queries at one time. */
export class Moment {
  readonly atMs: number;
  readonly #history: History;
  readonly #window: ReturnType<typeof durationOf>;

  constructor(history: History, atMs: number) {
    this.#history = history;
    this.atMs = atMs;
    this.#window = durationOf(windowAt(history, atMs));
  }

  /** Returns the series of a query; no series if it cannot be evaluated. */
  series(query: Query): readonly EvaluatedSeries[] {
    return evaluate(query, this.#history, { at: this.atMs, autoWindow: this.#window }).series ?? [];
  }

  /** Returns the value of a query with one series; `null` if it has no value. */
  number(query: Query): number | null {
    return numberOf(this.series(query)[0]?.value);
  }
}

/** Returns a value for JSON, with the digits that are not noise. */
export function numberOf(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(10));
}

/**
 * Returns the seconds of the window of rates. After the first collections they are as many as there are snapshots: a longer
 * window would divide the increase by time that was not observed.
 */
function windowAt({ times, first, end }: History, atMs: number): number {
  const oldest = firstAfter(times, first, end, atMs - windowSeconds * 1_000);
  const observedMs = oldest < end ? atMs - numberAt(times, oldest) : 0;
  return Math.min(windowSeconds, Math.max(2, Math.round(observedMs / intervalMs) + 1));
}
