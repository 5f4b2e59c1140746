/** The provider: meters by scope, readers, views, one pipeline between them. */
import {
  createNoopMeter,
  diag,
  type Meter,
  type MeterOptions,
  type MeterProvider as MeterProviderApi,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Scope } from '../model/points.js';
import { Collections } from './collection.js';
import type { ExemplarFilter } from './exemplars.js';
import type { Surroundings } from './host.js';
import { createMemory } from './memory.js';
import { EngineMeter } from './meter.js';
import { Pipeline } from './pipeline.js';
import { ReaderState } from './reader-state.js';
import type { RejectionCounts } from './rejections.js';
import { readOption, textOf } from './safe-read.js';
import { checkView } from './views.js';

/** What readers and views a provider has. */
export interface ProviderOptions {
  readonly resource: Resource;
  readonly views?: readonly ViewOptions[];
  readonly readers?: readonly IMetricReader[];
  /** `trace_based` by default. */
  readonly exemplarFilter?: ExemplarFilter;
}

/** An OpenTelemetry `MeterProvider` on one aggregation engine. */
export class EngineMeterProvider implements MeterProviderApi {
  readonly #pipeline: Pipeline;
  readonly #collections: Collections;
  readonly #meters = new Map<string, EngineMeter>();
  #readers: readonly ReaderState[] = [];
  #views: readonly ViewOptions[] = [];
  #stopped = false;

  /**
   * @param early whether to keep what is recorded before `connect` brings readers.
   */
  constructor(surroundings: Surroundings, resource: Resource, early: boolean) {
    this.#pipeline = new Pipeline(createMemory(), surroundings.clock, early);
    this.#collections = new Collections(this.#pipeline, surroundings, resource);
  }

  /** What recordings brought that could not be kept as given. */
  get rejections(): Readonly<RejectionCounts> {
    return this.#pipeline.rejections;
  }

  /** Counts an event that the recorder of a pack could not read. */
  countUnreadableEvent(): void {
    this.#pipeline.rejections.event_unreadable++;
  }

  /** Told of every collection: the index of the reader, how many seconds it took, whether a callback failed. */
  set onCollected(listener: Collections['onCollected']) {
    this.#collections.onCollected = listener;
  }

  /** Series in use and allowed, by metric. */
  budgets(): Iterable<{ metric: string; used: number; limit: number }> {
    return this.#pipeline.budgets();
  }

  getMeter(givenName: string, givenVersion?: string, options?: MeterOptions): Meter {
    if (this.#stopped) {
      diag.warn('A MeterProvider that was shut down makes no meters.');
      return createNoopMeter();
    }
    const [name, version] = [textOf(givenName), textOf(givenVersion ?? '')];
    const givenUrl = readOption(options, 'schemaUrl');
    const schemaUrl = givenUrl === undefined ? undefined : textOf(givenUrl);
    const identity = JSON.stringify([name, version, schemaUrl]);
    let meter = this.#meters.get(identity);
    if (meter === undefined) {
      const scope: Scope = { name, version, ...(schemaUrl === undefined ? {} : { schemaUrl }) };
      meter = new EngineMeter(scope, this.#pipeline);
      this.#meters.set(identity, meter);
    }
    return meter;
  }

  /**
   * Records for these readers from now on, as these views say; what was recorded before counts.
   *
   * @throws {Error} when a view selects nothing, or a reader belongs to another provider.
   */
  connect({ resource, views = [], readers = [], exemplarFilter = 'trace_based' }: ProviderOptions): void {
    for (const view of views) checkView(view);
    this.#pipeline.exemplars.filter = exemplarFilter;
    this.#collections.resource = resource;
    this.#views = views;
    this.#readers = readers.map((reader, index) => new ReaderState(index, reader));
    this.#pipeline.reconnect(this.#views, this.#readers);
    for (const state of this.#readers) state.reader.setMetricProducer(this.#collections.producerFor(state));
  }

  /** Nobody reads from now on; recording costs an empty call. */
  disconnect(): void {
    this.#readers = [];
    this.#pipeline.reconnect(this.#views, []);
  }

  async forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
    if (this.#stopped) {
      diag.warn('A MeterProvider that was shut down flushes nothing.');
      return;
    }
    await Promise.all(this.#readers.map(({ reader }) => reader.forceFlush(options)));
  }

  async shutdown(options?: { timeoutMillis?: number }): Promise<void> {
    if (this.#stopped) {
      diag.warn('A MeterProvider is shut down once.');
      return;
    }
    this.#stopped = true;
    const readers = this.#readers;
    await Promise.all(readers.map(({ reader }) => reader.shutdown(options))).finally(() => this.disconnect());
  }
}
