/** The time of the browser. No other file of the page reads it. */

/** Returns the milliseconds since 1970-01-01 UTC. */
export const now = () => Date.now();
