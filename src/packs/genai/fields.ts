/** Reading of objects of any shape, of which only members of the expected type are used. */
import { isAmount, isCount } from '../kit/refusal.js';

/** The members of an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Returns an object; `undefined` for an array and any other value. */
export function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Returns a member of an object; `undefined` for any other value. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Returns a field; NaN, an invalid value for every field, if its getter throws. */
export function readField(fields: Fields, field: string): unknown {
  try {
    return fields[field];
  } catch {
    return Number.NaN;
  }
}

/** Returns a member that is a count; `undefined` if it is absent or `null`, and NaN for any other value. */
export function countIn(value: unknown, name: string): number | undefined {
  return validIn(value, name, isCount);
}

/** Returns a member that is an amount; `undefined` if it is absent or `null`, and NaN for any other value. */
export function amountIn(value: unknown, name: string): number | undefined {
  return validIn(value, name, isAmount);
}

function validIn(value: unknown, name: string, isValid: (found: unknown) => found is number): number | undefined {
  const found = objectOf(value)?.[name] ?? undefined;
  return found === undefined || isValid(found) ? found : Number.NaN;
}

/** Returns the sum of the known amounts; `undefined` without any, and NaN if one of them is. */
export function sumOfKnown(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}

/** Returns the highest of the known amounts; `undefined` without any, and NaN if one of them is. */
export function maxOfKnown(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
