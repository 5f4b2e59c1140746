/** Collects query–document pairs, of whichever requests, into batches: until one is full or its oldest has waited. */
import { now } from './clock.ts';

/** A batch that is closed. */
export interface Collected<Pair> {
  readonly pairs: readonly Pair[];
  readonly closedAt: number;
}

export interface BatchLimits {
  readonly pairs: number;
  readonly waitMs: number;
}

export class BatchCollector<Pair> {
  readonly #limits: BatchLimits;
  readonly #onBatch: (batch: Collected<Pair>) => void;
  #waiting: Pair[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: BatchLimits, onBatch: (batch: Collected<Pair>) => void) {
    this.#limits = limits;
    this.#onBatch = onBatch;
  }

  /** Pairs whose batch is not closed. */
  get waiting(): readonly Pair[] {
    return this.#waiting;
  }

  /** Places pairs; those that fill a batch go at once. */
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
