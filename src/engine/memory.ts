/**
 * Memory of values: cells of a few consecutive numbers in large chunks that never move.
 *
 * A series holds its chunk and its offset, so recording takes one load and one store, and chunks can be shared memory
 * without a change to the series.
 */

/** Consecutive numbers of one chunk. */
export interface Cell {
  readonly chunk: Float64Array;
  readonly offset: number;
}

/** Allocates cells; new cells are zeroed. */
export interface Memory {
  allocate(slots: number): Cell;
  /** Takes a cell back; its owner must not use it afterwards. */
  free(cell: Cell, slots: number): void;
}

/** 64 KiB: large enough to be rare, small enough for a program with one counter. */
const chunkSlots = 8_192;

/** Creates memory for the current thread. */
export function createMemory(): Memory {
  const freed = new Map<number, Cell[]>();
  let chunk = new Float64Array(0);
  let next = 0;
  return {
    allocate(slots) {
      const reused = freed.get(slots)?.pop();
      if (reused !== undefined) return reused;
      if (slots > chunkSlots) return { chunk: new Float64Array(slots), offset: 0 };
      if (next + slots > chunk.length) {
        chunk = new Float64Array(chunkSlots);
        next = 0;
      }
      const cell = { chunk, offset: next };
      next += slots;
      return cell;
    },
    free({ chunk, offset }, slots) {
      chunk.fill(0, offset, offset + slots);
      // A new object: the given cell is a series that stays in use.
      const cell = { chunk, offset };
      const cells = freed.get(slots);
      if (cells === undefined) freed.set(slots, [cell]);
      else cells.push(cell);
    },
  };
}
