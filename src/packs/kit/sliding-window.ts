/** A sliding window over the recent past: how much of something, and how much per second. */

const slots = 20;

/** Counts and sums of the last `windowMs`, in slots that are reused: memory is constant, adding allocates nothing. */
export class SlidingWindow {
  readonly #slotMs: number;
  readonly #counts = new Float64Array(slots);
  readonly #sums = new Float64Array(slots);
  /** Number of the slot of time that the newest entry lies in, counted from 0 ms. */
  #newest: number;
  readonly #beganMs: number;

  /** @param nowMs the moment the window begins at; before it has lasted `windowMs`, rates are over the time since. */
  constructor(windowMs: number, nowMs: number) {
    this.#slotMs = windowMs / slots;
    this.#newest = Math.floor(nowMs / this.#slotMs);
    this.#beganMs = nowMs;
  }

  /** Enters `count` things worth `sum` together. */
  add(nowMs: number, count: number, sum = 0): void {
    const slot = this.#advance(nowMs);
    this.#counts[slot] = (this.#counts[slot] as number) + count;
    this.#sums[slot] = (this.#sums[slot] as number) + sum;
  }

  /** Things per second; 0 when there were none. */
  perSecond(nowMs: number): number {
    this.#advance(nowMs);
    // Of the newest slot only a part has passed.
    const held = (slots - 1) * this.#slotMs + Math.max(0, nowMs - this.#newest * this.#slotMs);
    // A window younger than one slot would make a single event look like a flood.
    const seconds = Math.min(held, Math.max(this.#slotMs, nowMs - this.#beganMs)) / 1_000;
    return total(this.#counts) / seconds;
  }

  /** Mean worth of a thing; `undefined` when there were none. */
  mean(nowMs: number): number | undefined {
    this.#advance(nowMs);
    const count = total(this.#counts);
    return count === 0 ? undefined : total(this.#sums) / count;
  }

  /** Empties the slots that time has passed over, and returns the index of the current one. */
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
