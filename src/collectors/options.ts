/** Checks of the options of collectors. */
import { unknownName } from '../errors/nearest.js';
import { MetricsError, type Problem, wrongObject } from '../errors.js';

/** Returns what is expected instead of an invalid value; `undefined` for a valid one. */
export type OptionCheck = (value: unknown) => string | undefined;

/**
 * Returns the problems of options: values that their checks refuse, and names without a check. An option that is
 * `undefined` is not set.
 *
 * @param checks a check for each option.
 */
export function optionProblems(
  where: string,
  options: object,
  checks: Readonly<Record<string, OptionCheck>>,
): Problem[] {
  const problems = wrongObject(where, options);
  if (problems.length > 0) return problems;
  return Object.entries(options).flatMap(([name, value]) =>
    valueProblems(`${where}.${name}`, name, value, checks, 'a known option'),
  );
}

/** Returns the problem of one named value. */
export function valueProblems(
  where: string,
  name: string,
  value: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  what: string,
): Problem[] {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) return [unknownName(where, name, what, Object.keys(checks))];
  const expected = value === undefined ? undefined : check(value);
  return expected === undefined ? [] : [{ where, value, expected }];
}

/** Checks the milliseconds for which a reading is reused. */
export const intervalCheck: OptionCheck = (value) =>
  Number.isFinite(value) && (value as number) >= 0 ? undefined : 'milliseconds of at least 0';

/** Checks an option that is true or false. */
export const flagCheck: OptionCheck = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/** Returns a check of a whole number between two bounds, both included. */
export function wholeCheck(min: number, max: number, what = 'a whole number'): OptionCheck {
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `${what} from ${min} to ${max}`;
}

/** Returns a check of one of some words. */
export function choiceCheck(choices: readonly string[]): OptionCheck {
  return (value) => (choices.includes(value as string) ? undefined : choices.join(' or '));
}

/** Thresholds by name. */
type Thresholds = Readonly<Record<string, number>>;

/**
 * Returns the thresholds of rules: the options, with defaults for those that are absent.
 *
 * @param where function that has the options, for errors.
 * @param others further valid names, for the message about an unknown one.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function thresholdsOf<T extends Thresholds>(
  where: string,
  defaults: T,
  options: { readonly [K in keyof T]?: number | undefined },
  others: readonly string[] = [],
): { readonly [K in keyof T]: number } {
  const checks = Object.fromEntries([...others, ...Object.keys(defaults)].map((name) => [name, thresholdCheck]));
  const problems = optionProblems(where, options, checks);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

const thresholdCheck: OptionCheck = (value) =>
  Number.isFinite(value) && (value as number) >= 0 ? undefined : 'a number from 0 on';
