/**
 * Circuit breaker of detailed events: switches them off under extreme load, and on again afterwards.
 *
 * It switches off when the buffer overflowed in each of three consecutive seconds, or when the oldest event in the
 * buffer is older than `lagMs`. It switches on when at least `coolDownMs` have passed, the buffer is empty, and the last
 * second had fewer events than half the capacity of the buffer.
 */

const maxConsecutiveOverflows = 3;

/** Thresholds of the breaker, milliseconds. */
export interface BreakerLimits {
  readonly lagMs: number;
  readonly coolDownMs: number;
}

/** CircuitBreaker holds the state of the breaker. It has no timer: its owner reports load and time. */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #onSwitch: (to: 'off' | 'on') => void;
  #consecutiveOverflows = 0;
  #offSinceMs: number | undefined;

  /** @param onSwitch called at each switch. */
  constructor(limits: BreakerLimits, onSwitch: (to: 'off' | 'on') => void) {
    this.#limits = limits;
    this.#onSwitch = onSwitch;
  }

  /** True if detailed events are accepted. */
  get isOn(): boolean {
    return this.#offSinceMs === undefined;
  }

  /** Ends a second. `overflowed` is true if the buffer overflowed in it. */
  endSecond(nowMs: number, overflowed: boolean): void {
    this.#consecutiveOverflows = overflowed ? this.#consecutiveOverflows + 1 : 0;
    if (this.#consecutiveOverflows >= maxConsecutiveOverflows) this.#switchOff(nowMs);
  }

  /** Reports the age of the oldest event in the buffer. */
  reportLag(nowMs: number, milliseconds: number): void {
    if (milliseconds > this.#limits.lagMs) this.#switchOff(nowMs);
  }

  /** Reports that the buffer is empty and the load is low. */
  reportCalm(nowMs: number): void {
    if (this.#offSinceMs === undefined || nowMs - this.#offSinceMs < this.#limits.coolDownMs) return;
    this.#offSinceMs = undefined;
    this.#consecutiveOverflows = 0;
    this.#onSwitch('on');
  }

  #switchOff(nowMs: number): void {
    if (this.#offSinceMs !== undefined) return;
    this.#offSinceMs = nowMs;
    this.#onSwitch('off');
  }
}
