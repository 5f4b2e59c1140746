/** Pull reader: collects on scrape; concurrent scrapes of one format share a collection and its encoded body. */
import type { DeliveryAccount } from '../../delivery/account.js';
import { beginCollection } from '../../delivery/begin-collection.js';
import type { BackendContext } from '../../delivery/contract.js';
import { reasonOf } from '../../delivery/reason.js';
import { Shedding } from '../../delivery/shedding/shedding.js';
import { type Body, bodyOf, type ExpositionEncoder } from '../../formats/prometheus/exposition-encoder.js';
import type { Clock } from '../../model/clock.js';
import { late, withDeadline } from '../../model/deadline.js';
import { aggregationTemporalities, aggregationTypes, defaultCardinalityLimit } from '../../model/instrument.js';
import type { CollectionResult } from '../../model/otel-data.js';
import type { IMetricReader, MetricProducer } from '../../model/otel-sdk.js';
import { withoutLimit } from '../../options/option.js';

/** The encoded result of one collection, as one of its scrapes receives it. */
export interface Scraped {
  readonly body: Body;
  /** Releases the memory of the body for reuse. Call it once, after the last read of the body; the call is optional. */
  release(): void;
}

/** A collection in progress and the number of scrapes that share it. */
interface SharedScrape {
  readonly scraped: Promise<Scraped>;
  scrapes: number;
}

/** The encoder of one format, with the scrape in progress, if any. */
interface EncoderSlot {
  readonly exposition: ExpositionEncoder;
  inProgress: SharedScrape | undefined;
}

/** Number of encoders that are kept; each serves one combination of format and escaping. */
const maxEncoders = 6;

/** Share of the scrape timeout that observable callbacks may use; the rest is for encoding and sending. */
const callbackShare = 0.8;

/** Scrape timeout of Prometheus when its configuration sets none. */
const defaultScrapeTimeoutMs = 10_000;

/** Rejection of a scrape whose deadline passed. */
export const scrapeTimedOut = new Error('prometheus: the collection did not finish within the scrape timeout');

/** A cumulative reader for scrapes. */
export class ScrapeReader implements IMetricReader {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #account: DeliveryAccount;
  readonly #slots = new Map<string, EncoderSlot>();
  readonly #onShutdown: () => Promise<void>;
  readonly #shedding: Shedding;
  /** False for the output of the stock exporter, whose readers see recorded series only. */
  readonly startsAtZero: boolean;
  #producer: MetricProducer | undefined;
  #stopped = false;

  /** @param timeoutMs milliseconds after which a collection is abandoned. */
  constructor(
    clock: Clock,
    account: DeliveryAccount,
    timeoutMs: number,
    startsAtZero: boolean,
    onShutdown: () => Promise<void>,
  ) {
    this.startsAtZero = startsAtZero;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#account = account;
    this.#onShutdown = onShutdown;
    this.#shedding = new Shedding(Math.min(timeoutMs, defaultScrapeTimeoutMs), account, 'scrape');
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) {
      throw new Error('prometheus: the reader already has a MeterProvider; create one reader for each provider');
    }
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
    return this.#activeProducer().collect(options);
  }

  /** Does nothing: a pull reader has no pending data. */
  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#stopped = true;
    await this.#onShutdown();
  }

  /**
   * Collects and encodes the metrics, or joins the scrape of the same format that is in progress.
   *
   * @param format key of the format and escaping.
   * @param createExposition creates the encoder when no encoder of the format exists.
   * @throws {Error} by rejection: `scrapeTimedOut`, or the error of the collection.
   */
  async scrape(format: string, timeoutMs: number, createExposition: () => ExpositionEncoder): Promise<Scraped> {
    const slot = this.#slotOf(format, createExposition);
    slot.inProgress ??= this.#begin(format, slot, timeoutMs);
    slot.inProgress.scrapes++;
    return within(timeoutMs, slot.inProgress.scraped);
  }

  #begin(format: string, slot: EncoderSlot, timeoutMs: number): SharedScrape {
    const shared: SharedScrape = {
      scrapes: 0,
      scraped: this.#scrapeShared(format, slot, timeoutMs)
        .finally(() => {
          slot.inProgress = undefined;
        })
        .then(({ release, ...scraped }) => {
          // The memory of the body is reused only after every scrape that shares it has released it.
          const releaseShare = () => {
            shared.scrapes--;
            if (shared.scrapes === 0) release();
          };
          return { ...scraped, release: releaseShare };
        }),
    };
    return shared;
  }

  /** Runs a collection on behalf of all scrapes that share it: a scrape with a shorter timeout does not abort it. */
  async #scrapeShared(format: string, slot: EncoderSlot, timeoutMs: number): Promise<Scraped> {
    try {
      return await within(this.#timeoutMs, this.#scrapeOnce(slot.exposition, timeoutMs * callbackShare));
    } catch (error) {
      if (error === scrapeTimedOut) {
        this.#account.failed(`the collection timed out after ${Math.round(this.#timeoutMs)} ms`);
        // The hung collection still uses the encoder. The next scrape gets its own instead of joining it.
        if (this.#slots.get(format) === slot) this.#slots.delete(format);
      }
      throw error;
    }
  }

  /** True from registration with a `MeterProvider` until shutdown. */
  get isActive(): boolean {
    return this.#producer !== undefined && !this.#stopped;
  }

  async #scrapeOnce(exposition: ExpositionEncoder, timeoutMs: number): Promise<Scraped> {
    this.#account.began();
    try {
      const collected = this.#shedding.over(await beginCollection(this.#activeProducer(), timeoutMs));
      this.#account.callbackErrors(collected.errors);
      // Resource attributes may be labels of every series.
      await collected.resource.waitForAsyncAttributes?.();
      // The time of callbacks is not counted as load: shedding would not make them faster.
      const beganMs = this.#clock.monotonicMs();
      await collected.walk(exposition);
      const body = bodyOf(exposition);
      const release = exposition.hold?.() ?? (() => {});
      collected.accept();
      this.#account.exported(exposition.points);
      this.#account.merged(exposition.merged);
      this.#shedding.delivered(this.#clock.monotonicMs() - beganMs);
      this.#account.succeeded();
      return { body, release };
    } catch (error) {
      this.#account.failed(reasonOf(error));
      throw error;
    }
  }

  /** Returns the slot of a format; a new one may evict the oldest idle slot. */
  #slotOf(format: string, createExposition: () => ExpositionEncoder): EncoderSlot {
    let slot = this.#slots.get(format);
    if (slot === undefined) {
      slot = { exposition: createExposition(), inProgress: undefined };
      this.#slots.set(format, slot);
      const oldest = [...this.#slots].find(([, { inProgress }]) => inProgress === undefined);
      if (this.#slots.size > maxEncoders && oldest !== undefined && oldest[0] !== format) this.#slots.delete(oldest[0]);
    }
    return slot;
  }

  #activeProducer(): MetricProducer {
    if (this.#stopped) throw new Error('metrics were shut down');
    if (this.#producer === undefined) throw new Error('metrics have not started');
    return this.#producer;
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const result = await withDeadline(work, timeoutMs);
  if (result === late) throw scrapeTimedOut;
  return result;
}

/** Returns the collection timeout in milliseconds; 0 in code means no limit, as in the environment. */
export function collectionTimeoutOf({ exportTimeoutMs }: Pick<BackendContext, 'exportTimeoutMs'>): number {
  return withoutLimit(exportTimeoutMs);
}
