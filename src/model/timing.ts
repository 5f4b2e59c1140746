/** Timers: measure durations in the unit of a histogram. */
import type { Clock } from './clock.js';

/** Timer that is running. */
export interface Timer extends Disposable {
  /** Records the time since the start and returns it, in the unit of the histogram. Later calls record nothing. */
  stop(): number;
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

/** Starts a timer that passes its duration to `record` when it is stopped. */
export function startTimer(clock: Clock, perMs: number, record: (value: number) => void): Timer {
  const startMs = clock.monotonicMs();
  let duration: number | undefined;
  const stop = () => {
    if (duration === undefined) {
      duration = (clock.monotonicMs() - startMs) * perMs;
      record(duration);
    }
    return duration;
  };
  return { stop, [Symbol.dispose]: stop };
}

/** Calls `work` and records its duration: until it returns or throws, or until its promise settles. */
export function timeWork<T>(clock: Clock, perMs: number, record: (value: number) => void, work: () => T): T {
  const timer = startTimer(clock, perMs, record);
  let result: T;
  try {
    result = work();
  } catch (error) {
    timer.stop();
    throw error;
  }
  if (typeof (result as PromiseLike<unknown> | null | undefined)?.then === 'function') {
    // The caller gets the original promise, so that its rejection stays the caller's to handle.
    (result as unknown as PromiseLike<unknown>).then(timer.stop, timer.stop);
  } else timer.stop();
  return result;
}
