/** Checks of flags that several commands have. */
import { MetricsError, type Problem } from '../errors.js';

/** Expected form of a duration. */
export const durationForm = 'a duration such as 1s or 15s';

/** Reports whether a text is a duration: a whole number above 0 and a unit. */
export function isDuration(text: string): boolean {
  return /^[1-9]\d{0,5}(?:ms|s|m|h)$/.test(text);
}

/** Returns the problem of a text that is not a URL of HTTP without a fragment. */
export function urlProblems(where: string, value: string | undefined): readonly Problem[] {
  if (value === undefined) return [];
  const isUrl = /^https?:\/\/[^\s#]+$/i.test(value) && URL.canParse(value);
  return isUrl ? [] : [{ where, value, expected: 'a URL such as https://wiki.example/alerts.md, without #' }];
}

/** Returns the problem of a text without characters. */
export function emptyProblems(where: string, value: string): readonly Problem[] {
  return value.trim() === '' ? [{ where, value, expected: 'the path of a folder' }] : [];
}

/**
 * Reports all problems.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if there is a problem.
 */
export function requireNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', [...problems]);
}
