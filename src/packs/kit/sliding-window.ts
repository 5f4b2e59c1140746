/** Sliding time window: rate per second and mean value of recent events. */

const slots = 20;

/** Counts and sums events of the last `windowMs` in reused slots: memory is constant, and adding allocates nothing. */
export class SlidingWindow {
  readonly #slotMs: number;
  readonly #counts = new Float64Array(slots);
  readonly #sums = new Float64Array(slots);
  /** Number of the newest time slot, counted from 0 ms. */
  #newest: number;
  readonly #startMs: number;

  /** @param nowMs start of the window; until `windowMs` have passed, rates cover the time since then. */
  constructor(windowMs: number, nowMs: number) {
    this.#slotMs = windowMs / slots;
    this.#newest = Math.floor(nowMs / this.#slotMs);
    this.#startMs = nowMs;
  }

  /** Adds `count` events whose values add up to `sum`. */
  add(nowMs: number, count: number, sum = 0): void {
    const slot = this.#advance(nowMs);
    this.#counts[slot] = (this.#counts[slot] as number) + count;
    this.#sums[slot] = (this.#sums[slot] as number) + sum;
  }

  /** Returns events per second; 0 without events. */
  perSecond(nowMs: number): number {
    this.#advance(nowMs);
    // Only a part of the newest slot has passed.
    const coveredMs = (slots - 1) * this.#slotMs + Math.max(0, nowMs - this.#newest * this.#slotMs);
    // At least one slot: right after the start, a single event would result in a huge rate.
    const seconds = Math.min(coveredMs, Math.max(this.#slotMs, nowMs - this.#startMs)) / 1_000;
    return total(this.#counts) / seconds;
  }

  /** Returns the mean value of an event; `undefined` without events. */
  mean(nowMs: number): number | undefined {
    this.#advance(nowMs);
    const count = total(this.#counts);
    return count === 0 ? undefined : total(this.#sums) / count;
  }

  /** Clears the slots between the newest and the current one, and returns the index of the current slot. */
  #advance(nowMs: number): number {
    const current = Math.max(this.#newest, Math.floor(nowMs / this.#slotMs));
    const passed = Math.min(slots, current - this.#newest);
    for (let step = 1; step <= passed; step++) {
      const slot = (this.#newest + step) % slots;
      this.#counts[slot] = 0;
      this.#sums[slot] = 0;
    }
    this.#newest = current;
    return current % slots;
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
