/** A clock that only `advance` moves. */
import type { Clock } from 'otelier';

export class FakeClock implements Clock {
  #nowMs = 1_000_000;

  nowUnixMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}
