/** Divides work into slices, between which the event loop runs. */
import type { Clock } from '../../model/clock.js';

/** Longest time that a slice blocks the event loop, besides its last step. */
const sliceMs = 3;

/** Slices of one piece of work. Each step of the work is followed by `if (slices.isOver) await slices.pause()`. */
export class Slices {
  readonly #clock: Clock;
  #endMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#endMs = clock.monotonicMs() + sliceMs;
  }

  get isOver(): boolean {
    return this.#clock.monotonicMs() >= this.#endMs;
  }

  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#endMs = this.#clock.monotonicMs() + sliceMs;
  }
}
