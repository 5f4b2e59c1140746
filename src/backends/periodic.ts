/**
 * When to push: a reader that collects at an interval and hands what it collected to a sender.
 *
 * The stock periodic reader holds the process for as long as an export lasts, and reports every failure to a global
 * handler while its flush resolves as if nothing had happened. This one does neither.
 */
import type { CollectionResult, IMetricReader, InstrumentType, MetricProducer } from '@opentelemetry/sdk-metrics';
import { defaultCardinalityLimit } from '../model/instrument.js';
import { beginCollection } from './collecting.js';
import { type Deliveries, reasonOf } from './deliveries.js';
import type { Sender } from './sender.js';

/** How often to push, and how long one collection and export may take. */
export interface PushTiming {
  readonly intervalMs: number;
  /** Taken as the interval when it is longer. */
  readonly timeoutMs: number;
}

/**
 * Pushes through `sender` and enters every outcome in `deliveries`. Never two pushes at once.
 *
 * `forceFlush` and `shutdown` reject with the reason when the last push was not accepted.
 */
export class PushReader implements IMetricReader {
  readonly #sender: Sender;
  readonly #deliveries: Deliveries;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #producer: MetricProducer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<string | undefined> | undefined;

  constructor(sender: Sender, deliveries: Deliveries, { intervalMs, timeoutMs }: PushTiming) {
    this.#sender = sender;
    this.#deliveries = deliveries;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = Math.min(timeoutMs, intervalMs);
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('A PushReader belongs to one MeterProvider.');
    this.#producer = producer;
    this.#timer = setInterval(() => {
      // A push that outlasts its interval is not joined by another.
      if (this.#running === undefined) void this.#push();
    }, this.#intervalMs);
    this.#timer.unref();
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

  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.forceFlush();
    } finally {
      await this.#sender.close();
    }
  }

  /** Collects and sends; resolves to the reason why that was not accepted, if it was not. */
  #push(): Promise<string | undefined> {
    this.#running ??= this.#pushOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #pushOnce(): Promise<string | undefined> {
    let failure: string | undefined;
    try {
      const collected = await beginCollection(this.#known(), this.#timeoutMs);
      this.#deliveries.leftOut(collected.errors);
      const outcome = await this.#sender.send(collected, this.#timeoutMs);
      // What a failed collection held is part of the next one.
      if (outcome.kind === 'failed') collected.reject();
      else collected.accept();
      if (outcome.kind === 'accepted') this.#deliveries.succeeded();
      if (outcome.kind === 'failed' || outcome.kind === 'kept') failure = outcome.reason;
    } catch (error) {
      failure = reasonOf(error);
    }
    if (failure !== undefined) this.#deliveries.failed(failure);
    return failure;
  }

  #known(): MetricProducer {
    if (this.#producer === undefined) throw new Error('The reader belongs to no MeterProvider yet.');
    return this.#producer;
  }
}
