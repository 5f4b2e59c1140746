/** Finds a second copy of this package in one process, whose metrics this one would never see. */
const loadedFrom = Symbol.for('otelier.loaded-from');

/** Says once where two copies were loaded from. */
export function warnOfSecondCopy(warn: (message: string) => void): void {
  const world = globalThis as { [loadedFrom]?: string };
  const here = import.meta.url;
  world[loadedFrom] ??= here;
  if (world[loadedFrom] !== here) {
    warn(
      `Two copies of otelier are loaded: ${world[loadedFrom]} and ${here}. What one records the other does not send.`,
    );
  }
}
