/** Meter provider: connects the meters of all scopes to readers and views, through one pipeline. */

import {
  createNoopMeter,
  type Meter,
  type MeterOptions,
  type MeterProvider as MeterProviderApi,
} from '@opentelemetry/api';
import type { Catalogue } from '../catalogue/catalogue.js';
import { fit } from '../errors/fit.js';
import type { AcknowledgedProducer } from '../model/collected.js';
import { holdingProcess } from '../model/deadline.js';
import { diag } from '../model/diag.js';
import { selfScope } from '../model/instrument.js';
import type { Resource } from '../model/otel-data.js';
import type { IMetricReader, ViewOptions } from '../model/otel-sdk.js';
import type { Scope } from '../model/points.js';
import type { Budget } from './budget.js';
import { Collections } from './collection.js';
import type { CreationLimits } from './creation-limits.js';
import type { ExemplarFilter } from './exemplars.js';
import type { Host } from './host.js';
import { createMemory } from './memory.js';
import { quoted } from './message-labels.js';
import { EngineMeter } from './meter.js';
import { type DefaultBoundaries, type InstrumentListener, Pipeline } from './pipeline.js';
import { ReaderState } from './reader-state.js';
import type { RejectionCounts } from './rejections.js';
import { readOption, textOf } from './safe-read.js';
import { checkView } from './views.js';

/** Resource, views and readers of a provider. */
export interface ProviderOptions {
  readonly resource: Resource;
  readonly views?: readonly ViewOptions[];
  readonly readers?: readonly IMetricReader[];
  /** `trace_based` by default. */
  readonly exemplarFilter?: ExemplarFilter;
}

/** EngineMeterProvider implements OpenTelemetry's `MeterProvider` on the aggregation engine. */
export class EngineMeterProvider implements MeterProviderApi {
  readonly #pipeline: Pipeline;
  readonly #collections: Collections;
  readonly #meters = new Map<string, EngineMeter>();
  #readers: readonly ReaderState[] = [];
  #views: readonly ViewOptions[] = [];
  #stopped = false;
  /** Number of calls of `endMetrics`. */
  endings = 0;

  /**
   * @param early true to keep measurements that are recorded before `connect`.
   * @param boundaries returns the boundaries of histograms of a unit that have no advice.
   */
  constructor(host: Host, resource: Resource, early: boolean, boundaries?: DefaultBoundaries) {
    this.#pipeline = new Pipeline(createMemory(), host.clock, early, boundaries);
    this.#collections = new Collections(this.#pipeline, host, resource);
  }

  /** Counts of measurements and attributes that could not be recorded as given. */
  get rejections(): Readonly<RejectionCounts> {
    return this.#pipeline.rejections.counts;
  }

  /** Name of the metric that exports `rejections`; log messages refer to it. `undefined` if no metric does. */
  set rejectionMetric(name: string | undefined) {
    this.#pipeline.rejections.exportedAs = name;
  }

  /** Limits of the instruments and scopes that are created from now on; see `CreationCheck.limits`. */
  set limits(limits: CreationLimits) {
    this.#pipeline.creation.limits = limits;
  }

  /** Tracks the callbacks that are added from now on; see `Callbacks.track`. */
  trackCallbacks(): () => () => void {
    return this.#pipeline.callbacks.track();
  }

  /** Shows the metrics of a catalogue to readers without recordings, also if an earlier start with them has ended. */
  declare(catalogue: Catalogue): void {
    const names = namesOf([catalogue]);
    this.#pipeline.setEnded(false, (_, name) => names.has(name));
  }

  /**
   * Ends the metrics of a start, its self-metrics and those of the plain API included: readers see one again if it is
   * recorded or declared.
   */
  endMetrics(catalogues: Iterable<Catalogue>): void {
    this.endings++;
    const names = namesOf(catalogues);
    this.#pipeline.setEnded(true, (scope, name) => scope.name === selfScope || name === undefined || names.has(name));
  }

  /** Ends the metrics of a catalogue and drops their series, also those that no reader has collected. */
  dropMetrics(catalogue: Catalogue): void {
    this.endings++;
    const names = namesOf([catalogue]);
    this.#pipeline.drop(names);
    this.#pipeline.setEnded(true, (_, name) => names.has(name));
  }

  /** Calls a listener for every instrument, existing and new ones. Returns a function that stops. */
  watchInstruments(listener: InstrumentListener): () => void {
    return this.#pipeline.watchInstruments(listener);
  }

  /** Counts an event that the recorder of a pack could not read. */
  countUnreadableEvent(): void {
    this.#pipeline.rejections.counts.event_unreadable++;
  }

  /** Called after every collection with the reader's index, the duration in seconds, and true if a callback failed. */
  set onCollected(listener: Collections['onCollected']) {
    this.#collections.onCollected = listener;
  }

  /** Yields the budget of every metric. */
  budgets(): Iterable<Budget> {
    return this.#pipeline.budgets();
  }

  getMeter(givenName: string, givenVersion?: string, options?: MeterOptions): Meter {
    if (this.#stopped) {
      diag.warn(
        fit`MeterProvider: getMeter(${quoted(textOf(givenName))}) called after shutdown; its measurements are not recorded`,
      );
      return createNoopMeter();
    }
    const [name, version] = [textOf(givenName), textOf(givenVersion ?? '')];
    const givenUrl = readOption(options, 'schemaUrl');
    const schemaUrl = givenUrl === undefined ? undefined : textOf(givenUrl);
    const identity = JSON.stringify([name, version, schemaUrl]);
    let meter = this.#meters.get(identity);
    if (meter === undefined) {
      const scope: Scope = { name, version, ...(schemaUrl === undefined ? {} : { schemaUrl }) };
      const names = () => [...this.#meters.values()].map((other) => other.scope.name);
      const recording = this.#pipeline.creation.admits('scopes', name, this.#meters.size, names);
      meter = new EngineMeter(scope, this.#pipeline, recording);
      if (recording) this.#meters.set(identity, meter);
    }
    return meter;
  }

  /**
   * Connects readers and views. Earlier measurements are kept where the aggregation stays the same.
   *
   * @throws {Error} if a view has no selector, or a reader belongs to another provider.
   */
  connect({ resource, views = [], readers = [], exemplarFilter = 'trace_based' }: ProviderOptions): void {
    for (const view of views) checkView(view);
    this.#pipeline.exemplars.filter = exemplarFilter;
    this.#pipeline.ended = false;
    this.#collections.resource = resource;
    this.#views = views;
    this.#readers = readers.map((reader, index) => new ReaderState(index, reader));
    this.#pipeline.reconnect(this.#views, this.#readers);
    for (const state of this.#readers) state.reader.setMetricProducer(this.#collections.producerFor(state));
  }

  /**
   * Returns a producer, without a reader, of the cumulative values of the metrics that the first reader sees;
   * `undefined` while no reader is connected. Its collections do not affect the readers. Series that start at 0 are shown.
   */
  snapshotProducer(): AcknowledgedProducer | undefined {
    const [first] = this.#readers;
    return first && this.#collections.producerFor(new ReaderState(-1, first.reader, true), first);
  }

  /** Disconnects all readers and drops all series. What is recorded then is counted, if there was a reader. */
  disconnect(): void {
    this.#pipeline.ended ||= this.#readers.length > 0;
    this.#readers = [];
    this.#pipeline.reconnect(this.#views, []);
  }

  /**
   * Begins a flush that must end within `timeoutMs` milliseconds: collections stop waiting for callbacks after half of the
   * time that is left, so that all other metrics are delivered.
   *
   * @returns a function that ends the flush.
   */
  beginFlush(timeoutMs: number): () => void {
    return this.#collections.beginFlush(timeoutMs);
  }

  async forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
    if (this.#stopped) {
      diag.warn('MeterProvider: forceFlush() called after shutdown; nothing was flushed');
      return;
    }
    await this.#flushing(options, () => Promise.all(this.#readers.map(({ reader }) => reader.forceFlush(options))));
  }

  async shutdown(options?: { timeoutMillis?: number }): Promise<void> {
    if (this.#stopped) {
      diag.warn('MeterProvider: shutdown() called more than once; ignored');
      return;
    }
    this.#stopped = true;
    const readers = this.#readers;
    const shutDown = () => Promise.all(readers.map(({ reader }) => reader.shutdown(options)));
    await this.#flushing(options, shutDown).finally(() => this.disconnect());
  }

  /** Runs a flush with its time limit, and keeps the process alive until it ends. */
  async #flushing(options: { timeoutMillis?: number } | undefined, flush: () => Promise<unknown>): Promise<void> {
    const end = this.beginFlush(options?.timeoutMillis ?? Number.POSITIVE_INFINITY);
    try {
      await holdingProcess(flush());
    } finally {
      end();
    }
  }
}

/** Returns the names of the metrics. An instrument of the plain API has the name `undefined`, which is never among them. */
function namesOf(catalogues: Iterable<Catalogue>): ReadonlySet<string | undefined> {
  return new Set(Array.from(catalogues, ({ metrics }) => metrics.map(({ name }) => name)).flat());
}
