/** How a reader of ours collects, whoever made the `MeterProvider`. */
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { type Collected, isAcknowledged } from '../model/collected.js';
import { replay } from '../model/replay.js';

/** Begins a collection. Behind our engine it waits to be accepted; behind another SDK it is, by being made. */
export async function beginCollection(producer: MetricProducer, timeoutMillis: number): Promise<Collected> {
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
