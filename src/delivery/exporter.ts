/** The exporter interface of a periodic reader, and adapters for code that loads later and for stock OTel exporters. */

import { context, createContextKey } from '@opentelemetry/api';
import { requireArgument } from '../errors.js';
import type { Collected } from '../model/collected.js';
import { late, withDeadline } from '../model/deadline.js';
import { aggregationTemporalities, aggregationTypes } from '../model/instrument.js';
import { aggregationOptionOf } from '../model/legacy-aggregation.js';
import type { AggregationTemporality, ResourceMetrics } from '../model/otel-data.js';
import type { AggregationOption, InstrumentType, PushMetricExporter } from '../model/otel-sdk.js';
import type { DeliveryAccount } from './account.js';
import { reasonOf } from './reason.js';

/** Key that `isTracingSuppressed` of `@opentelemetry/core` reads; all copies have it, by its name. */
const suppressTracingKey = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Limits of one export. */
export interface ExportOptions {
  /** Milliseconds that the export may take, from its call on. */
  readonly timeoutMs: number;
  /** Aborted when the application flushes or shuts down: attempts are still made, back-off is not waited for. */
  readonly flush: AbortSignal;
}

/** Result of an export. */
export type ExportResult =
  /** The collection held no points, and no earlier request was delivered. */
  | { readonly kind: 'empty' }
  /** `late` is true if the duration does not measure the load: earlier requests were delivered too, or a retry waited. */
  | { readonly kind: 'accepted'; readonly late?: boolean }
  /** No point was accepted or kept: the points stay part of the next collection. `points` counts them, if known. */
  | { readonly kind: 'failed'; readonly reason: string; readonly points?: number }
  /** The exporter keeps the points that were not accepted: they must not be part of the next collection. */
  | { readonly kind: 'kept'; readonly reason: string }
  /** Points were refused for good and counted: they must not be part of the next collection. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Aggregation and temporality that a backend needs, by instrument type. */
export interface ExportPreferences {
  aggregation(type: InstrumentType): AggregationOption;
  temporality(type: InstrumentType): AggregationTemporality;
}

/** Exports collections, one at a time. */
export interface Exporter extends ExportPreferences {
  /**
   * Begins a collection, walks it and delivers it. Rejects only for errors that `collect` or the walk throws.
   *
   * @param collect begins the collection. To be called at most once, when the collection can be walked at once: until its
   *   walk ends, other readers wait. Not called if nothing can be sent.
   */
  export(collect: () => Promise<Collected>, options: ExportOptions): Promise<ExportResult>;
  /** False while the endpoint has asked to wait and a scheduled export would fail. Absent means always true. */
  isReady?(): boolean;
  close(): Promise<void>;
}

/**
 * Returns an exporter whose code is loaded in the background.
 *
 * Loading starts at once rather than at the first export: by then an update may have replaced the files.
 */
export function lazyExporter(preferences: ExportPreferences, load: () => Promise<Exporter>): Exporter {
  requireArgument('lazyExporter: load', load, typeof load === 'function', 'a function that returns a promise');
  let loaded: Exporter | undefined;
  const loading = load().then((exporter) => {
    loaded = exporter;
    return exporter;
  });
  loading.catch(() => undefined);
  return {
    ...preferences,
    export: async (collect, options) => (await loading).export(collect, options),
    isReady: () => loaded?.isReady?.() ?? true,
    close: async () => (await loading).close(),
  };
}

/** Returns an exporter that hands `ResourceMetrics` to a stock OpenTelemetry exporter and counts accepted points. */
export function stockExporter(exporter: PushMetricExporter, account: Pick<DeliveryAccount, 'exported'>): Exporter {
  return {
    aggregation: (type) =>
      aggregationOptionOf(exporter.selectAggregation?.(type) ?? { type: aggregationTypes.default }, type),
    temporality: (type) => exporter.selectAggregationTemporality?.(type) ?? aggregationTemporalities.cumulative,
    async export(collect, { timeoutMs }) {
      const collected = await collect();
      const metrics = await collected.resourceMetrics();
      if (metrics.scopeMetrics.length === 0) return { kind: 'empty' };
      await metrics.resource.waitForAsyncAttributes?.();
      const points = countPoints(metrics);
      const reason = await withDeadline(exportWith(exporter, metrics), timeoutMs);
      if (reason === late) return { kind: 'failed', reason: `no answer within ${timeoutMs} ms`, points };
      if (reason !== undefined) return { kind: 'failed', reason, points };
      account.exported(points);
      return { kind: 'accepted' };
    },
    async close() {
      await exporter.forceFlush();
      await exporter.shutdown();
    },
  };
}

/** Runs `work` with tracing suppressed: requests of this package are not spans of the application. */
export function suppressTracing<T>(work: () => T): T {
  return context.with(context.active().setValue(suppressTracingKey, true), work);
}

/** Resolves to the reason of a failure, or `undefined`. */
function exportWith(exporter: PushMetricExporter, metrics: ResourceMetrics): Promise<string | undefined> {
  return new Promise((resolve) => {
    try {
      suppressTracing(() => {
        exporter.export(metrics, ({ code, error }) => resolve(code === 0 ? undefined : reasonOf(error)));
      });
    } catch (error) {
      resolve(reasonOf(error));
    }
  });
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  const counts = scopeMetrics.flatMap(({ metrics }) => metrics.map(({ dataPoints }) => dataPoints.length));
  return counts.reduce((sum, count) => sum + count, 0);
}
