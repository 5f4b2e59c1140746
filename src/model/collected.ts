/** One collection on its way to a backend, and the answer whether it arrived. */
import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, MetricProducer, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { PointVisitor } from './points.js';

/**
 * A collection that was begun for one reader.
 *
 * It is walked once, by `walk` or `resourceMetrics`, and then accepted or rejected. What a rejected collection of delta
 * points held is part of the next one.
 */
export interface Collected {
  /** Whose metrics they are. It may still be finding out about itself: whoever needs all of it before the walk waits. */
  readonly resource: Resource;
  /** What callbacks threw, and which did not end in time. */
  readonly errors: readonly unknown[];
  /** Drives a visitor, in slices between which the event loop runs. */
  walk(visitor: PointVisitor): Promise<void>;
  /** The same as OpenTelemetry's data. */
  resourceMetrics(): Promise<ResourceMetrics>;
  /** The backend has it: delta points begin anew from here. */
  accept(): void;
  /** The backend does not have it: the next collection holds it too. */
  reject(): void;
}

/** The producer that our engine gives to a reader: a stock one acknowledges at collection, ours when delivered. */
export interface AcknowledgedProducer extends MetricProducer {
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>;
  /** Begins a collection that must be accepted or rejected. */
  begin(options?: { timeoutMillis?: number }): Promise<Collected>;
}

/** Whether a reader was given a producer of ours. */
export function isAcknowledged(producer: MetricProducer): producer is AcknowledgedProducer {
  return typeof (producer as Partial<AcknowledgedProducer>).begin === 'function';
}
