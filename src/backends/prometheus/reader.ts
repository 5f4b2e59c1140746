/** Collects when somebody scrapes: one collection for all who ask at the same time. */
import type { CollectionResult, IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import { beginCollection } from '../../delivery/begin-collection.js';
import type { BackendContext } from '../../delivery/contract.js';
import { type Deliveries, reasonOf } from '../../delivery/deliveries.js';
import { Shedding } from '../../delivery/shedding/shedding.js';
import { type Body, bodyOf, type ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import type { Clock } from '../../model/clock.js';
import { aggregationTemporalities, aggregationTypes, defaultCardinalityLimit } from '../../model/instrument.js';
import { longestTimer } from '../../options/option.js';

/** One collection as it was written, for one of those who asked for it. */
export interface Scraped {
  readonly body: Body;
  /** To be called once nothing of the body is read any more, if that can be known: its memory is used again. */
  release(): void;
}

/** A scrape, and how many wait for it. */
interface Running {
  readonly scraped: Promise<Scraped>;
  askers: number;
}

/** A format in use: its encoder, and the scrape that is under way in it. */
interface InUse {
  readonly exposition: ExpositionEncoder;
  running: Running | undefined;
}

/** More formats and escapings than scrapers ask for are not kept at once. */
const mostInUse = 6;

/** Of a scrape's time, what callbacks may take: the rest is for writing and sending. */
const shareOfCollection = 0.8;

/** The time that Prometheus gives a scrape when nobody says otherwise. */
const usualTimeoutMs = 10_000;

/** What a scrape rejects with whose time is over. */
export const tooLate = new Error('A collection took longer than its scrape may.');

/** A cumulative reader for scrapes. */
export class ScrapeReader implements IMetricReader {
  readonly #clock: Clock;
  readonly #longestMs: number;
  readonly #deliveries: Deliveries;
  readonly #inUse = new Map<string, InUse>();
  readonly #onShutdown: () => Promise<void>;
  readonly #shedding: Shedding;
  #producer: MetricProducer | undefined;
  #stopped = false;

  /** @param longestMs milliseconds after which a collection is given up. */
  constructor(clock: Clock, deliveries: Deliveries, longestMs: number, onShutdown: () => Promise<void>) {
    this.#longestMs = longestMs;
    this.#clock = clock;
    this.#deliveries = deliveries;
    this.#onShutdown = onShutdown;
    this.#shedding = new Shedding(Math.min(longestMs, usualTimeoutMs), deliveries);
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('A ScrapeReader belongs to one MeterProvider.');
    this.#producer = producer;
  }

  selectAggregation() {
    return { type: aggregationTypes.default } as const;
  }

  selectAggregationTemporality() {
    return aggregationTemporalities.cumulative;
  }

  selectCardinalityLimit(): number {
    return defaultCardinalityLimit;
  }

  async collect(options: { timeoutMillis?: number } = {}): Promise<CollectionResult> {
    return this.#running().collect(options);
  }

  /** There is nothing to flush: a scraper takes what there is. */
  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#stopped = true;
    await this.#onShutdown();
  }

  /** Scrapes in a format; `make` makes its encoder when it is asked for first. Rejects when nothing could be collected. */
  async scrape(format: string, timeoutMs: number, make: () => ExpositionEncoder): Promise<Scraped> {
    const inUse = this.#encoder(format, make);
    inUse.running ??= this.#begin(format, inUse, timeoutMs);
    inUse.running.askers++;
    return within(timeoutMs, inUse.running.scraped);
  }

  #begin(format: string, inUse: InUse, timeoutMs: number): Running {
    const running: Running = {
      askers: 0,
      scraped: this.#scrapeForAll(format, inUse, timeoutMs)
        .finally(() => {
          inUse.running = undefined;
        })
        .then(({ release, ...scraped }) => {
          // The memory of a body is free when the last of those who asked for it is done with it.
          const released = () => {
            running.askers--;
            if (running.askers === 0) release();
          };
          return { ...scraped, release: released };
        }),
    };
    return running;
  }

  /** A scrape for all who wait for it. Who has less time leaves, and changes nothing for the others. */
  async #scrapeForAll(format: string, inUse: InUse, timeoutMs: number): Promise<Scraped> {
    try {
      return await within(this.#longestMs, this.#scrapeOnce(inUse.exposition, timeoutMs * shareOfCollection));
    } catch (error) {
      if (error === tooLate) {
        this.#deliveries.failed(`a collection took longer than ${Math.round(this.#longestMs)} ms`);
        // Whoever comes next begins anew instead of waiting for the same.
        if (this.#inUse.get(format) === inUse) this.#inUse.delete(format);
      }
      throw error;
    }
  }

  /** Whether there is something to collect from. */
  get running(): boolean {
    return this.#producer !== undefined && !this.#stopped;
  }

  async #scrapeOnce(exposition: ExpositionEncoder, timeoutMs: number): Promise<Scraped> {
    this.#deliveries.began();
    try {
      const collected = this.#shedding.over(await beginCollection(this.#running(), timeoutMs));
      this.#deliveries.leftOut(collected.errors);
      // Its attributes may be labels of every series.
      await collected.resource.waitForAsyncAttributes?.();
      // What callbacks take is no load: less detail would not make them faster.
      const beganMs = this.#clock.monotonicMs();
      await collected.walk(exposition);
      const body = bodyOf(exposition);
      const release = exposition.hold?.() ?? (() => {});
      collected.accept();
      this.#shedding.delivered(this.#clock.monotonicMs() - beganMs);
      this.#deliveries.succeeded();
      return { body, release };
    } catch (error) {
      this.#deliveries.failed(reasonOf(error));
      throw error;
    }
  }

  #encoder(format: string, make: () => ExpositionEncoder): InUse {
    let inUse = this.#inUse.get(format);
    if (inUse === undefined) {
      inUse = { exposition: make(), running: undefined };
      this.#inUse.set(format, inUse);
      const oldest = [...this.#inUse].find(([, { running }]) => running === undefined);
      if (this.#inUse.size > mostInUse && oldest !== undefined && oldest[0] !== format) this.#inUse.delete(oldest[0]);
    }
    return inUse;
  }

  #running(): MetricProducer {
    if (this.#producer === undefined || this.#stopped) throw new Error('The endpoint belongs to no running metrics.');
    return this.#producer;
  }
}

function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate), timeoutMs);
    timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Milliseconds of the longest scrape; in code, too, 0 is no limit. */
export function longestOf({ exportTimeoutMs }: Pick<BackendContext, 'exportTimeoutMs'>): number {
  return exportTimeoutMs || longestTimer;
}
