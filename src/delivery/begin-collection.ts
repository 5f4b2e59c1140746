/** Collection by a reader of this package, behind any `MeterProvider`. */
import { requireArgument } from '../errors.js';
import { type Collected, isAcknowledged } from '../model/collected.js';
import type { MetricProducer } from '../model/otel-sdk.js';
import { replay } from '../model/replay.js';

/** Begins a collection. Behind another SDK, `accept` and `reject` have no effect: collecting acknowledges. */
export async function beginCollection(producer: MetricProducer, timeoutMillis: number): Promise<Collected> {
  const canCollect = typeof (producer as Partial<MetricProducer> | null)?.collect === 'function';
  requireArgument('beginCollection: producer', producer, canCollect, 'the producer that a reader was given');
  if (isAcknowledged(producer)) return producer.begin({ timeoutMillis });
  const { resourceMetrics, errors } = await producer.collect({ timeoutMillis });
  return {
    resource: resourceMetrics.resource,
    errors,
    walk: async (visitor) => replay(resourceMetrics, visitor),
    resourceMetrics: async () => resourceMetrics,
    accept() {},
    reject() {},
  };
}
