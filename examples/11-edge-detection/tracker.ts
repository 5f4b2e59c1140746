/** Tracks regions from frame to frame. A tracked object keeps its id while it is visible. */
import type { Region } from './edges.ts';

/** A region with the id of its object. */
export interface Track extends Region {
  readonly id: number;
}

/** Maximum movement between two frames, in pixels. */
const maxMovement = 24;

/** The tracker of one camera. */
export class Tracker {
  #tracks: Track[] = [];
  #lastId = 0;

  /** Number of distinct tracks so far. */
  get trackCount(): number {
    return this.#lastId;
  }

  /** Assigns each region the id of the nearest region of the previous frame, or a new id. */
  update(regions: readonly Region[]): readonly Track[] {
    const unmatched = [...this.#tracks];
    this.#tracks = regions.map((region) => {
      const nearest = unmatched.reduce<Track | undefined>(
        (best, track) => (best === undefined || distance(region, track) < distance(region, best) ? track : best),
        undefined,
      );
      if (nearest === undefined || distance(region, nearest) > maxMovement) return { ...region, id: ++this.#lastId };
      unmatched.splice(unmatched.indexOf(nearest), 1);
      return { ...region, id: nearest.id };
    });
    return this.#tracks;
  }
}

/** Returns the distance between the centers of two regions, in pixels. */
function distance(one: Region, other: Region): number {
  const across = one.left + one.right - other.left - other.right;
  const down = one.top + one.bottom - other.top - other.bottom;
  return Math.hypot(across, down) / 2;
}
