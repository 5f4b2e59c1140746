/** Cache of what a visitor derives from the series of one stream, such as their encoded attributes. */
import type { SeriesKey } from './points.js';

/**
 * Holds one value per series, at the index of the series. A hit takes two array reads and touches no object but the
 * series, which matters with many series: each further object is a wait for memory.
 */
export class SeriesCache<T> {
  readonly #onEvict: (value: T, series: SeriesKey) => void;
  readonly #series: (SeriesKey | undefined)[] = [];
  readonly #values: (T | undefined)[] = [];
  /** By index, the number of the last walk that visited the series. */
  #walks = new Uint32Array(16);
  #walk = 0;
  /** Number of entries, and number of entries that the current walk has visited. */
  #size = 0;
  #visited = 0;

  /** @param onEvict called with each value that is removed or replaced. */
  constructor(onEvict: (value: T, series: SeriesKey) => void = () => {}) {
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#size;
  }

  /** Number of series that the current walk has visited. */
  get visited(): number {
    return this.#visited;
  }

  /** @param walk number of the walk that starts; greater than those before, from 1. */
  beginWalk(walk: number): void {
    this.#walk = walk;
    this.#visited = 0;
  }

  /** Returns the value of a series, and marks the series as visited. Undefined if not cached, or visited before in this walk. */
  visit(series: SeriesKey): T | undefined {
    const { index } = series;
    const walks = this.#walks;
    const walk = this.#walk;
    // Unlike `===`, `Object.is` does not read the objects that it compares.
    if (!Object.is(this.#series[index], series) || walks[index] === walk) return undefined;
    walks[index] = walk;
    this.#visited++;
    return this.#values[index];
  }

  /** Reports whether the current walk has visited a series. */
  isVisited(series: SeriesKey): boolean {
    return this.#series[series.index] === series && this.#walks[series.index] === this.#walk;
  }

  /** Sets the value of a series that the current walk visits. */
  set(series: SeriesKey, value: T): void {
    const { index } = series;
    this.#evict(index);
    // Filled up, so that V8 does not turn the arrays into dictionaries.
    while (this.#series.length <= index) {
      this.#series.push(undefined);
      this.#values.push(undefined);
    }
    if (this.#walks.length <= index) {
      const walks = new Uint32Array(2 * index);
      walks.set(this.#walks);
      this.#walks = walks;
    }
    this.#series[index] = series;
    this.#values[index] = value;
    this.#walks[index] = this.#walk;
    this.#size++;
    this.#visited++;
  }

  /** Removes the value of a series. */
  delete(series: SeriesKey): void {
    if (this.#series[series.index] === series) this.#evict(series.index);
  }

  /** Removes the series that none of the last `walks` walks visited. */
  endWalk(walks = 1): void {
    if (this.#visited !== this.#size) this.evictBefore(this.#walk - walks + 1);
  }

  /** Removes the series that were last visited before a walk. */
  evictBefore(walk: number): void {
    for (let index = 0; index < this.#series.length; index++) {
      if ((this.#walks[index] as number) < walk) this.#evict(index);
    }
    while (this.#series.length > 0 && this.#series.at(-1) === undefined) {
      this.#series.pop();
      this.#values.pop();
    }
  }

  /** Removes all series. */
  clear(): void {
    this.evictBefore(Number.POSITIVE_INFINITY);
  }

  #evict(index: number): void {
    const series = this.#series[index];
    if (series === undefined) return;
    const value = this.#values[index] as T;
    this.#size--;
    if (this.#walks[index] === this.#walk) this.#visited--;
    this.#series[index] = undefined;
    this.#values[index] = undefined;
    this.#onEvict(value, series);
  }
}
