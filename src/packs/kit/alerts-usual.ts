/** Usual values: the mean and the standard deviation of a value in its past, by recording rules. */
import {
  above,
  and,
  atLeast,
  avgOver,
  below,
  countOver,
  type Duration,
  minus,
  type Operand,
  plus,
  type Query,
  type Recording,
  recorded,
  recording,
  stddevOver,
  times,
} from '../../panels/index.js';

/** Options of `usual`. */
export interface UsualOptions {
  /** Period of the past. */
  readonly past: Duration;
  /** Values in the past that are enough to call something usual. */
  readonly minValues: number;
}

/** A value and its mean in its own past, by recording rules. */
export interface Baseline {
  /** In the order of their evaluation. */
  readonly recordings: readonly Recording[];
  readonly value: Query;
  readonly mean: Query;
  /** Selects the values whose past is long enough. */
  readonly isKnown: Query;
}

/** A value, its mean and its standard deviation in its own past, by recording rules. */
export interface Usual extends Baseline {
  readonly deviation: Query;
}

/**
 * Returns recording rules of a value that is 0 or more, and of its mean.
 *
 * @param name of the recorded value; `:mean_PAST` follows it in the name of its mean.
 */
export function baseline(name: string, query: Query, { past, minValues }: UsualOptions): Baseline {
  // A window without events gives NaN, which would spoil the mean of the whole past.
  const now = recording(name, atLeast(query, 0));
  const value = recorded(now);
  const means = recording(`${name}:mean_${past}`, avgOver(value, past));
  const isKnown = atLeast(countOver(value, past), minValues);
  return { recordings: [now, means], value, mean: recorded(means), isKnown };
}

/** Returns recording rules of a value that is 0 or more, of its mean and of its standard deviation. */
export function usual(name: string, query: Query, options: UsualOptions): Usual {
  const { past } = options;
  const common = baseline(name, query, options);
  const deviations = recording(`${name}:stddev_${past}`, stddevOver(common.value, past));
  return { ...common, recordings: [...common.recordings, deviations], deviation: recorded(deviations) };
}

/** Returns the values below their mean by more than a share, from 0 to 1. */
export function belowBaseline({ value, mean, isKnown }: Baseline, share: Operand): Query {
  return and(below(value, minus(mean, times(mean, share))), isKnown);
}

/**
 * Returns the values above the usual: more than `sigmas` standard deviations, and more than the share `margin`, above their
 * mean. The margin keeps a value that hardly varies from alerts on each small change.
 */
export function aboveUsual({ value, mean, deviation, isKnown }: Usual, sigmas: Operand, margin: number): Query {
  const isFar = above(value, plus(mean, times(deviation, sigmas)));
  return and(and(isFar, above(value, times(mean, 1 + margin))), isKnown);
}

/** Returns the values below the usual, as `aboveUsual` those above. */
export function belowUsual({ value, mean, deviation, isKnown }: Usual, sigmas: Operand, margin: number): Query {
  const isFar = below(value, minus(mean, times(deviation, sigmas)));
  return and(and(isFar, below(value, times(mean, 1 - margin))), isKnown);
}

/** Returns the name of a recorded value by job: `job:METRIC:OPERATION`. */
export function recordedName(metric: { readonly name: string }, operation: string): string {
  return `job:${metric.name.replace(/[^A-Za-z0-9_]/g, '_')}:${operation}`;
}
