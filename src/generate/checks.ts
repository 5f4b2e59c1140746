/** Checks of flags that several commands have. */
import { MetricsError, type Problem } from '../errors.js';

/** Expected form of a duration. */
const durationForm = 'a duration such as 1s or 15s';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Returns a duration in milliseconds. */
export function millisecondsOf(duration: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(count) * units[unit as keyof typeof units];
}

/** Longest interval of scrapes: the shortest windows of rules are two minutes, and a rate needs two samples. */
const maxIntervalMs = 60_000;

/** Returns the problem of a text that is not an interval of scrapes, or is too long for the windows of rules and panels. */
export function intervalProblems(where: string, value: string): readonly Problem[] {
  if (!/^[1-9]\d{0,5}(?:ms|s|m|h)$/.test(value)) return [{ where, value, expected: durationForm }];
  if (millisecondsOf(value) <= maxIntervalMs) return [];
  return [{ where, value, expected: 'at most 1m: windows of rules, from 2m on, need two scrapes' }];
}

/**
 * Returns the problem of a text that is not a URL of HTTP without a fragment.
 *
 * @param example valid URL, for the message.
 */
export function urlProblems(where: string, value: string | undefined, example: string): readonly Problem[] {
  if (value === undefined) return [];
  const isUrl = /^https?:\/\/[^\s#]+$/i.test(value) && URL.canParse(value);
  return isUrl ? [] : [{ where, value, expected: `a URL such as ${example}, without #` }];
}

/** Returns the problem of a text that is not the URL of the page of runbooks. */
export function runbookProblems(value: string | undefined): readonly Problem[] {
  return urlProblems('--runbooks', value, 'https://wiki.example/alerts.md');
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
