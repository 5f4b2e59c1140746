/**
 * Where values live: cells of a few consecutive numbers in large chunks that never move.
 *
 * A series holds its chunk and its offset, so that recording is one load and one store, and so that the chunks can be
 * shared memory without the series knowing.
 */

/** Consecutive numbers of one chunk. */
export interface Cell {
  readonly chunk: Float64Array;
  readonly offset: number;
}

/** Hands out cells, zeroed. */
export interface Memory {
  allocate(slots: number): Cell;
  /** Takes a cell back; nobody may use it afterwards. */
  free(cell: Cell, slots: number): void;
}

/** 64 KiB: large enough to be rare, small enough for a program with one counter. */
const chunkSlots = 8_192;

/** Memory of this thread alone. */
export function createMemory(makeChunk: (slots: number) => Float64Array = (slots) => new Float64Array(slots)): Memory {
  const freed = new Map<number, Cell[]>();
  let chunk = new Float64Array(0);
  let next = 0;
  return {
    allocate(slots) {
      const reused = freed.get(slots)?.pop();
      if (reused !== undefined) return reused;
      if (slots > chunkSlots) return { chunk: makeChunk(slots), offset: 0 };
      if (next + slots > chunk.length) {
        chunk = makeChunk(chunkSlots) as Float64Array<ArrayBuffer>;
        next = 0;
      }
      const cell = { chunk, offset: next };
      next += slots;
      return cell;
    },
    free({ chunk, offset }, slots) {
      chunk.fill(0, offset, offset + slots);
      // A cell of its own: the one given is part of something that goes on to be used.
      const cell = { chunk, offset };
      const cells = freed.get(slots);
      if (cells === undefined) freed.set(slots, [cell]);
      else cells.push(cell);
    },
  };
}
