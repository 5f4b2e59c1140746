/** Anomalies: values that differ from their own recent past by several standard deviations. */
import {
  above,
  and,
  atLeast,
  avgOver,
  below,
  countOver,
  type Duration,
  minus,
  offset,
  plus,
  type Query,
  type Recording,
  recorded,
  stddevOver,
  times,
} from '../../panels/index.js';

/** The past that a value is compared with, and the difference that counts. */
export interface Anomaly {
  /** Length of the past. */
  readonly past: Duration;
  /** The latest values, which are not part of the past. */
  readonly recent: Duration;
  /** Standard deviations from the mean of the past. */
  readonly sigmas: number;
  /** Share of the mean by which the value differs at least: a past that hardly varies has a tiny deviation. */
  readonly change: number;
  /** Evaluations of the rule in the past; fewer give no mean to compare with. */
  readonly evaluations: number;
}

/** Returns the series whose value is unusually high, compared with their own past. */
export function unusuallyHigh(recording: Recording, anomaly: Anomaly): Query {
  const { mean, margin, known } = pastOf(recording, anomaly);
  const value = recorded(recording);
  return and(and(above(value, plus(mean, margin)), above(value, times(mean, 1 + anomaly.change))), known);
}

/** Returns the series whose value is unusually low, compared with their own past. */
export function unusuallyLow(recording: Recording, anomaly: Anomaly): Query {
  const { mean, margin, known } = pastOf(recording, anomaly);
  const value = recorded(recording);
  return and(and(below(value, minus(mean, margin)), below(value, times(mean, 1 - anomaly.change))), known);
}

function pastOf(recording: Recording, { past, recent, sigmas, evaluations }: Anomaly) {
  const values = recorded(recording);
  return {
    mean: offset(avgOver(values, past), recent),
    margin: times(offset(stddevOver(values, past), recent), sigmas),
    known: atLeast(offset(countOver(values, past), recent), evaluations),
  };
}
