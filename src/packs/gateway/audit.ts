/**
 * Processing of detailed events: a request offers an event, a bounded buffer holds it, and a later turn of the event loop
 * evaluates it.
 *
 * `offer` neither blocks nor throws. Each offered event is counted under exactly one outcome.
 */
import type { BoundCounter, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { type BreakerLimits, CircuitBreaker } from './breaker.js';
import { type AuditEvent, column } from './event.js';
import { auditOutcomes, type GatewayDefinitions } from './metrics.js';
import { EventRing } from './ring.js';
import { AdaptiveSampler } from './sampler.js';

/** Number of events evaluated before yielding to the event loop; takes less than a millisecond. */
const sliceSize = 256;

/** Limits of the processing of detailed events. */
export interface AuditLimits extends BreakerLimits {
  /** Maximum number of buffered events. */
  readonly capacity: number;
  readonly eventsPerSecond: number;
}

/** Evaluates buffered events. */
export interface Evaluator {
  /** Evaluates the first `count` events and removes them from the buffer. */
  evaluate(ring: EventRing, count: number): void;
}

/** AuditLog accepts detailed events and schedules their evaluation. */
export class AuditLog {
  readonly #instruments: InstrumentsOf<GatewayDefinitions>;
  readonly #clock: Clock;
  readonly #evaluator: Evaluator;
  readonly #ring: EventRing;
  readonly #sampler: AdaptiveSampler;
  readonly #breaker: CircuitBreaker;
  readonly #counts: Readonly<Record<(typeof auditOutcomes)[number], BoundCounter>>;
  #secondStartMs: number;
  #offered = 0;
  #previousOffered = 0;
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
    this.#secondStartMs = clock.monotonicMs();
    instruments.auditBufferLimit.set(capacity);
  }

  /** Returns the number of buffered events. */
  get buffered(): number {
    return this.#ring.length;
  }

  /** Returns the share of events that sampling keeps. */
  get ratio(): number {
    return this.#sampler.ratio;
  }

  /** True if events are accepted. */
  get isOn(): boolean {
    return this.#breaker.isOn;
  }

  offer(event: AuditEvent): void {
    const nowMs = this.#clock.monotonicMs();
    this.update(nowMs);
    this.#offered++;
    this.#counts[this.#admit(event, nowMs)].add(1);
  }

  /** Evaluates the events that are buffered now, in slices that yield to the event loop. */
  drain(): Promise<void> {
    this.#draining ??= this.#drainAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  /** Ends the seconds that have passed and reports the load to the breaker. */
  update(nowMs = this.#clock.monotonicMs()): void {
    if (nowMs - this.#secondStartMs >= 1_000) {
      this.#endSecond(nowMs);
      // No event was offered in the last second: otherwise this method would have been called.
      if (nowMs - this.#secondStartMs >= 2_000) this.#endSecond(nowMs);
      this.#secondStartMs = nowMs;
    }
    if (this.#ring.length > 0) this.#breaker.reportLag(nowMs, nowMs - this.#ring.number(column.offeredMs));
    else if (Math.max(this.#offered, this.#previousOffered) < this.#ring.capacity / 2) this.#breaker.reportCalm(nowMs);
  }

  #endSecond(nowMs: number): void {
    this.#sampler.endSecond(this.#offered);
    this.#breaker.endSecond(nowMs, this.#overflowed);
    this.#previousOffered = this.#offered;
    this.#offered = 0;
    this.#overflowed = false;
  }

  #admit(event: AuditEvent, nowMs: number): (typeof auditOutcomes)[number] {
    if (typeof event !== 'object' || event === null) return this.#reject();
    if (!this.#breaker.isOn) return 'switched_off';
    if (!this.#sampler.shouldKeep()) return 'sampled_out';
    if (this.#ring.isFull) {
      this.#overflowed = true;
      return 'overflowed';
    }
    try {
      const invalid = this.#ring.push(event, this.#clock.nowUnixMs(), nowMs, this.#sampler.stride);
      if (invalid > 0) this.#instruments.invalid.add(invalid, { source: 'event' });
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
    // Not unreferenced: the process stays alive until all accepted events are evaluated.
    setImmediate(() => {
      this.#scheduled = false;
      this.#evaluate(sliceSize);
      if (this.#ring.length > 0) this.#schedule();
    });
  }

  async #drainAll(): Promise<void> {
    for (let due = this.#ring.length; due > 0; due -= sliceSize) {
      this.#evaluate(Math.min(due, sliceSize));
      if (due > sliceSize) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #evaluate(limit: number): void {
    this.update();
    const count = Math.min(limit, this.#ring.length);
    if (count === 0) return;
    this.#evaluator.evaluate(this.#ring, count);
    this.#instruments.auditDrained.add(count);
  }
}
