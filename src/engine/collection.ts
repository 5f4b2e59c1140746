/** Collections: callbacks run, then the streams of a reader are walked in slices; one collection after another. */
import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { AcknowledgedProducer, Collected } from '../model/collected.js';
import type { PointVisitor } from '../model/points.js';
import { ResourceMetricsBuilder } from '../model/resource-metrics.js';
import type { Host } from './host.js';
import { Observations } from './observations.js';
import type { Pipeline } from './pipeline.js';
import type { ReaderState } from './reader-state.js';

/** Longest time that the event loop is kept from other work, and how long callbacks may take when nobody says. */
const sliceMs = 3;
const defaultTimeoutMs = 5_000;

/** Collects for all readers of a provider. */
export class Collections {
  readonly #pipeline: Pipeline;
  readonly #host: Host;
  #resource: Resource;
  /** Told of every collection: which reader, how many seconds it took, whether a callback failed. */
  onCollected: ((reader: number, seconds: number, failed: boolean) => void) | undefined;
  /** Ends when the collection that was asked for last has been walked: no two are under way at once. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pipeline, host: Host, resource: Resource) {
    this.#pipeline = pipeline;
    this.#host = host;
    this.#resource = resource;
  }

  set resource(resource: Resource) {
    this.#resource = resource;
  }

  /** What a reader collects through. */
  producerFor(reader: ReaderState): AcknowledgedProducer {
    return {
      begin: (options) => this.#begin(reader, options?.timeoutMillis ?? defaultTimeoutMs),
      // A reader that cannot say whether its export was accepted has accepted by collecting.
      collect: async (options): Promise<CollectionResult> => {
        const collected = await this.#begin(reader, options?.timeoutMillis ?? defaultTimeoutMs);
        const resourceMetrics = await collected.resourceMetrics();
        collected.accept();
        return { resourceMetrics, errors: [...collected.errors] };
      },
    };
  }

  /** Runs the callbacks in turn with other collections; the walk that follows ends the turn. */
  async #begin(reader: ReaderState, timeoutMs: number): Promise<Collected> {
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
      errors = await this.#observe(Math.min(timeoutMs, defaultTimeoutMs));
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
        await this.#walk(reader, nowUnixMs, visitor);
      } finally {
        endTurn();
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
      // What was not walked was not shown, and cannot have been accepted.
      accept: () => {
        if (epoch !== undefined) reader.accept(epoch);
      },
      reject: () => {
        // One that nobody walks any more holds up no other.
        abandoned.cancel();
        endTurn();
      },
    };
  }

  async #observe(timeoutMs: number): Promise<readonly unknown[]> {
    const streams = this.#pipeline.observedStreams();
    if (streams.length === 0) return [];
    const observations = new Observations();
    const errors = await this.#pipeline.callbacks.run(observations, timeoutMs, this.#host.sleep);
    observations.insert(streams);
    return errors;
  }

  async #walk(reader: ReaderState, nowUnixMs: number, visitor: PointVisitor): Promise<void> {
    const { clock, pause } = this.#host;
    let sliceEnd = clock.monotonicMs() + sliceMs;
    const mayGoOn = () => clock.monotonicMs() < sliceEnd;
    visitor.begin?.(this.#resource);
    for (const stream of this.#pipeline.streamsOf(reader)) {
      const list = stream.beginVisit(visitor, reader, nowUnixMs);
      for (let next = 0; ; ) {
        next = stream.visit(list, next, visitor, reader, nowUnixMs, mayGoOn);
        if (next === -1) break;
        await pause();
        sliceEnd = clock.monotonicMs() + sliceMs;
      }
    }
    visitor.end?.();
  }
}
