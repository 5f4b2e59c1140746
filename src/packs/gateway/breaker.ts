/**
 * Switches detailed events off under extreme load, and on again when it is over.
 *
 * Off: when the buffer overflowed in each of three seconds in a row, or when its oldest event has waited for longer
 * than `lagMs`. On: when that was `coolDownMs` ago at least, the buffer is empty, and the last second brought fewer
 * events than half the buffer holds.
 */

const overflowsInARow = 3;

/** When the breaker acts, milliseconds. */
export interface BreakerLimits {
  readonly lagMs: number;
  readonly coolDownMs: number;
}

/** The state of the breaker; moved by what it is told, with no timer of its own. */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #switched: (to: 'off' | 'on') => void;
  #overflows = 0;
  #offSinceMs: number | undefined;

  /** @param switched called at each switch. */
  constructor(limits: BreakerLimits, switched: (to: 'off' | 'on') => void) {
    this.#limits = limits;
    this.#switched = switched;
  }

  /** Whether detailed events are taken. */
  get isOn(): boolean {
    return this.#offSinceMs === undefined;
  }

  /** A second ended. */
  secondEnded(nowMs: number, overflowed: boolean): void {
    this.#overflows = overflowed ? this.#overflows + 1 : 0;
    if (this.#overflows >= overflowsInARow) this.#switchOff(nowMs);
  }

  /** The oldest event in the buffer has waited for so long. */
  waited(nowMs: number, milliseconds: number): void {
    if (milliseconds > this.#limits.lagMs) this.#switchOff(nowMs);
  }

  /** Nothing waits, and little comes. */
  calm(nowMs: number): void {
    if (this.#offSinceMs === undefined || nowMs - this.#offSinceMs < this.#limits.coolDownMs) return;
    this.#offSinceMs = undefined;
    this.#overflows = 0;
    this.#switched('on');
  }

  #switchOff(nowMs: number): void {
    if (this.#offSinceMs !== undefined) return;
    this.#offSinceMs = nowMs;
    this.#switched('off');
  }
}
