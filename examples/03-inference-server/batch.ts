/** Collects query–document pairs of all requests into batches, which close when full or when the oldest pair is due. */
import { now } from './clock.ts';

/** A closed batch. */
export interface Batch<Pair> {
  readonly pairs: readonly Pair[];
  readonly closedAt: number;
}

export interface BatchLimits {
  readonly pairs: number;
  readonly waitMs: number;
}

export class BatchCollector<Pair> {
  readonly #limits: BatchLimits;
  readonly #onBatch: (batch: Batch<Pair>) => void;
  #waiting: Pair[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: BatchLimits, onBatch: (batch: Batch<Pair>) => void) {
    this.#limits = limits;
    this.#onBatch = onBatch;
  }

  /** Pairs in the open batch. */
  get waiting(): readonly Pair[] {
    return this.#waiting;
  }

  /** Adds pairs. A full batch closes immediately. */
  add(pairs: readonly Pair[]): void {
    this.#waiting.push(...pairs);
    while (this.#waiting.length >= this.#limits.pairs) this.#close();
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#close(), this.#limits.waitMs);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pairs = this.#waiting.slice(0, this.#limits.pairs);
    this.#waiting = this.#waiting.slice(pairs.length);
    this.#onBatch({ pairs, closedAt: now() });
  }
}
