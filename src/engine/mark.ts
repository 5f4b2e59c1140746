/** Marks: one number for the recordings of a set of series, in any order, to detect recordings after a walk. */
import type { Series } from './series.js';

const activity = new Float64Array(1);
const words = new Uint32Array(activity.buffer);

/** Returns the mark of one series: 0 without recordings. The mark of several series is their sum, modulo 2³². */
export function markOf(series: Series): number {
  activity[0] = series.activity();
  if (activity[0] === 0) return 0;
  const low = words[0] as number;
  const high = words[1] as number;
  let mark = Math.imul(low ^ Math.imul(high, 0x9e3779b1), series.index * 2 + 3);
  mark = Math.imul(mark ^ (mark >>> 15), 0x85ebca6b);
  // Odd: equal marks of many series do not add up to 0.
  return (mark ^ (mark >>> 13)) | 1;
}
