/**
 * Room `engine`: aggregates measurements and collects them for readers. May import errors, model and catalogue, but no
 * Node modules.
 *
 * Record path: `instruments.ts` checks the value, `store.ts` and `lookup.ts` find the series, and `sum.ts`,
 * `last-value.ts`, `histogram.ts` or `exponential-histogram.ts` aggregate the value. Collection: `collection.ts` and
 * `stream.ts` visit all points with a `PointVisitor` of `model/points.ts`.
 *
 * @module
 */
import type { Meter, MeterOptions, MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { diag } from '../model/diag.js';
import type { IResource } from '../model/otel-data.js';
import type { IMetricReader, ViewOptions } from '../model/otel-sdk.js';
import { defaultResource } from './default-resource.js';
import { completeResource, systemHost } from './host.js';
import { EngineMeterProvider } from './meter-provider.js';

/** Options of `MeterProvider`: those of `@opentelemetry/sdk-metrics`, `maxInstruments` and `maxScopes`. */
export interface MeterProviderOptions {
  /** Entity that the metrics describe; `service.name` and `telemetry.sdk.*` by default, as in sdk-metrics. */
  readonly resource?: IResource;
  readonly views?: readonly ViewOptions[];
  readonly readers?: readonly IMetricReader[];
  /** Selects the measurements that may become exemplars; `trace_based` by default. */
  readonly exemplarFilter?: 'always_on' | 'always_off' | 'trace_based';
  /** Maximum number of instruments; further ones record nothing. 10,000 by default. */
  readonly maxInstruments?: number;
  /** Maximum number of instrumentation scopes; instruments of further ones record nothing. 1,000 by default. */
  readonly maxScopes?: number;
  /** True to record the SDK metrics of readers that support them (experimental in sdk-metrics); false by default. */
  readonly sdkMetricsEnabled?: boolean;
}

/** Method of stock readers that takes the provider of their SDK metrics. */
interface SelfObservingReader {
  _setSelfObsMeterProvider?(provider: MeterProviderApi): void;
}

/**
 * Drop-in replacement for `MeterProvider` of `@opentelemetry/sdk-metrics`, with its options, readers and exporters.
 *
 * @throws {Error} if a view has no selector, a view renames several instruments, a reader belongs to another provider, or
 * a maximum is not an integer of 1 or more.
 *
 * @example
 * import { ConsoleMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
 * import { MeterProvider } from 'otelier/engine';
 * const provider = new MeterProvider({
 *   readers: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
 * });
 * provider.getMeter('shop').createCounter('orders').add(1, { channel: 'web' });
 * await provider.shutdown();
 */
export class MeterProvider implements MeterProviderApi {
  readonly #engine: EngineMeterProvider;

  constructor(given: MeterProviderOptions = {}) {
    // Like that of sdk-metrics, it accepts null.
    const {
      resource: own = defaultResource(),
      sdkMetricsEnabled = false,
      maxInstruments,
      maxScopes,
      ...options
    } = given ?? {};
    const resource = completeResource(own);
    this.#engine = new EngineMeterProvider(systemHost(), resource, false);
    this.#engine.limits = { maxInstruments, maxScopes };
    this.#engine.connect({ resource, ...options });
    if (!sdkMetricsEnabled) return;
    for (const reader of (options.readers ?? []) as (IMetricReader & SelfObservingReader)[]) {
      if (typeof reader._setSelfObsMeterProvider === 'function') reader._setSelfObsMeterProvider(this);
      else diag.warn('MeterProvider: ignored sdkMetricsEnabled for a reader that does not support SDK metrics');
    }
  }

  /** Returns the meter of an instrumentation scope; the same one for the same name, version and schema URL. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.#engine.getMeter(name, version, options);
  }

  /** Makes every reader collect and deliver. Rejects if a reader fails. */
  forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
    return this.#engine.forceFlush(options);
  }

  /** Flushes and stops every reader. Later measurements are dropped. Rejects if a reader fails. */
  shutdown(options?: { timeoutMillis?: number }): Promise<void> {
    return this.#engine.shutdown(options);
  }
}
