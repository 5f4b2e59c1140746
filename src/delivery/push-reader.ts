/**
 * When to push: a reader that collects at an interval and hands what it collected to a sender.
 *
 * The stock periodic reader holds the process for as long as an export lasts, and reports every failure to a global
 * handler while its flush resolves as if nothing had happened. This one does neither.
 */
import type { CollectionResult, IMetricReader, InstrumentType, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../model/clock.js';
import { defaultCardinalityLimit } from '../model/instrument.js';
import { longestTimer } from '../options/option.js';
import { beginCollection } from './begin-collection.js';
import { type Deliveries, reasonOf } from './deliveries.js';
import type { Outcome, Sender } from './sender.js';
import { Shedding } from './shedding/shedding.js';

/** How often to push, and how long one collection and export may take. */
export interface PushTiming {
  readonly clock: Clock;
  /** `undefined` to push at a flush and at the shutdown alone. */
  readonly intervalMs: number | undefined;
  /** Taken as the interval when it is longer, or 0. */
  readonly timeoutMs: number;
  /**
   * How long after each multiple of the interval to push, as a share of it from 0 to 1. Drawn below a tenth by default:
   * the points of all processes are of the same moments, and their requests do not arrive all at once.
   */
  readonly delay?: number;
}

const mostDelay = 0.1;
/** A timer that is this much too early has come all the same. */
const earlyMs = 5;

/**
 * Pushes through `sender` at multiples of the interval, where there is one, by the wall clock, and enters every outcome
 * in `deliveries`. Never two pushes at once, and none before the time that an endpoint asked to wait.
 *
 * `forceFlush` and `shutdown` reject with the reason when the last push was not accepted.
 */
export class PushReader implements IMetricReader {
  readonly #sender: Sender;
  readonly #deliveries: Deliveries;
  readonly #clock: Clock;
  readonly #intervalMs: number | undefined;
  readonly #timeoutMs: number;
  readonly #delayMs: number;
  readonly #shedding: Shedding;
  #producer: MetricProducer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<string | undefined> | undefined;
  /** On the monotonic clock. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #closed: Promise<void> | undefined;

  constructor(sender: Sender, deliveries: Deliveries, timing: PushTiming) {
    const { clock, intervalMs, timeoutMs, delay = Math.random() * mostDelay } = timing;
    this.#sender = sender;
    this.#deliveries = deliveries;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = Math.min(timeoutMs || longestTimer, intervalMs ?? longestTimer);
    this.#delayMs = delay * (intervalMs ?? 0);
    // Whoever pushes once has all the time there is.
    this.#shedding = new Shedding(intervalMs ?? Number.POSITIVE_INFINITY, deliveries);
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('A PushReader belongs to one MeterProvider.');
    this.#producer = producer;
    if (this.#intervalMs !== undefined) this.#schedule(this.#intervalMs);
  }

  selectAggregation(type: InstrumentType) {
    return this.#sender.aggregation(type);
  }

  selectAggregationTemporality(type: InstrumentType) {
    return this.#sender.temporality(type);
  }

  selectCardinalityLimit(): number {
    return defaultCardinalityLimit;
  }

  async collect(): Promise<CollectionResult> {
    return this.#known().collect({ timeoutMillis: this.#timeoutMs });
  }

  async forceFlush(): Promise<void> {
    this.#sender.hurry(true);
    try {
      await this.#running;
      const failure = await this.#push();
      if (failure !== undefined) throw new Error(failure);
    } finally {
      this.#sender.hurry(false);
    }
  }

  /** The first call decides; later ones settle as it does. */
  shutdown(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.forceFlush();
    } finally {
      await this.#sender.close();
    }
  }

  /** Waits for the next multiple of the interval: however late a timer comes, the ones after it are not. */
  #schedule(intervalMs: number): void {
    const sinceMs = (this.#clock.nowUnixMs() - this.#delayMs) % intervalMs;
    const waitMs = intervalMs - sinceMs;
    const next = waitMs <= Math.min(earlyMs, intervalMs / 2) ? waitMs + intervalMs : waitMs;
    this.#timer = setTimeout(() => {
      this.#schedule(intervalMs);
      // A push that outlasts its interval is not joined by another.
      if (this.#running === undefined && this.#clock.monotonicMs() >= this.#notBeforeMs) void this.#push();
    }, next);
    this.#timer.unref();
  }

  /** Collects and sends; resolves to the reason why that was not accepted, if it was not. */
  #push(): Promise<string | undefined> {
    this.#running ??= this.#pushOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #pushOnce(): Promise<string | undefined> {
    this.#deliveries.began();
    try {
      const collected = this.#shedding.over(await beginCollection(this.#known(), this.#timeoutMs));
      // What callbacks take is no load: less detail would not make them faster.
      const beganMs = this.#clock.monotonicMs();
      this.#deliveries.leftOut(collected.errors);
      const outcome = await this.#sender.send(collected, this.#timeoutMs);
      // What a failed collection held is part of the next one.
      if (outcome.kind === 'failed') collected.reject();
      else collected.accept();
      if (outcome.kind === 'accepted' && outcome.late !== true)
        this.#shedding.delivered(this.#clock.monotonicMs() - beganMs);
      return this.#enter(outcome);
    } catch (error) {
      const reason = reasonOf(error);
      this.#deliveries.failed(reason);
      return reason;
    }
  }

  #enter(outcome: Outcome): string | undefined {
    switch (outcome.kind) {
      case 'empty':
        this.#deliveries.spared();
        return undefined;
      case 'accepted':
        this.#deliveries.succeeded();
        return undefined;
      case 'refused':
        this.#deliveries.failed(outcome.reason, 'refused');
        return outcome.reason;
      default:
        this.#notBeforeMs = this.#clock.monotonicMs() + (outcome.retryAfterMs ?? 0);
        this.#deliveries.failed(outcome.reason, outcome.kind === 'kept' ? 'kept' : 'unavailable');
        return outcome.reason;
    }
  }

  #known(): MetricProducer {
    if (this.#producer === undefined) throw new Error('The reader belongs to no MeterProvider yet.');
    return this.#producer;
  }
}
