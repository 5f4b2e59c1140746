/**
 * When to push: a reader that collects at an interval and hands what it collected to an exporter.
 *
 * The stock periodic reader holds the process for as long as an export lasts, and reports every failure to a global
 * handler while its flush resolves as if nothing had happened. This one does neither.
 */
import { createRequire } from 'node:module';
import { context } from '@opentelemetry/api';
import type {
  CollectionResult,
  IMetricReader,
  InstrumentType,
  MetricProducer,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Collected } from '../model/collected.js';
import { aggregationTemporalities, aggregationTypes, defaultCardinalityLimit } from '../model/instrument.js';
import { beginCollection } from './collecting.js';
import { type Deliveries, reasonOf } from './deliveries.js';

const require = createRequire(import.meta.url);

/** How often to push, and how long one collection and export may take. */
export interface PushTiming {
  readonly intervalMs: number;
  /** Taken as the interval when it is longer. */
  readonly timeoutMs: number;
  /** Told when a flush begins, and when it ended: while somebody waits, an exporter should not wait to retry. */
  readonly onFlush?: (begins: boolean) => void;
}

/**
 * Pushes to `exporter` and enters every outcome in `deliveries`. Never two exports at once.
 *
 * `forceFlush` and `shutdown` reject with the reason when the last export was not accepted.
 */
export class PushReader implements IMetricReader {
  readonly #exporter: PushMetricExporter;
  readonly #deliveries: Deliveries;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #onFlush: (begins: boolean) => void;
  #producer: MetricProducer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<string | undefined> | undefined;

  constructor(exporter: PushMetricExporter, deliveries: Deliveries, { intervalMs, timeoutMs, onFlush }: PushTiming) {
    this.#exporter = exporter;
    this.#deliveries = deliveries;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = Math.min(timeoutMs, intervalMs);
    this.#onFlush = onFlush ?? (() => {});
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
    return this.#exporter.selectAggregation?.(type) ?? { type: aggregationTypes.default };
  }

  selectAggregationTemporality(type: InstrumentType) {
    return this.#exporter.selectAggregationTemporality?.(type) ?? aggregationTemporalities.cumulative;
  }

  selectCardinalityLimit(): number {
    return defaultCardinalityLimit;
  }

  async collect(): Promise<CollectionResult> {
    return this.#known().collect({ timeoutMillis: this.#timeoutMs });
  }

  async forceFlush(): Promise<void> {
    this.#onFlush(true);
    try {
      await this.#running;
      const failure = await this.#push();
      if (failure !== undefined) throw new Error(failure);
      await this.#exporter.forceFlush();
    } finally {
      this.#onFlush(false);
    }
  }

  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.forceFlush();
    } finally {
      await this.#exporter.shutdown();
    }
  }

  /** Collects and exports; resolves to the reason why that was not accepted, if it was not. */
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
      failure = await this.#deliver(collected);
    } catch (error) {
      failure = reasonOf(error);
    }
    if (failure !== undefined) this.#deliveries.failed(failure);
    return failure;
  }

  /** Exports a collection and answers for it: what is not accepted is part of the next one. */
  async #deliver(collected: Collected): Promise<string | undefined> {
    const metrics = await collected.resourceMetrics();
    if (metrics.scopeMetrics.length === 0) {
      collected.accept();
      return undefined;
    }
    await metrics.resource.waitForAsyncAttributes?.();
    const failure = await this.#export(metrics);
    if (failure !== undefined) {
      collected.reject();
      return failure;
    }
    collected.accept();
    this.#deliveries.succeeded();
    return undefined;
  }

  #known(): MetricProducer {
    if (this.#producer === undefined) throw new Error('The reader belongs to no MeterProvider yet.');
    return this.#producer;
  }

  #export(metrics: ResourceMetrics): Promise<string | undefined> {
    const { suppressTracing } = require('@opentelemetry/core') as typeof import('@opentelemetry/core');
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(`no answer within ${this.#timeoutMs} ms`), this.#timeoutMs);
      timer.unref();
      // The requests of an export are no spans of the application.
      context.with(suppressTracing(context.active()), () => {
        this.#exporter.export(metrics, (result) => {
          clearTimeout(timer);
          resolve(result.code === 0 ? undefined : reasonOf(result.error));
        });
      });
    });
  }
}
