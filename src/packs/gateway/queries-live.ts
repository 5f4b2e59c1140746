/** Values of the live stream. */
import { metricsOf, type Query, quantile, rate, times, value } from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import { errorShare } from './dashboard/queries.js';
import { gateway } from './index.js';

/** Returns the queries of the default message of the stream; their names and their order are part of its format. */
export function gatewayLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = metricsOf(gateway(namespaceOption(namespace)).catalogue);
  return {
    requests_per_second: rate(metrics.requests),
    error_rate: errorShare(metrics),
    p99_latency_ms: times(quantile(0.99, metrics.duration), 1_000),
    active_sessions: value(metrics.sessions, { merge: 'sum' }),
  };
}
