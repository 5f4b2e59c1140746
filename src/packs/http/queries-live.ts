/** Values of the live stream. */
import { metricsOf, type Query, quantile, rate, times, value } from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import { serverErrorShare } from './dashboard/queries.js';
import { http } from './index.js';

/** Returns the queries of the live stream by name: those of incoming requests. */
export function httpLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = metricsOf(http(namespaceOption(namespace)).catalogue);
  return {
    requests_per_second: rate(metrics.serverDuration),
    error_rate: serverErrorShare(metrics),
    p99_latency_ms: times(quantile(0.99, metrics.serverDuration), 1_000),
    active_requests: value(metrics.serverActiveRequests),
  };
}
