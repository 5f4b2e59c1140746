/** Thresholds of alerts that depend on the time of day. */
import { MetricsError } from '../../errors.js';
import { atLeast, hour, type Operand, or, plus, type Query, times } from '../../panels/index.js';

/** A threshold from an hour of the day on. */
export interface HourlyStep {
  /** Hour of the day in UTC, a whole number from 0 to 23. */
  readonly fromHour: number;
  readonly value: number;
}

/**
 * A threshold: a number, or one value for each part of the day. A value holds until the next step; the last one holds past
 * midnight until the first one.
 *
 * @example
 * import { agentRules } from 'otelier/dashboards';
 * agentRules({ errorShare: [{ fromHour: 6, value: 0.05 }, { fromHour: 22, value: 0.2 }] });
 */
export type HourlyThreshold = number | readonly HourlyStep[];

/**
 * Returns a threshold, to compare a query with.
 *
 * @param where location of the option, for errors.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if there is no step, hours do not ascend from 0 to 23, or a value is not a
 * finite number above 0.
 */
export function thresholdByHour(where: string, threshold: HourlyThreshold): Operand {
  if (typeof threshold === 'number') return threshold;
  checkSteps(where, threshold);
  const last = threshold.at(-1) as HourlyStep;
  const always: Query = plus(times(hour, 0), last.value);
  // The latest step whose hour has come wins: the first operand of `or` that has a value.
  return threshold.reduce(
    (earlier, { fromHour, value }) => or(plus(times(atLeast(hour, fromHour), 0), value), earlier),
    always,
  );
}

function checkSteps(where: string, steps: readonly HourlyStep[]): void {
  const isValid =
    Array.isArray(steps) &&
    steps.length > 0 &&
    steps.every(
      (step, index) =>
        Number.isInteger(step?.fromHour) &&
        step.fromHour >= 0 &&
        step.fromHour <= 23 &&
        step.fromHour > (steps[index - 1]?.fromHour ?? -1) &&
        Number.isFinite(step.value) &&
        step.value > 0,
    );
  if (isValid) return;
  const expected = 'a number, or steps { fromHour, value } with ascending whole hours from 0 to 23 and values above 0';
  throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, value: steps, expected }]);
}
