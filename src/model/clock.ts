/** Where time comes from. Nothing in the package reads a clock that was not handed to it, so tests can hold time still. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. May jump. */
  nowUnixMs(): number;
  /** Milliseconds since an arbitrary moment; never goes back. For durations. */
  monotonicMs(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowUnixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
