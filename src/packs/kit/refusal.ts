/** Handling of invalid input in recorders: recognizes amounts and promises, and passes invalid values to the engine. */

/** True if a value is a finite, non-negative number. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** Returns a value from 0 to `max` unchanged and NaN for any other value, which the engine drops and counts. */
export function withinRange(value: unknown, max = Number.MAX_VALUE): number {
  return isAmount(value) && value <= max ? value : Number.NaN;
}

/**
 * Returns NaN for a fraction of countable things, which the engine would accept. Other values are unchanged: the engine
 * finds the reason of their rejection.
 */
export function wholeOf(value: unknown): number {
  return isAmount(value) && !Number.isInteger(value) ? Number.NaN : (value as number);
}

/** An instrument that records a value, whatever its attributes are. */
type ValueInstrument =
  | { record(value: number, attributes: never): void }
  | { set(value: number, attributes: never): void }
  | { add(value: number, attributes: never): void };

/** Passes an invalid value to an instrument, which drops and counts it; NaN by default, for a value that is not a number. */
export function refuse(instrument: ValueInstrument, value: unknown = Number.NaN): void {
  if ('set' in instrument) instrument.set(value as number, undefined as never);
  else if ('add' in instrument) instrument.add(value as number, undefined as never);
  else instrument.record(value as number, undefined as never);
}

/** True if a value is a promise or another thenable, which untyped code may pass instead of a value. */
export function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Returns the value that a function of the application returned; NaN for a promise, whose rejection is ignored. */
export function readNow<T>(value: T): T | number {
  if (!isThenable(value)) return value;
  Promise.resolve(value).catch(() => {});
  return Number.NaN;
}
