/** Results of a part of a query at one time, and what evaluations need beside the query. */
import type { ExponentialSum } from './exponential-sum.js';
import type { History, Labels } from './history.js';

/** A series at one time. */
export interface Element {
  readonly labels: Labels;
  /** Not used if the element is a histogram. */
  readonly value: number;
  readonly histogram?: ExponentialSum;
}

/** Series with different labels. */
export type Vector = readonly Element[];

/** Input of an evaluation beside the query. Durations are in milliseconds. */
export interface Context {
  readonly history: History;
  readonly autoWindow: number;
  /** Interval of the times at which subqueries are evaluated. */
  readonly step: number;
}

/** Time that a sample is valid for, unless a later snapshot lacks the series: that of Prometheus. */
export const lookback = 300_000;
