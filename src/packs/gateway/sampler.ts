/**
 * Keeps so many events per second, about: all of them below that rate, one of every `stride` above it.
 *
 * One is drawn from each block of `stride` events in a row, at random: every one of a thousand callers that take turns
 * is as likely to be kept as the others, and the kept ones stand for exactly as many as were offered.
 */
export class AdaptiveSampler {
  readonly #limit: number;
  readonly #random: () => number;
  /** Events of the second that goes on. */
  #offered = 0;
  /** Wanted by the rate of the second before. */
  #strideBefore = 1;
  #stride = 1;
  #position = 0;
  #drawn = 0;

  /** @param limit events per second; infinite to keep all. */
  constructor(limit: number, random: () => number = Math.random) {
    this.#limit = limit;
    this.#random = random;
  }

  /** How many events the one kept last stands for. */
  get stride(): number {
    return this.#stride;
  }

  /** Share of events that is kept at the rate there is now. */
  get ratio(): number {
    return 1 / this.#wanted();
  }

  /** Whether the next event is kept; it then stands for `stride` of them. */
  keeps(): boolean {
    this.#offered++;
    if (this.#position === this.#stride) this.#beginBlock();
    return this.#position++ === this.#drawn;
  }

  /** A second ended, in which so many events were offered in all. */
  secondEnded(offered: number): void {
    this.#strideBefore = this.#strideFor(offered);
    this.#offered = 0;
    // A block that was made for another rate would outlast it.
    if (this.#strideBefore !== this.#stride) this.#position = this.#stride;
  }

  #beginBlock(): void {
    this.#stride = this.#wanted();
    this.#drawn = Math.floor(this.#random() * this.#stride);
    this.#position = 0;
  }

  /** A burst is noticed while it lasts, not only in the second after it. */
  #wanted(): number {
    return Math.max(this.#strideBefore, this.#strideFor(this.#offered));
  }

  #strideFor(events: number): number {
    return Math.max(1, Math.ceil(events / this.#limit));
  }
}
