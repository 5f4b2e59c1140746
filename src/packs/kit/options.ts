/** Checks of options that all packs share. They return problems, so that a pack reports all of them in one error. */

import { unknownName } from '../../errors/nearest.js';
import { MetricsError, type Problem, wrongObject } from '../../errors.js';
import { maxNameLength, type NameOption } from './bounded-names.js';

/**
 * Returns the options of a pack.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if they are not an object.
 */
export function checkedOptions<T extends object>(pack: string, options: T): T {
  const problems = wrongObject(pack, options);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return options;
}

/** Reports unknown options, with the nearest valid one or all valid ones. */
export function unknownOptions(pack: string, options: object, known: readonly string[]): Problem[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => unknownName(`${pack}.${name}`, name, 'a known option', known));
}

/** Reports durations that are not positive and finite. */
export function wrongMilliseconds(pack: string, durations: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(durations)
    .filter(([, value]) => !(Number.isFinite(value) && (value as number) > 0))
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected: 'milliseconds above 0' }));
}

/** Reports options that are neither true nor false. */
export function wrongFlags(pack: string, flags: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(flags)
    .filter(([, value]) => typeof value !== 'boolean')
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected: 'true or false' }));
}

/** Reports invalid name options: neither a limit nor a list of names. */
export function wrongNames(pack: string, bounds: Readonly<Record<string, unknown>>): Problem[] {
  const expected = `a whole number from 1 to 1000, or a list of 1 to 1000 different names of at most ${maxNameLength} characters`;
  return Object.entries(bounds)
    .filter(([, value]) => !isNameOption(value))
    .map(([name, value]) => ({ where: `${pack}.${name}`, value, expected }));
}

function isNameOption(value: unknown): value is NameOption {
  if (!Array.isArray(value)) return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000;
  if (value.length < 1 || value.length > 1_000 || new Set(value).size < value.length) return false;
  return value.every((name) => typeof name === 'string' && name !== '' && name.length <= maxNameLength);
}
