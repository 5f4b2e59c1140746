/** Counts the points of a collection. */
import type { Collected } from '../model/collected.js';

/** Walks a collection that was not walked yet and returns its number of points; 0 if it cannot be walked. */
export async function countPoints(collected: Collected): Promise<number> {
  let points = 0;
  const count = () => {
    points++;
  };
  try {
    await collected.walk({ metric() {}, number: count, histogram: count, exponentialHistogram: count });
  } catch {
    return 0;
  }
  return points;
}
