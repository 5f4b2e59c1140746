/** Source of time. All code receives its clock as an argument, so that tests control the time. */
export interface Clock {
  /** Returns the wall-clock time in milliseconds since 1970-01-01 UTC. It may jump. */
  nowUnixMs(): number;
  /** Returns milliseconds since an arbitrary moment, for durations. It never decreases. */
  monotonicMs(): number;
}

/** Clock of the machine. */
export const systemClock: Clock = {
  nowUnixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
