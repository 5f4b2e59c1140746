/** What is checked of the options of every pack, so that all problems are in one error. */
import type { Problem } from '../../errors.js';
import { longestName, type NameOption } from './bounded-names.js';

/** Options that are none, each with those that there are. */
export function unknownOptions(pack: string, options: object, known: readonly string[]): Problem[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => ({ where: `${pack}.${name}`, expected: `a known option: ${known.join(', ')}` }));
}

/** Durations that are none. */
export function wrongMilliseconds(pack: string, durations: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(durations)
    .filter(([, value]) => !(Number.isFinite(value) && (value as number) > 0))
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected: 'milliseconds above 0' }));
}

/** Bounds on names that are none. */
export function wrongNames(pack: string, bounds: Readonly<Record<string, unknown>>): Problem[] {
  const expected = `a whole number from 1 to 1000, or a list of as many different names, each of at most ${longestName} characters`;
  return Object.entries(bounds)
    .filter(([, value]) => !isNameOption(value))
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected }));
}

function isNameOption(value: unknown): value is NameOption {
  if (!Array.isArray(value)) return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000;
  if (value.length < 1 || value.length > 1_000 || new Set(value).size < value.length) return false;
  return value.every((name) => typeof name === 'string' && name !== '' && name.length <= longestName);
}
