/** Collections: each runs the callbacks, then walks the streams of its reader in slices. They never overlap. */
import type { AcknowledgedProducer, Collected } from '../model/collected.js';
import { collectorScope, isObservable, selfScope } from '../model/instrument.js';
import type { CollectionResult, Resource, ResourceMetrics } from '../model/otel-data.js';
import type { PointVisitor } from '../model/points.js';
import { ResourceMetricsBuilder } from '../model/resource-metrics.js';
import { CallbackWait } from './callback-wait.js';
import { type Host, settledResource } from './host.js';
import { Observations } from './observations.js';
import type { Pipeline } from './pipeline.js';
import type { ReaderState } from './reader-state.js';
import type { Stream } from './stream.js';

/** Longest time that a walk blocks the event loop, and the default time limit of callbacks. */
const sliceMs = 3;
const defaultTimeoutMs = 5_000;

/** Collections of all readers of a provider. */
export class Collections {
  readonly #pipeline: Pipeline;
  readonly #host: Host;
  #resource: Resource;
  readonly #callbackWait: CallbackWait;
  /** Called after each collection with the index of the reader, its duration and whether a callback failed. */
  onCollected: ((reader: number, seconds: number, failed: boolean) => void) | undefined;
  /** True while callbacks run. */
  #observing = false;
  /** Settles when the last requested collection has been walked. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pipeline, host: Host, resource: Resource) {
    this.#pipeline = pipeline;
    this.#host = host;
    this.#resource = resource;
    this.#callbackWait = new CallbackWait(host);
  }

  set resource(resource: Resource) {
    this.#resource = resource;
  }

  /** See `CallbackWait.beginFlush`. */
  beginFlush(timeoutMs: number): () => void {
    return this.#callbackWait.beginFlush(timeoutMs);
  }

  /**
   * Returns the producer of a reader.
   *
   * @param source reader whose streams are visited. A reader that is not its own source is not connected to the streams:
   * it gets cumulative points, and its collections are not reported.
   */
  producerFor(reader: ReaderState, source = reader): AcknowledgedProducer {
    return {
      begin: (options) => this.#begin(reader, source, options?.timeoutMillis ?? defaultTimeoutMs),
      // A stock reader cannot acknowledge an export, so collecting counts as acceptance.
      collect: async (options): Promise<CollectionResult> => {
        const collected = await this.#begin(reader, source, options?.timeoutMillis ?? defaultTimeoutMs);
        const resourceMetrics = await collected.resourceMetrics();
        collected.accept();
        return { resourceMetrics, errors: [...collected.errors] };
      },
      undelivered: () => this.#recordedStreams(source).filter((stream) => stream.hasUndelivered(reader)).length,
      walkNow: (visitor, options) => this.#walkNow(reader, source, visitor, options?.withoutCallbacks === true),
      reset: () => this.#pipeline.reset(),
    };
  }

  /** Waits for earlier collections and runs the callbacks. Later collections wait until the walk ends. */
  async #begin(reader: ReaderState, source: ReaderState, timeoutMs: number): Promise<Collected> {
    const { clock } = this.#host;
    const before = this.#last;
    let endTurn = () => {};
    this.#last = new Promise<void>((resolve) => {
      endTurn = resolve;
    });
    await before;
    const beganMs = clock.monotonicMs();
    let errors: readonly unknown[];
    try {
      errors = await this.#observe(Math.min(timeoutMs, defaultTimeoutMs), reader === source);
    } catch (error) {
      endTurn();
      throw error;
    }
    const nowUnixMs = clock.nowUnixMs();
    this.#pipeline.maintain(nowUnixMs);
    let epoch: number | undefined;
    const walk = async (visitor: PointVisitor) => {
      epoch = reader.beginWalk(nowUnixMs);
      try {
        await this.#walk(reader, source, nowUnixMs, visitor);
      } finally {
        endTurn();
        if (reader === source)
          this.onCollected?.(reader.index, (clock.monotonicMs() - beganMs) / 1_000, errors.length > 0);
      }
    };
    // A collection that is never walked must not hold up those after it.
    const abandoned = this.#host.sleep(timeoutMs);
    void abandoned.done.then(endTurn);
    return {
      resource: this.#resource,
      errors,
      walk: async (visitor) => {
        abandoned.cancel();
        await walk(visitor);
      },
      resourceMetrics: async (): Promise<ResourceMetrics> => {
        abandoned.cancel();
        const builder = new ResourceMetricsBuilder();
        await walk(builder);
        return builder.result();
      },
      // Without a walk nothing was delivered.
      accept: () => {
        if (epoch !== undefined) reader.accept(epoch);
      },
      reject: () => {
        // A rejected collection is not walked and must not block later ones.
        abandoned.cancel();
        endTurn();
      },
    };
  }

  /** @param handedOver true if the reader of the collection reports failed callbacks. */
  async #observe(timeoutMs: number, handedOver: boolean): Promise<readonly unknown[]> {
    const streams = this.#pipeline.observedStreams();
    if (streams.length === 0) return [];
    const observations = new Observations();
    this.#observing = true;
    const running = this.#pipeline.callbacks.run(observations, timeoutMs, this.#callbackWait, handedOver);
    const errors = await running.finally(() => {
      this.#observing = false;
    });
    observations.insert(streams);
    return errors;
  }

  async #walk(reader: ReaderState, source: ReaderState, nowUnixMs: number, visitor: PointVisitor): Promise<void> {
    const { clock, pause } = this.#host;
    let sliceEnd = clock.monotonicMs() + sliceMs;
    for (const _ of this.#slices(reader, source, nowUnixMs, visitor, () => clock.monotonicMs() < sliceEnd)) {
      await pause();
      sliceEnd = clock.monotonicMs() + sliceMs;
    }
  }

  /** Walks without pauses. */
  #walkNow(reader: ReaderState, source: ReaderState, visitor: PointVisitor, withoutCallbacks: boolean): void {
    const nowUnixMs = this.#host.clock.nowUnixMs();
    if (!withoutCallbacks) this.#observeNow(reader !== source);
    this.#pipeline.maintain(nowUnixMs);
    reader.beginWalk(nowUnixMs);
    const all = this.#slices(reader, source, nowUnixMs, visitor, () => true, settledResource(this.#resource));
    for (const _ of all);
  }

  /**
   * Runs the callbacks without waiting.
   *
   * @param keeps true to keep the series of asynchronous callbacks as the last collection left them, for the readers that
   * collect later. Otherwise the series have only what the callbacks observe at once.
   */
  #observeNow(keeps: boolean): void {
    const streams = this.#pipeline.observedStreams();
    // The collection in progress would insert observations of series that this one removes.
    if (streams.length === 0 || (keeps && this.#observing)) return;
    const observations = new Observations();
    const unfinished = this.#pipeline.callbacks.runNow(observations, keeps);
    const kept = new Set(keeps ? [...unfinished].flatMap(({ core }) => core.streams) : []);
    observations.insert(streams.filter((stream) => !kept.has(stream)));
  }

  /** Visits all metrics, and yields whenever `hasTime` returns false. */
  *#slices(
    reader: ReaderState,
    source: ReaderState,
    nowUnixMs: number,
    visitor: PointVisitor,
    hasTime: () => boolean,
    resource = this.#resource,
  ): Generator<void> {
    do {
      reader.clearMarks();
      visitor.begin?.(resource);
      for (const stream of this.#pipeline.streamsOf(source)) {
        const list = stream.beginVisit(visitor, reader, nowUnixMs);
        for (let next = 0; ; ) {
          next = stream.visit(list, next, visitor, reader, nowUnixMs, hasTime);
          if (next === -1) break;
          yield;
        }
      }
      visitor.end?.();
    } while (visitor.again?.());
  }

  /** Returns the streams whose values are recorded by the application. */
  #recordedStreams(reader: ReaderState): Stream[] {
    const others = [selfScope, collectorScope];
    return this.#pipeline
      .streamsOf(reader)
      .filter(({ descriptor: { kind, scope } }) => !isObservable(kind) && !others.includes(scope.name));
  }
}
