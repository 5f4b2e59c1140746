/**
 * The way of detailed events: offered within a request, kept in a bounded buffer, evaluated when the request is over.
 *
 * Offering never waits and never throws. Every event offered is counted under exactly one outcome.
 */
import type { BoundCounter, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { type BreakerLimits, CircuitBreaker } from './breaker.js';
import { type AuditEvent, at } from './event.js';
import { auditOutcomes, type GatewayDefinitions } from './metrics.js';
import { EventRing } from './ring.js';
import { AdaptiveSampler } from './sampler.js';

/** Events that are evaluated before other work has its turn: less than a millisecond. */
const slice = 256;

/** Bounds of the audit. */
export interface AuditLimits extends BreakerLimits {
  /** Events that may wait. */
  readonly capacity: number;
  readonly eventsPerSecond: number;
}

/** What evaluates events. */
export interface Evaluator {
  /** Evaluates the first `count` events and takes them out of the buffer. */
  evaluate(ring: EventRing, count: number): void;
}

/** Takes detailed events and has them evaluated. */
export class AuditLog {
  readonly #instruments: InstrumentsOf<GatewayDefinitions>;
  readonly #clock: Clock;
  readonly #evaluator: Evaluator;
  readonly #ring: EventRing;
  readonly #sampler: AdaptiveSampler;
  readonly #breaker: CircuitBreaker;
  readonly #counts: Readonly<Record<(typeof auditOutcomes)[number], BoundCounter>>;
  #secondBeganMs: number;
  #offered = 0;
  #offeredBefore = 0;
  #overflowed = false;
  #scheduled = false;
  #draining: Promise<void> | undefined;

  constructor(
    instruments: InstrumentsOf<GatewayDefinitions>,
    clock: Clock,
    { capacity, eventsPerSecond, ...breaker }: AuditLimits,
    evaluator: Evaluator,
  ) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#evaluator = evaluator;
    this.#ring = new EventRing(capacity);
    this.#sampler = new AdaptiveSampler(eventsPerSecond);
    this.#breaker = new CircuitBreaker(breaker, (to) => instruments.auditSwitches.add(1, { to }));
    this.#counts = Object.fromEntries(
      auditOutcomes.map((outcome) => [outcome, instruments.auditEvents.bind({ outcome })]),
    ) as Record<(typeof auditOutcomes)[number], BoundCounter>;
    this.#secondBeganMs = clock.monotonicMs();
    instruments.auditBufferLimit.set(capacity);
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#ring.length;
  }

  /** Share of events that is kept. */
  get ratio(): number {
    return this.#sampler.ratio;
  }

  /** Whether events are taken. */
  get isOn(): boolean {
    return this.#breaker.isOn;
  }

  offer(event: AuditEvent): void {
    const nowMs = this.#clock.monotonicMs();
    this.watch(nowMs);
    this.#offered++;
    this.#counts[this.#take(event, nowMs)].add(1);
  }

  /** Evaluates what waits now, in slices between which other work has its turn. */
  drained(): Promise<void> {
    this.#draining ??= this.#drainAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  /** Ends seconds that are over, and lets the breaker see how things are. */
  watch(nowMs = this.#clock.monotonicMs()): void {
    if (nowMs - this.#secondBeganMs >= 1_000) {
      this.#endSecond(nowMs);
      // Nothing came for a second or more, or this would have been called.
      if (nowMs - this.#secondBeganMs >= 2_000) this.#endSecond(nowMs);
      this.#secondBeganMs = nowMs;
    }
    if (this.#ring.length > 0) this.#breaker.waited(nowMs, nowMs - this.#ring.number(at.offeredMs));
    else if (Math.max(this.#offered, this.#offeredBefore) < this.#ring.capacity / 2) this.#breaker.calm(nowMs);
  }

  #endSecond(nowMs: number): void {
    this.#sampler.secondEnded(this.#offered);
    this.#breaker.secondEnded(nowMs, this.#overflowed);
    this.#offeredBefore = this.#offered;
    this.#offered = 0;
    this.#overflowed = false;
  }

  #take(event: AuditEvent, nowMs: number): (typeof auditOutcomes)[number] {
    if (typeof event !== 'object' || event === null) return this.#reject();
    if (!this.#breaker.isOn) return 'switched_off';
    if (!this.#sampler.keeps()) return 'sampled_out';
    if (this.#ring.isFull) {
      this.#overflowed = true;
      return 'overflowed';
    }
    try {
      const wrong = this.#ring.push(event, this.#clock.nowUnixMs(), nowMs, this.#sampler.stride);
      if (wrong > 0) this.#instruments.invalid.add(wrong, { source: 'event' });
    } catch {
      return this.#reject();
    }
    this.#schedule();
    return 'accepted';
  }

  #reject(): 'rejected' {
    this.#instruments.invalid.add(1, { source: 'event' });
    return 'rejected';
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not unreferenced: the process goes on for as long as this takes, so that what was accepted is evaluated.
    setImmediate(() => {
      this.#scheduled = false;
      this.#drain(slice);
      if (this.#ring.length > 0) this.#schedule();
    });
  }

  async #drainAll(): Promise<void> {
    for (let due = this.#ring.length; due > 0; due -= slice) {
      this.#drain(Math.min(due, slice));
      if (due > slice) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #drain(most: number): void {
    this.watch();
    const count = Math.min(most, this.#ring.length);
    if (count === 0) return;
    this.#evaluator.evaluate(this.#ring, count);
    this.#instruments.auditDrained.add(count);
  }
}
