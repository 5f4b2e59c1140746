/**
 * Room `engine`: everything between a recording call and a reader. May import errors, model and the catalogue's types
 * and definitions, and nothing of Node.
 *
 * A measurement goes through `instruments.ts` (value), `store.ts` and `lookup.ts` (series) to `sum.ts`, `last-value.ts`,
 * `histogram.ts` or `exponential-histogram.ts` (aggregation): that is the record path. A collection goes through
 * `collection.ts` and `stream.ts` to a `PointVisitor` of `model/points.ts`.
 *
 * @module
 */
import type { Meter, MeterOptions, MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import { emptyResource, surroundings } from './host.js';
import { EngineMeterProvider } from './meter-provider.js';

/** Options of `MeterProvider`, those of sdk-metrics' class. */
export interface MeterProviderOptions {
  /** Who records; nobody in particular by default. */
  readonly resource?: Resource;
  readonly views?: readonly ViewOptions[];
  readonly readers?: readonly IMetricReader[];
  /** Which measurements may become exemplars; `trace_based` by default. */
  readonly exemplarFilter?: 'always_on' | 'always_off' | 'trace_based';
}

/**
 * A drop-in for the class of the same name in `@opentelemetry/sdk-metrics`: same options, same readers and exporters.
 *
 * @throws {Error} when a view selects nothing or names the streams of several instruments, or a reader belongs to
 * another provider.
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

  constructor({ resource = emptyResource, ...options }: MeterProviderOptions = {}) {
    this.#engine = new EngineMeterProvider(surroundings(), resource, false);
    this.#engine.connect({ resource, ...options });
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.#engine.getMeter(name, version, options);
  }

  /** Has every reader collect and deliver; rejects when one of them does. */
  forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
    return this.#engine.forceFlush(options);
  }

  /** Flushes and stops every reader; recording costs an empty call afterwards. Rejects when one of them does. */
  shutdown(options?: { timeoutMillis?: number }): Promise<void> {
    return this.#engine.shutdown(options);
  }
}
