/** Durations of queries and rules, written as in PromQL: `30s`, `5m`, `1h`, `7d`. */
import { MetricsError } from '../errors.js';

const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

type DurationUnit = keyof typeof secondsPerUnit;

/** Duration: a whole number above 0 and a unit. */
export type Duration = `${number}${DurationUnit}`;

/** Window of a rate: a duration, or `auto` for the window that suits the resolution of the graph or the interval of rules. */
export type Window = Duration | 'auto';

/**
 * Returns the seconds of a duration.
 *
 * @param where location of the duration, for errors.
 * @throws {MetricsError} METRICS_PANEL_INVALID if it is not a duration.
 */
export function secondsOf(duration: Duration, where = 'duration'): number {
  const [, count, unit] = /^([1-9][0-9]{0,8})([smhdw])$/.exec(String(duration)) ?? [];
  if (count === undefined || unit === undefined) {
    const expected = 'a whole number above 0 and a unit s, m, h, d or w, such as 5m';
    throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: duration, expected }]);
  }
  return Number(count) * secondsPerUnit[unit as DurationUnit];
}

/** Returns a whole number of seconds as a duration, in the largest unit that divides it. */
export function durationOf(seconds: number): Duration {
  const units = Object.entries(secondsPerUnit).reverse() as [DurationUnit, number][];
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}
