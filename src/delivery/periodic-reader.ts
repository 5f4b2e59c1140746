/**
 * A reader that collects at an interval and hands each collection to an exporter.
 *
 * Unlike the stock periodic reader, it does not keep the process alive during an export, and its flush rejects if the export
 * failed.
 */
import { requireArgument } from '../errors.js';
import type { Clock } from '../model/clock.js';
import { type Collected, isAcknowledged } from '../model/collected.js';
import { defaultCardinalityLimit } from '../model/instrument.js';
import type { CollectionResult } from '../model/otel-data.js';
import type { IMetricReader, InstrumentType, MetricProducer } from '../model/otel-sdk.js';
import type { PointVisitor } from '../model/points.js';
import { withoutLimit } from '../options/option.js';
import type { DeliveryAccount } from './account.js';
import { beginCollection } from './begin-collection.js';
import { countPoints } from './count-points.js';
import type { Exporter, ExportResult } from './exporter.js';
import { reasonOf } from './reason.js';
import { Shedding } from './shedding/shedding.js';

/** Interval and time limit of a periodic reader. */
export interface PeriodicTiming {
  readonly clock: Clock;
  /** Milliseconds between exports; `undefined` to export at a flush and at the shutdown only. */
  readonly intervalMs: number | undefined;
  /** Milliseconds that one collection and export may take; 0 for no limit. Limited to the interval. */
  readonly timeoutMs: number;
  /**
   * Delay of each export after a multiple of the interval, as a share of the interval from 0 to 1. Random below 0.1 by
   * default: all processes collect at about the same time, and their requests are spread.
   */
  readonly delay?: number;
}

const maxDelay = 0.1;
/** Tolerance for timers that fire early, in milliseconds. */
const earlyMs = 5;

/**
 * Exports at multiples of the interval by the wall clock. Never runs two exports at once, and does not export during a wait
 * that the endpoint asked for.
 *
 * `forceFlush` and `shutdown` reject with the reason if their export failed.
 */
export class PeriodicReader implements IMetricReader {
  readonly #exporter: Exporter;
  readonly #account: DeliveryAccount;
  readonly #clock: Clock;
  readonly #intervalMs: number | undefined;
  readonly #timeoutMs: number;
  readonly #delayMs: number;
  readonly #shedding: Shedding;
  #producer: MetricProducer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<string | undefined> | undefined;
  /** Aborted by a flush, which ends the waiting of the export that is under way. */
  #flush = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(exporter: Exporter, account: DeliveryAccount, timing: PeriodicTiming) {
    const canExport = typeof (exporter as Partial<Exporter> | null)?.export === 'function';
    requireArgument('PeriodicReader: exporter', exporter, canExport, 'an exporter');
    const isAccount = typeof (account as Partial<DeliveryAccount> | null)?.trackShed === 'function';
    requireArgument('PeriodicReader: account', account, isAccount, 'an account of openAccount()');
    const isTimed = typeof timing === 'object' && timing !== null;
    requireArgument('PeriodicReader: timing', timing, isTimed, 'an object with clock, intervalMs and timeoutMs');
    const { clock, intervalMs, timeoutMs, delay = Math.random() * maxDelay } = timing;
    this.#exporter = exporter;
    this.#account = account;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = Math.min(withoutLimit(timeoutMs), withoutLimit(intervalMs ?? 0));
    this.#delayMs = delay * (intervalMs ?? 0);
    // Without an interval there is no load to shed.
    this.#shedding = new Shedding(intervalMs ?? Number.POSITIVE_INFINITY, account);
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('PeriodicReader: already registered with a MeterProvider');
    this.#producer = producer;
    if (this.#intervalMs !== undefined) this.#schedule(this.#intervalMs);
  }

  selectAggregation(type: InstrumentType) {
    return this.#exporter.aggregation(type);
  }

  selectAggregationTemporality(type: InstrumentType) {
    return this.#exporter.temporality(type);
  }

  selectCardinalityLimit(): number {
    return defaultCardinalityLimit;
  }

  async collect(): Promise<CollectionResult> {
    return this.#registered().collect({ timeoutMillis: this.#timeoutMs });
  }

  async forceFlush(): Promise<void> {
    // The export of the shutdown is the last one.
    if (this.#closed !== undefined) return this.#closed;
    try {
      await this.#flushOnce();
    } finally {
      // Aborted for good by a shutdown.
      if (this.#closed === undefined) this.#flush = new AbortController();
    }
  }

  /** Returns the number of metrics with recordings that were not delivered; 0 if the `MeterProvider` cannot tell. */
  undelivered(): number {
    const producer = this.#producer;
    return (producer !== undefined && isAcknowledged(producer) && producer.undelivered?.()) || 0;
  }

  /**
   * Collects without waiting, for a process that ends at once.
   *
   * @returns false if the `MeterProvider` cannot collect in this way.
   */
  walkNow(visitor: PointVisitor): boolean {
    const producer = this.#producer;
    if (producer === undefined || !isAcknowledged(producer) || producer.walkNow === undefined) return false;
    producer.walkNow(visitor);
    return true;
  }

  /** Exports once more and closes the exporter. Further calls return the same promise. */
  shutdown(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#flushOnce();
    } finally {
      await this.#exporter.close();
    }
  }

  async #flushOnce(): Promise<void> {
    this.#flush.abort();
    await this.#running;
    const failure = await this.#export(AbortSignal.abort());
    if (failure !== undefined) throw new Error(failure);
  }

  /** Waits for the next multiple of the interval, so that a late timer does not delay the exports after it. */
  #schedule(intervalMs: number): void {
    const sinceMs = (this.#clock.nowUnixMs() - this.#delayMs) % intervalMs;
    const waitMs = intervalMs - sinceMs;
    const next = waitMs <= Math.min(earlyMs, intervalMs / 2) ? waitMs + intervalMs : waitMs;
    this.#timer = setTimeout(() => {
      this.#schedule(intervalMs);
      if (this.#running === undefined && this.#exporter.isReady?.() !== false) void this.#export(this.#flush.signal);
    }, next);
    this.#timer.unref();
  }

  /** Collects and exports, or joins the export under way. Resolves to the reason of a failure. */
  #export(flush: AbortSignal): Promise<string | undefined> {
    this.#running ??= this.#exportOnce(flush).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #exportOnce(flush: AbortSignal): Promise<string | undefined> {
    // An export that begins after the call of `shutdown` is the one that the shutdown waits for, whoever began it.
    const final = this.#closed !== undefined;
    this.#account.began();
    try {
      let collected: Collected | undefined;
      let beganMs = this.#clock.monotonicMs();
      const collect = async () => {
        collected = this.#shedding.over(await beginCollection(this.#registered(), this.#timeoutMs));
        // Only the time from here on is load: less detail would not make callbacks faster.
        beganMs = this.#clock.monotonicMs();
        this.#account.callbackErrors(collected.errors);
        return collected;
      };
      const limits = { timeoutMs: this.#timeoutMs, flush };
      const failed = (error: unknown): ExportResult => ({ kind: 'failed', reason: reasonOf(error) });
      const result = await this.#exporter.export(collect, limits).catch(failed);
      if (result.kind !== 'failed') collected?.accept();
      else if (final) await this.#giveUp(collected ?? (await collect()), result);
      else collected?.reject();
      if (result.kind === 'accepted' && result.late !== true) {
        this.#shedding.delivered(this.#clock.monotonicMs() - beganMs);
      }
      return this.#record(result, final);
    } catch (error) {
      const reason = reasonOf(error);
      this.#account.failed(reason);
      return reason;
    }
  }

  /** Counts the points of the last collection, which no later collection includes. */
  async #giveUp(collected: Collected, result: ExportResult & { kind: 'failed' }): Promise<void> {
    const points = result.points ?? (await countPoints(collected));
    if (points > 0) this.#account.dropped(points, 'closed');
    collected.reject();
  }

  #record(result: ExportResult, final: boolean): string | undefined {
    switch (result.kind) {
      case 'empty':
        this.#account.skipped();
        return undefined;
      case 'accepted':
        this.#account.succeeded();
        return undefined;
      case 'failed':
        this.#account.failed(result.reason, final ? 'closed' : 'unavailable');
        return result.reason;
      default:
        this.#account.failed(result.reason, result.kind);
        return result.reason;
    }
  }

  #registered(): MetricProducer {
    if (this.#producer === undefined) throw new Error('PeriodicReader: not registered with a MeterProvider');
    return this.#producer;
  }
}
