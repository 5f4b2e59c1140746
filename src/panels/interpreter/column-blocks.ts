/**
 * Storage of columns in blocks, snapshot after snapshot. A query reads the same positions of many series, and a walk writes
 * one position of all series: both touch numbers that are next to each other.
 */
import type { Column } from './history.js';

/** Number of columns of a block. */
const width = 64;

/** Number of snapshots in which all blocks and all series are checked once: some of them after each snapshot. */
export const cycle = 32;

/** Column of a block. */
export class StoredColumn implements Column {
  readonly values: Float64Array;
  offset = 0;
  readonly stride: number;
  ascendingFrom: number;
  readonly #block: Block;
  readonly #lane: number;

  constructor(block: Block, lane: number) {
    this.#block = block;
    this.#lane = lane;
    this.values = block.values;
    this.stride = block.width;
    this.ascendingFrom = block.position;
    this.place();
  }

  set(position: number, value: number): void {
    const index = this.offset + position * this.stride;
    // False after a missing number, too.
    if (!(value >= (this.values[index - this.stride] as number))) this.ascendingFrom = position;
    this.values[index] = value;
  }

  /** Calculates the offset, after the block has moved. */
  place(): void {
    this.offset = this.#lane - this.#block.position * this.stride;
  }

  /** Ends the use of the column, which has no number at the positions that are kept. */
  release(): void {
    this.#block.release(this.#lane);
  }
}

/** Columns with the same positions. */
class Block {
  readonly values: Float64Array;
  readonly width: number;
  /** First position. */
  position: number;
  readonly #columns: (StoredColumn | undefined)[];
  readonly #free: number[];

  constructor(length: number, columns: number, position: number) {
    this.values = new Float64Array(length * columns).fill(Number.NaN);
    this.width = columns;
    this.position = position;
    this.#columns = new Array(columns).fill(undefined);
    this.#free = [...this.#columns.keys()].reverse();
  }

  get isFull(): boolean {
    return this.#free.length === 0;
  }

  get isEmpty(): boolean {
    return this.#free.length === this.width;
  }

  /** Returns a new column, without numbers. */
  take(): StoredColumn {
    const lane = this.#free.pop() as number;
    const column = new StoredColumn(this, lane);
    this.#columns[lane] = column;
    return column;
  }

  release(lane: number): void {
    this.#columns[lane] = undefined;
    this.#free.push(lane);
  }

  /** Number of positions from `end` on. */
  roomAfter(end: number): number {
    return this.values.length / this.width - (end - this.position);
  }

  /** Discards the numbers before a position. */
  moveTo(first: number): void {
    const shift = (first - this.position) * this.width;
    this.values.copyWithin(0, shift).fill(Number.NaN, this.values.length - shift);
    this.position = first;
    for (const column of this.#columns) column?.place();
  }
}

/** Blocks of equal length. */
export class ColumnBlocks {
  readonly #length: number;
  #blocks: Block[] = [];
  #unchecked: Block[] = [];
  #checksAtOnce = 0;
  /** Times of the snapshots, in a block of their own. */
  readonly #ofTimes: Block;
  readonly times: StoredColumn;

  /** @param capacity number of snapshots to keep. */
  constructor(capacity: number) {
    // The room after the latest snapshots makes it rare that a block moves.
    this.#length = capacity + Math.max(3 * cycle, capacity >> 2);
    this.#ofTimes = new Block(this.#length, 1, 0);
    this.times = this.#ofTimes.take();
  }

  /** Returns a column for positions from `first` on. */
  take(first: number): StoredColumn {
    const last = this.#blocks.at(-1);
    const free = last === undefined || last.isFull ? this.#blocks.find(({ isFull }) => !isFull) : last;
    if (free !== undefined) return free.take();
    const block = new Block(this.#length, width, first);
    this.#blocks.push(block);
    return block.take();
  }

  /** Moves blocks that are nearly full, and removes unused ones. To be called after each snapshot. */
  makeRoom(first: number, end: number): void {
    if (this.#ofTimes.roomAfter(end) < 2) this.#ofTimes.moveTo(first);
    if (this.#unchecked.length === 0) {
      this.#blocks = this.#blocks.filter(({ isEmpty }) => !isEmpty);
      this.#unchecked = [...this.#blocks];
      this.#checksAtOnce = Math.ceil(this.#blocks.length / cycle);
    }
    for (let count = 0; count < this.#checksAtOnce; count++) {
      const block = this.#unchecked.pop();
      if (block !== undefined && block.roomAfter(end) <= 2 * cycle) block.moveTo(first);
    }
  }
}
