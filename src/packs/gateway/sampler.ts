/**
 * AdaptiveSampler limits the number of kept events per second. It keeps all events below the limit, and one of every
 * `stride` events above it.
 *
 * It keeps one random event of each block of `stride` consecutive events. Callers that alternate therefore have the same
 * chance to be kept, and the weights of the kept events add up to the number of offered events.
 */
export class AdaptiveSampler {
  readonly #limit: number;
  readonly #random: () => number;
  /** Events of the current second. */
  #offered = 0;
  /** Stride for the rate of the previous second. */
  #previousStride = 1;
  #stride = 1;
  /** Position of the next event in the current block. */
  #position = 0;
  /** Position of the kept event in the current block. */
  #keptPosition = 0;

  /** @param limit events per second; infinite to keep all. */
  constructor(limit: number, random: () => number = Math.random) {
    this.#limit = limit;
    this.#random = random;
  }

  /** Returns the weight of the event kept last: the number of events in its block. */
  get stride(): number {
    return this.#stride;
  }

  /** Returns the share of events that is kept at the current rate. */
  get ratio(): number {
    return 1 / this.#targetStride();
  }

  /** Counts an event and reports whether it is kept; a kept event has the weight `stride`. */
  shouldKeep(): boolean {
    this.#offered++;
    if (this.#position === this.#stride) this.#startBlock();
    return this.#position++ === this.#keptPosition;
  }

  /** Ends a second in which `offered` events were offered. */
  endSecond(offered: number): void {
    this.#previousStride = this.#strideFor(offered);
    this.#offered = 0;
    // Abandons the current block: at a lower rate, a long block would last too long.
    if (this.#previousStride !== this.#stride) this.#position = this.#stride;
  }

  #startBlock(): void {
    this.#stride = this.#targetStride();
    this.#keptPosition = Math.floor(this.#random() * this.#stride);
    this.#position = 0;
  }

  /** Returns the stride for the current rate. It includes the current second, so that a burst is sampled at once. */
  #targetStride(): number {
    return Math.max(this.#previousStride, this.#strideFor(this.#offered));
  }

  #strideFor(events: number): number {
    return Math.max(1, Math.ceil(events / this.#limit));
  }
}
