/** Follows regions from frame to frame: the same thing has the same number for as long as it is seen. */
import type { Region } from './edges.ts';

/** A region with the number of what it is of. */
export interface Track extends Region {
  readonly id: number;
}

/** Pixels that something moves between two frames at most. */
const reach = 24;

/** The tracker of one camera. */
export class Tracker {
  #tracks: Track[] = [];
  #last = 0;

  /** How many different things there were. */
  get seen(): number {
    return this.#last;
  }

  /** Gives each region the number of the nearest one of the frame before, or a new one. */
  update(regions: readonly Region[]): readonly Track[] {
    const left = [...this.#tracks];
    this.#tracks = regions.map((region) => {
      const nearest = left.reduce<Track | undefined>(
        (best, track) => (best === undefined || apart(region, track) < apart(region, best) ? track : best),
        undefined,
      );
      if (nearest === undefined || apart(region, nearest) > reach) return { ...region, id: ++this.#last };
      left.splice(left.indexOf(nearest), 1);
      return { ...region, id: nearest.id };
    });
    return this.#tracks;
  }
}

/** Pixels between the middles of two regions. */
function apart(one: Region, other: Region): number {
  const across = one.left + one.right - other.left - other.right;
  const down = one.top + one.bottom - other.top - other.bottom;
  return Math.hypot(across, down) / 2;
}
