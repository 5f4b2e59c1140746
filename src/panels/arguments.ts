/** Checks the arguments of functions that programs in JavaScript may call wrongly. */
import { unknownName } from '../errors/nearest.js';
import { MetricsError } from '../errors.js';

/**
 * Checks that an argument is an object with the listed fields.
 *
 * @param where name of the function and of the parameter.
 * @throws {MetricsError} METRICS_PANEL_INVALID if it is another value, or lacks a field.
 */
export function requireFields(where: string, value: unknown, ...fields: readonly string[]): void {
  const object = Object(value) as object;
  if (object === value && fields.every((field) => field in object)) return;
  const expected = fields.length === 0 ? 'an object' : `an object with ${fields.join(', ')}`;
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value, expected }]);
}

/**
 * Checks that an object has no other fields than the listed ones.
 *
 * @param where name of the function, for errors.
 * @throws {MetricsError} METRICS_PANEL_INVALID with each unknown field.
 */
export function requireKnown(where: string, value: object, known: readonly string[]): void {
  const problems = Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => unknownName(`${where}.${name}`, name, 'a known option', known));
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
}
