/** Values of the live stream. */
import { type Query, quantile, rate, times } from '../../panels/index.js';
import { errorShare, inferenceMetrics, queuedRequests } from './queries.js';

/** Returns the queries of the live stream by name. */
export function inferenceLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = inferenceMetrics(namespace);
  return {
    requests_per_second: rate(metrics.requestCount),
    error_rate: errorShare(metrics, [], 'auto'),
    p99_latency_ms: times(quantile(0.99, metrics.requestLatency), 1_000),
    queued_requests: queuedRequests(metrics),
  };
}
