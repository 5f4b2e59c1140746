/** Durations that were probably meant in seconds. */
import type { Option } from './option.js';

/** Shortest duration of a variable or a file that raises no doubt, in milliseconds. */
const minExpectedMs = 1_000;

/** Adds a warning about a duration below a second in a variable or a file: its unit is often taken for seconds. */
export function doubtSeconds<T extends number | undefined>(option: Option<T>): Option<T> {
  return {
    ...option,
    doubt: (value) =>
      value === undefined || value === 0 || value >= minExpectedMs
        ? undefined
        : `${value} ms; the unit is milliseconds: ${exampleOf(value)}`,
  };
}

/** Returns the duration in milliseconds that is meant if `value` is in seconds, as a phrase. */
function exampleOf(value: number): string {
  if (value === 1) return '1000 for a second';
  return value < 60 ? `${value * 1_000} for ${value} seconds` : '60000 for a minute';
}
