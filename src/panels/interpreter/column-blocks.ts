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
  values: Float64Array;
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

  /** Follows the block, which has moved or has other storage. */
  place(): void {
    this.values = this.#block.values;
    this.offset = this.#lane - this.#block.position * this.stride;
  }

  /** Ends the use of the column, which has no number at the positions that are kept. */
  release(): void {
    this.#block.release(this.#lane);
  }
}

/** Columns with the same positions. */
class Block {
  values: Float64Array;
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

  /** Number of positions. */
  get length(): number {
    return this.values.length / this.width;
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
    return this.length - (end - this.position);
  }

  /** Moves the numbers from a position on to storage of another length. */
  resize(length: number, first: number): void {
    const from = Math.max(first, this.position);
    const kept = this.values.subarray((from - this.position) * this.width).subarray(0, length * this.width);
    this.values = new Float64Array(length * this.width).fill(Number.NaN, kept.length);
    this.values.set(kept);
    this.position = from;
    for (const column of this.#columns) column?.place();
  }

  /** Discards the numbers before a position. */
  moveTo(first: number): void {
    const shift = (first - this.position) * this.width;
    this.values.copyWithin(0, shift).fill(Number.NaN, this.values.length - shift);
    this.position = first;
    for (const column of this.#columns) column?.place();
  }
}

/** Limits of the storage of a history. */
export interface ColumnLimits {
  /** Number of snapshots to keep. */
  readonly capacity: number;
  /** Number of snapshots that are kept at least. */
  readonly minCapacity: number;
  readonly maxBytes: number;
}

/** Blocks, as many as their limit in bytes permits. The more blocks there are, the fewer snapshots they keep. */
export class ColumnBlocks {
  readonly #minCapacity: number;
  readonly #maxBytes: number;
  #capacity: number;
  #bytes = 0;
  #freeLanes = 0;
  #blocks: Block[] = [];
  #unchecked: Block[] = [];
  #checksAtOnce = 0;
  /** Times of the snapshots, in a block of their own. */
  readonly #ofTimes: Block;
  readonly times: StoredColumn;

  constructor({ capacity, minCapacity, maxBytes }: ColumnLimits) {
    this.#capacity = capacity;
    this.#minCapacity = Math.min(capacity, minCapacity);
    this.#maxBytes = maxBytes;
    this.#ofTimes = new Block(this.#length, 1, 0);
    this.times = this.#ofTimes.take();
  }

  /** Number of snapshots that are kept. Never grows. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes of the numbers, and of what was charged. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds bytes that a series stores outside of the columns; negative if it releases them. */
  charge(bytes: number): void {
    this.#bytes += bytes;
  }

  /**
   * Makes room for columns, and keeps fewer snapshots if needed.
   *
   * @param first position of the first snapshot.
   * @param end position that is written to.
   * @returns false if there is no room even with the fewest snapshots.
   */
  makeRoomFor(columns: number, first: number, end: number): boolean {
    const blocks = Math.max(0, Math.ceil((columns - this.#freeLanes) / width));
    return this.#makeRoomIn(() => blocks * bytesOf(this.#newLength(first, end)), end);
  }

  /** Returns a column for positions from `first` on. */
  take(first: number, end: number): StoredColumn {
    const last = this.#blocks.at(-1);
    const free = last === undefined || last.isFull ? this.#blocks.find(({ isFull }) => !isFull) : last;
    const block = free ?? this.#addBlock(first, end);
    this.#freeLanes--;
    return block.take();
  }

  /** Counts columns that were released. */
  released(columns: number): void {
    this.#freeLanes += columns;
  }

  /** Lengthens or moves blocks that are nearly full, and removes unused ones. To be called after each snapshot. */
  makeRoom(first: number, end: number): void {
    if (this.#ofTimes.roomAfter(end) < 2) this.#ofTimes.moveTo(first);
    if (this.#unchecked.length === 0) {
      this.#removeEmpty();
      this.#unchecked = [...this.#blocks];
      this.#checksAtOnce = Math.ceil(this.#blocks.length / cycle);
    }
    for (let count = 0; count < this.#checksAtOnce; count++) {
      const block = this.#unchecked.pop();
      if (block !== undefined && block.roomAfter(end) <= 2 * cycle) this.#lengthen(block, first, end);
    }
  }

  /** Length of blocks that hold all snapshots. The room after the latest ones makes it rare that a block moves. */
  get #length(): number {
    return this.#capacity + Math.max(3 * cycle, this.#capacity >> 2);
  }

  /** Length of new blocks: they grow with the history. */
  #newLength(first: number, end: number): number {
    return Math.min(this.#length, Math.min(end - first, this.#capacity) + 4 * cycle);
  }

  #addBlock(first: number, end: number): Block {
    const block = new Block(this.#newLength(first, end), width, first);
    this.#blocks.push(block);
    this.#bytes += bytesOf(block.length);
    this.#freeLanes += width;
    return block;
  }

  #lengthen(block: Block, first: number, end: number): void {
    const target = () => Math.min(this.#length, 2 * block.length);
    const hasRoom = this.#makeRoomIn(() => Math.max(0, bytesOf(target()) - bytesOf(block.length)), end);
    const from = Math.max(first, end - this.#capacity);
    if (hasRoom && target() > block.length) this.#resize(block, target(), from);
    else block.moveTo(from);
  }

  /** Keeps fewer snapshots until further bytes fit. Returns false if they do not. */
  #makeRoomIn(bytes: () => number, end: number): boolean {
    while (this.#bytes + bytes() > this.#maxBytes) {
      const long = this.#blocks.find(({ length }) => length > this.#length);
      if (long !== undefined) this.#resize(long, this.#length, end - this.#capacity);
      else if (!this.#keepFewer()) return false;
    }
    return true;
  }

  #resize(block: Block, length: number, first: number): void {
    this.#bytes += bytesOf(length) - bytesOf(block.length);
    block.resize(length, first);
  }

  #removeEmpty(): void {
    for (const { isEmpty, length } of this.#blocks) {
      if (!isEmpty) continue;
      this.#bytes -= bytesOf(length);
      this.#freeLanes -= width;
    }
    this.#blocks = this.#blocks.filter(({ isEmpty }) => !isEmpty);
  }

  /** Returns false if no fewer snapshots may be kept. */
  #keepFewer(): boolean {
    if (this.#capacity === this.#minCapacity) return false;
    this.#capacity = Math.max(this.#minCapacity, (this.#capacity * 3) >> 2);
    return true;
  }
}

/** Returns the bytes of a block. */
function bytesOf(length: number): number {
  return length * width * Float64Array.BYTES_PER_ELEMENT;
}
