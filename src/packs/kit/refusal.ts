/** What recorders do with what is no measurement: never throw, and have the engine count it. */

/** Whether a value is a number that a sum takes: finite and not negative. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** What takes a value, with whatever attributes. */
type Refusing =
  | { record(value: number, attributes: never): void }
  | { set(value: number, attributes: never): void }
  | { add(value: number, attributes: never): void };

/** Gives a metric a value that it refuses, so that the engine counts and tells it: NaN for what could not be read. */
export function refuse(instrument: Refusing, value: unknown = Number.NaN): void {
  if ('set' in instrument) instrument.set(value as number, undefined as never);
  else if ('add' in instrument) instrument.add(value as number, undefined as never);
  else instrument.record(value as number, undefined as never);
}

/** Records an event; when reading it throws, the metric that it is for refuses it. */
export function orRefused(instrument: Refusing, record: () => void): void {
  try {
    record();
  } catch {
    refuse(instrument);
  }
}

/** Whether a value comes later: code without types may give it where one is due now. */
export function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What a function read for us; NaN for what comes later, and whether that is ever fulfilled is nobody's concern. */
export function readNow<T>(value: T): T | number {
  if (!isThenable(value)) return value;
  Promise.resolve(value).catch(() => {});
  return Number.NaN;
}
