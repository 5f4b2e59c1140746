/** Timing what a function takes, in the unit of the histogram that takes it. */
import type { Clock } from './clock.js';

/** A time that is being taken. */
export interface Timer extends Disposable {
  /** Records the time since the start, once; returns it, in the unit of the histogram. */
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

/** How much of a unit a millisecond is; of a second where the unit is none of time. */
export function perMillisecond(unit: string): number {
  return unitsPerMs[unit] ?? 1e-3;
}

/** Starts taking a time that `record` gets when it is stopped. */
export function startTimer(clock: Clock, perMs: number, record: (value: number) => void): Timer {
  const beganMs = clock.monotonicMs();
  let taken: number | undefined;
  const stop = () => {
    if (taken === undefined) {
      taken = (clock.monotonicMs() - beganMs) * perMs;
      record(taken);
    }
    return taken;
  };
  return { stop, [Symbol.dispose]: stop };
}

/** Calls `work` and records how long it took: until it returned or threw, or until its promise settled. */
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
    // A promise of its own is listened to; the caller gets the one that it made.
    (result as unknown as PromiseLike<unknown>).then(timer.stop, timer.stop);
  } else timer.stop();
  return result;
}
