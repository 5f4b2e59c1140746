/** The time in seconds, comparable between the threads of the process. */

/** Adds the origin, because `performance.now()` starts at a different origin in each thread. */
export const now = (): number => (performance.timeOrigin + performance.now()) / 1_000;

/** Returns the seconds since `moment`, at least 0: clocks of two threads differ slightly. */
export const since = (moment: number): number => Math.max(0, now() - moment);
