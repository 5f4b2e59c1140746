/** Timers: measure durations in the unit of a histogram. */
import type { Clock } from './clock.js';
import { isThenable } from './thenable.js';

/** Timer that is running. */
export interface RunningTimer extends Disposable {
  stop(attributes?: object): number;
}

/** Timer that can also be called, as that of prom-client, or ended by the method of another library: it then records nothing. */
export type CalledTimer = RunningTimer & (() => number);

/** Methods of timers in other libraries. */
const otherEnds = ['end', 'done', 'finish', 'observe', 'observeDuration', 'record'] as const;

/** Target of timers. */
export interface TimedInstrument {
  readonly clock: Clock;
  /** One millisecond in the unit of the instrument. */
  readonly perMs: number;
  record(value: number, attributes: object | undefined): void;
  /**
   * Counts attributes that cannot be read. Returns the others, marked: their absence is not one more problem.
   *
   * @param by function `ok` or `failed` that failed; absent for attributes that were given.
   */
  unreadable(others: object | undefined, by?: Outcome, failure?: Failure): object;
  /** Counts a timer that was called, by the name of a method of another library or as a function, instead of stopped. */
  called(method: string): void;
  /** Logs that `time` got another value in the place of the work. */
  wrongWork(what: string): void;
  /** Logs an option of `time` that does not exist, or without a name options that are not an object. Marks as above. */
  wrongOptions(attributes: object | undefined, name?: string): object;
}

/** Error, or promise, in the place of attributes. */
export type Failure = { readonly error: unknown } | 'promise';

/** Option of `time` with the attributes of one outcome. */
export type Outcome = 'ok' | 'failed';

/** Attributes of timed work. `ok` and `failed` are added to `attributes`, or return what is added. */
export interface TimedAttributes {
  readonly attributes?: object | undefined;
  readonly ok?: object | ((result: never) => object | undefined) | undefined;
  readonly failed?: object | ((error: unknown) => object | undefined) | undefined;
}

const unitsPerMs: Readonly<Record<string, number>> = {
  s: 1e-3,
  ms: 1,
  us: 1e3,
  ns: 1e6,
  min: 1 / 60_000,
  h: 1 / 3_600_000,
};

/** Returns one millisecond in `unit`; in seconds if `unit` is not a unit of time. */
export function perMillisecond(unit: string): number {
  return unitsPerMs[unit] ?? 1e-3;
}

/** Reports whether timers measure in a unit. */
export function isTimeUnit(unit: string): boolean {
  return Object.hasOwn(unitsPerMs, unit);
}

/** Starts a timer. It records when it is stopped first, with its attributes and those of the stop. */
export function startTimer(instrument: TimedInstrument, attributes?: object): RunningTimer {
  const { clock, perMs } = instrument;
  const startMs = clock.monotonicMs();
  const elapsed = () => (clock.monotonicMs() - startMs) * perMs;
  let duration: number | undefined;
  const stop = (more?: object) => {
    if (duration === undefined) {
      duration = elapsed();
      instrument.record(
        duration,
        merged(instrument, attributes, () => more),
      );
    }
    return duration;
  };
  return timerOf(stop, (method) => {
    instrument.called(method);
    return duration ?? elapsed();
  });
}

/** Returns a timer that records nothing. */
export function inertTimer(): RunningTimer {
  return timerOf(
    () => 0,
    () => 0,
  );
}

/** Returns a timer. Calls of other libraries are not enumerable, and no type declares them. */
function timerOf(stop: (attributes?: object) => number, called: (method: string) => number): RunningTimer {
  const timer = (() => called('timer')) as CalledTimer;
  timer.stop = stop;
  timer[Symbol.dispose] = () => void stop();
  for (const name of otherEnds) Object.defineProperty(timer, name, { value: () => called(`timer.${name}`) });
  return timer;
}

/**
 * Calls `work` and records its duration: until it returns or throws, or until its promise settles. Never throws itself: a
 * promise in the place of the work is timed from now, and any other value is returned.
 */
export function timeWork<T>(instrument: TimedInstrument, given: () => T, more?: TimedAttributes): T {
  const { work, options, mistake } = workOf<T>(given, more);
  if (mistake !== undefined) instrument.wrongWork(mistake);
  if (work === undefined) return given as T;
  const { clock, perMs } = instrument;
  const { attributes, ok, failed } = readOptions(instrument, options);
  const startMs = clock.monotonicMs();
  const record = (by: Outcome, result: unknown) => {
    const duration = (clock.monotonicMs() - startMs) * perMs;
    const outcome = by === 'ok' ? ok : failed;
    const added = typeof outcome === 'function' ? () => outcome(result as never) : () => outcome;
    instrument.record(duration, merged(instrument, attributes, added, by));
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    record('failed', error);
    throw error;
  }
  if (isThenable(result)) {
    // The caller gets the original promise, so that its rejection stays the caller's to handle.
    result.then(
      (value) => record('ok', value),
      (error) => record('failed', error),
    );
  } else record('ok', result);
  return result;
}

/** Calls `work` without a timer. Returns a value that is not a function. */
export function callWork<T>(given: () => T, more?: unknown): T {
  const { work } = workOf<T>(given, more);
  return work === undefined ? (given as T) : work();
}

/** Work and options of a call of `time`, and what is wrong with its arguments. */
interface Timed<T> {
  readonly work: (() => T) | undefined;
  readonly options?: TimedAttributes | undefined;
  readonly mistake?: string;
}

/** Returns what a call of `time` means. The application needs the result of its work, whatever the arguments are. */
function workOf<T>(given: unknown, more: unknown): Timed<T> {
  if (typeof given === 'function') return { work: given as () => T, options: more as TimedAttributes };
  if (typeof more === 'function') {
    const mistake = 'called its second argument: expected time(work, options)';
    return { work: more as () => T, options: given as TimedAttributes, mistake };
  }
  const expected = 'expected a function, such as time(() => work())';
  // Other objects with a method `then`, such as queries of a database, may begin their work when it is called.
  if (!(given instanceof Promise)) return { work: undefined, mistake: `recorded nothing: ${expected}` };
  return {
    work: () => given as T,
    options: more as TimedAttributes,
    mistake: `${expected}, not a promise, whose work has begun; measured from the call`,
  };
}

/** Reads each option once, before the work: a getter of the application may throw. */
function readOptions(instrument: TimedInstrument, options: TimedAttributes | undefined): TimedAttributes {
  try {
    if (!isObjectOrAbsent(options)) return { attributes: instrument.wrongOptions(undefined) };
    const { attributes, ok, failed, ...others } = options ?? {};
    const [unknown] = Object.keys(others);
    return {
      attributes: unknown === undefined ? attributes : instrument.wrongOptions(attributes, unknown),
      ok,
      failed,
    };
  } catch {
    return { attributes: instrument.unreadable(undefined) };
  }
}

/**
 * Adds attributes to others, which they override. Returns the others alone if the code of the application throws, and a
 * value that is not an object alone: the recording reports it.
 */
function merged(
  instrument: TimedInstrument,
  attributes: object | undefined,
  more: () => object | undefined,
  by?: Outcome,
): object | undefined {
  let added: object | undefined;
  try {
    added = more();
  } catch (error) {
    return instrument.unreadable(attributes, by, { error });
  }
  try {
    // Its attributes would come after the recording.
    if (added instanceof Promise) {
      added.catch(() => {});
      return instrument.unreadable(attributes, by, 'promise');
    }
    if (added === undefined || added === null || !isObjectOrAbsent(attributes)) return attributes;
    return isObjectOrAbsent(added) ? { ...attributes, ...added } : added;
  } catch {
    return instrument.unreadable(attributes);
  }
}

/** False for a text, a number and a function in the place of an object. */
function isObjectOrAbsent(value: unknown): boolean {
  return typeof value === 'object' || value === undefined;
}
