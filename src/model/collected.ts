/** One collection on its way to a backend, and its acknowledgement. */
import type { CollectionResult, Resource, ResourceMetrics } from './otel-data.js';
import type { MetricProducer } from './otel-sdk.js';
import type { PointVisitor } from './points.js';

/**
 * Collection that was started for one reader.
 *
 * It is walked once, by `walk` or `resourceMetrics`, and then accepted or rejected. The delta points of a rejected
 * collection are part of the next one.
 */
export interface Collected {
  /** Resource of the metrics. Await its asynchronous attributes before the walk if all attributes are needed. */
  readonly resource: Resource;
  /** Errors of callbacks that threw or did not finish in time. */
  readonly errors: readonly unknown[];
  /** Drives a visitor, in slices between which the event loop runs. */
  walk(visitor: PointVisitor): Promise<void>;
  /** Returns the collection as OpenTelemetry's data. */
  resourceMetrics(): Promise<ResourceMetrics>;
  /** Marks the collection as delivered: the next delta points start at it. */
  accept(): void;
  /** Marks the collection as not delivered: the next collection includes its delta points. */
  reject(): void;
}

/** Producer that our engine gives to readers. Stock readers accept by collecting, ours when a collection is delivered. */
export interface AcknowledgedProducer extends MetricProducer {
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>;
  /** Starts a collection that must be accepted or rejected. */
  begin(options?: { timeoutMillis?: number }): Promise<Collected>;
  /** Returns the number of metrics with recordings that are in no accepted collection of the reader. */
  undelivered?(): number;
  /**
   * Collects and drives a visitor without waiting. Of asynchronous callbacks, a reader that is connected gets what they
   * observe at once: its process ends. A producer without a reader gets what the last collection observed.
   *
   * @param options `withoutCallbacks` for the values that were observed last.
   */
  walkNow?(visitor: PointVisitor, options?: { readonly withoutCallbacks?: boolean }): void;
  /** Drops the series of all metrics, as if nothing had been recorded; for tests. */
  reset(): void;
}

/** Reports whether a producer is one of our engine. */
export function isAcknowledged(producer: MetricProducer): producer is AcknowledgedProducer {
  return typeof (producer as Partial<AcknowledgedProducer>).begin === 'function';
}
