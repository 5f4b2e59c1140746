/** What a push reader hands its collections to. */
import { createRequire } from 'node:module';
import { context } from '@opentelemetry/api';
import type {
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Collected } from '../model/collected.js';
import { aggregationTemporalities, aggregationTypes } from '../model/instrument.js';
import { type Deliveries, reasonOf } from './deliveries.js';

const require = createRequire(import.meta.url);

/** What became of a collection. */
export type Outcome =
  /** There was nothing to send. */
  | { readonly kind: 'empty' }
  /** With `late`, what was kept earlier was a part of it, so that the time it took says nothing of the load. */
  | { readonly kind: 'accepted'; readonly late?: boolean }
  /** Nothing of it was accepted: it becomes part of the next one. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number }
  /** The sender keeps what was not accepted of it: it must not become part of the next one. */
  | { readonly kind: 'kept'; readonly reason: string; readonly retryAfterMs?: number }
  /** Something of it was refused for good, which is counted; nothing of it may become part of the next one. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Sends collections, one after another. */
export interface Sender {
  aggregation(type: InstrumentType): AggregationOption;
  temporality(type: InstrumentType): AggregationTemporality;
  /** Walks the collection and sends it within so many milliseconds. Rejects only for what the walk throws. */
  send(collected: Collected, timeoutMs: number): Promise<Outcome>;
  /** From now on nothing is waited for, until told otherwise: somebody flushes. */
  hurry(active: boolean): void;
  close(): Promise<void>;
}

/**
 * A sender whose code is loaded beside the application's start instead of within it.
 *
 * It is loaded at once and not when it has something to send: by then its files may have been replaced.
 */
export function loadedSender(
  preferences: Pick<Sender, 'aggregation' | 'temporality'>,
  load: () => Promise<Sender>,
): Sender {
  let loaded: Sender | undefined;
  let hurried = false;
  const loading = load().then((sender) => {
    loaded = sender;
    if (hurried) sender.hurry(true);
    return sender;
  });
  loading.catch(() => undefined);
  return {
    ...preferences,
    send: async (collected, timeoutMs) => (await loading).send(collected, timeoutMs),
    hurry(active) {
      hurried = active;
      loaded?.hurry(active);
    },
    close: async () => (await loading).close(),
  };
}

/** A sender that hands OpenTelemetry's data to an exporter of its kind, and enters the points that it took. */
export function exporterSender(exporter: PushMetricExporter, deliveries: Pick<Deliveries, 'exported'>): Sender {
  return {
    aggregation: (type) => exporter.selectAggregation?.(type) ?? { type: aggregationTypes.default },
    temporality: (type) => exporter.selectAggregationTemporality?.(type) ?? aggregationTemporalities.cumulative,
    async send(collected, timeoutMs) {
      const metrics = await collected.resourceMetrics();
      if (metrics.scopeMetrics.length === 0) return { kind: 'empty' };
      await metrics.resource.waitForAsyncAttributes?.();
      const reason = await exportWith(exporter, metrics, timeoutMs);
      if (reason !== undefined) return { kind: 'failed', reason };
      deliveries.exported(countPoints(metrics));
      return { kind: 'accepted' };
    },
    hurry() {},
    async close() {
      await exporter.forceFlush();
      await exporter.shutdown();
    },
  };
}

/** Runs what makes requests: they are no spans of the application. */
export function untraced<T>(work: () => T): T {
  const { suppressTracing } = require('@opentelemetry/core') as typeof import('@opentelemetry/core');
  return context.with(suppressTracing(context.active()), work);
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  const counts = scopeMetrics.flatMap(({ metrics }) => metrics.map(({ dataPoints }) => dataPoints.length));
  return counts.reduce((sum, count) => sum + count, 0);
}

function exportWith(exporter: PushMetricExporter, metrics: ResourceMetrics, timeoutMs: number) {
  return new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
    timer.unref();
    untraced(() => {
      exporter.export(metrics, (result) => {
        clearTimeout(timer);
        resolve(result.code === 0 ? undefined : reasonOf(result.error));
      });
    });
  });
}
