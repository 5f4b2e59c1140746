/** Handling of invalid input in recorders: recognizes amounts, and passes invalid values to the engine. */
import { hasCall } from '../../catalogue/other-calls.js';
import { isThenable } from '../../model/thenable.js';

/** Largest amount. A larger number is not a measurement, and could make a sum infinite. */
const largest = Number.MAX_SAFE_INTEGER;

/** True if a value is a number from 0 to 2^53 - 1. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= largest;
}

/** True if a value is a whole number from 0 to 2^53 - 1: a number of countable things. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Returns an amount up to `max`, or a negative number, unchanged, and NaN for any other value. For counters and
 * histograms, which reject negative numbers by their own reason, but would accept a bigint or a number above `max`.
 */
export function amountOf(value: unknown, max = largest): number {
  return typeof value === 'number' && value <= max ? value : Number.NaN;
}

/** Returns a whole amount, or a negative number, unchanged, and NaN for any other value, as `amountOf`. */
export function wholeOf(value: unknown): number {
  const number = amountOf(value);
  return number < 0 || Number.isInteger(number) ? number : Number.NaN;
}

/** Returns an amount up to `max` unchanged and NaN for any other value. For gauges, which would accept a negative number. */
export function withinRange(value: unknown, max = largest): number {
  return isAmount(value) && value <= max ? value : Number.NaN;
}

/** An instrument that records a value, whatever its attributes are. */
type ValueInstrument =
  | { record(value: number, attributes: never): void }
  | { set(value: number, attributes: never): void }
  | { add(value: number, attributes: never): void };

/**
 * Makes an instrument drop and count an invalid value: a counter or a histogram as negative if it is a negative number,
 * otherwise as not finite.
 */
export function refuse(instrument: ValueInstrument, value?: unknown): void {
  const refused = typeof value === 'number' && value < 0 ? value : Number.NaN;
  if (hasCall(instrument, 'set')) instrument.set(Number.NaN, undefined as never);
  else if (hasCall(instrument, 'add')) instrument.add(refused, undefined as never);
  else instrument.record(refused, undefined as never);
}

/**
 * Returns an event, which untyped code may pass as any value.
 *
 * @throws {TypeError} if it is not an object; the guard of the verb drops and counts it then.
 */
export function eventOf<E>(event: E): E {
  if (typeof event !== 'object' || event === null) throw new TypeError('expected an object');
  return event;
}

/** Throws an error again. As a guarded verb, it counts and logs an error of a call that is too frequent to be guarded. */
export function rethrow(error: unknown): never {
  throw error;
}

/** Returns the value that a function of the application returned; NaN for a promise, whose rejection is ignored. */
export function readNow<T>(value: T): T | number {
  if (!isThenable(value)) return value;
  Promise.resolve(value).catch(() => {});
  return Number.NaN;
}
