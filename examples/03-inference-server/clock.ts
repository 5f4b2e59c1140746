/** The time that every thread of the process agrees on, in seconds. */

/** `performance.now()` counts from an origin that each thread may have for itself; the sum of both can be compared. */
export const now = (): number => (performance.timeOrigin + performance.now()) / 1_000;

/** Seconds since a moment; two threads may disagree by a hair, and no time is negative. */
export const since = (moment: number): number => Math.max(0, now() - moment);
