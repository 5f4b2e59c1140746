/** Values of the last minutes of all series that share their times, in memory that is fixed by the capacity. */

/** Milliseconds without a value from which a line is interrupted. */
const gapFrom = 5_000;
/** Milliseconds by which time must go back for the values held so far to be dropped: a clock was set, not read twice. */
const clockWasSet = 5_000;

/** Part of a ring: times in seconds, and the values of each series; `null` where a series has no value. */
export interface RingWindow {
  readonly times: readonly number[];
  of(key: string): readonly (number | null)[];
}

/**
 * Ring of values by time and series.
 *
 * A value that is absent is `NaN`. Series are dropped once all their values are absent.
 */
export class SeriesRing {
  readonly #capacity: number;
  readonly #times: Float64Array;
  #columns = new Map<string, Float64Array>();
  #start = 0;
  #length = 0;
  #isInterrupted = false;

  /** @param capacity number of times that are held. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
  }

  /** Number of times held. */
  get length(): number {
    return this.#length;
  }

  /** Keys of the series, in the order of their first value. */
  get keys(): string[] {
    return [...this.#columns.keys()];
  }

  /** Time of the oldest value in milliseconds, or `undefined`. */
  get first(): number | undefined {
    return this.#length === 0 ? undefined : this.#times[this.#index(0)];
  }

  /** Time of the last value in milliseconds, or `undefined`. */
  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#times[this.#index(this.#length - 1)];
  }

  /** Appends the values of a time. A time that is not after the last one is ignored, unless the clock was set back. */
  append(time: number, values: Iterable<readonly [key: string, value: number | null]>): void {
    const { last } = this;
    if (last !== undefined && time <= last) {
      if (time > last - clockWasSet) return;
      this.clear();
    } else if (last !== undefined && (this.#isInterrupted || time - last > gapFrom)) this.#advance((last + time) / 2);
    this.#isInterrupted = false;
    const index = this.#advance(time);
    for (const [key, value] of values) {
      if (value !== null) this.#column(key)[index] = value;
    }
    if (index === 0) this.#dropEmpty();
  }

  /** Interrupts all lines before the next value: the values before and after it come from different processes. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** Puts values of the past in place of those held for the same period. */
  merge(
    times: readonly number[],
    series: readonly (readonly [key: string, values: readonly (number | null)[]])[],
  ): void {
    const [first] = times;
    const end = times.at(-1);
    if (first === undefined || end === undefined) return;
    const held = this.#points();
    const wasInterrupted = this.#isInterrupted;
    this.clear();
    for (const [time, values] of held) if (time < first) this.append(time, values);
    this.#isInterrupted = wasInterrupted;
    times.forEach((time, index) => {
      this.append(
        time,
        series.map(([key, values]) => [key, values[index] ?? null] as const),
      );
    });
    for (const [time, values] of held) if (time > end) this.append(time, values);
  }

  /** Returns the values from a time on, up to another; both in milliseconds. */
  window(from: number, to: number): RingWindow {
    const indexes: number[] = [];
    for (let offset = 0; offset < this.#length; offset++) {
      const index = this.#index(offset);
      const time = this.#times[index] as number;
      if (time >= from && time <= to) indexes.push(index);
    }
    return {
      times: indexes.map((index) => (this.#times[index] as number) / 1_000),
      of: (key) => {
        const column = this.#columns.get(key);
        return indexes.map((index) => {
          const value = column?.[index];
          return value === undefined || Number.isNaN(value) ? null : value;
        });
      },
    };
  }

  /** Returns the value of a series at the last time up to `time`; `null` if it is absent. */
  latest(key: string, time: number): number | null {
    const column = this.#columns.get(key);
    if (column === undefined) return null;
    for (let offset = this.#length - 1; offset >= 0; offset--) {
      const index = this.#index(offset);
      if ((this.#times[index] as number) > time) continue;
      const value = column[index] as number;
      return Number.isNaN(value) ? null : value;
    }
    return null;
  }

  /** Drops all values. */
  clear(): void {
    this.#columns = new Map();
    this.#start = 0;
    this.#length = 0;
    this.#isInterrupted = false;
  }

  /** Returns the place of the value at an offset from the oldest one. */
  #index(offset: number): number {
    return (this.#start + offset) % this.#capacity;
  }

  /** Takes the place of the next time, which has no values yet. */
  #advance(time: number): number {
    const index = this.#index(this.#length);
    if (this.#length < this.#capacity) this.#length += 1;
    else this.#start = this.#index(1);
    this.#times[index] = time;
    for (const column of this.#columns.values()) column[index] = Number.NaN;
    return index;
  }

  #column(key: string): Float64Array {
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new Float64Array(this.#capacity).fill(Number.NaN);
      this.#columns.set(key, column);
    }
    return column;
  }

  #dropEmpty(): void {
    for (const [key, column] of this.#columns) if (column.every(Number.isNaN)) this.#columns.delete(key);
  }

  /** Returns a copy of all values, oldest first. */
  #points(): [time: number, values: [key: string, value: number][]][] {
    return Array.from({ length: this.#length }, (_, offset) => {
      const index = this.#index(offset);
      const values = [...this.#columns].map(([key, column]) => [key, column[index] as number] as [string, number]);
      return [this.#times[index] as number, values.filter(([, value]) => !Number.isNaN(value))];
    });
  }
}
