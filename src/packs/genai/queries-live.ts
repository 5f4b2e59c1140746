/** Values of the live stream. */
import { type Query, quantile, rate, ratio, times } from '../../panels/index.js';
import { perHour } from '../kit/dashboard-queries.js';
import { namespaceOption } from '../kit/namespace.js';
import { genaiMetrics } from './dashboard/metrics.js';
import { allTokens } from './dashboard/overview.js';

/** Returns the queries of the live stream by name. */
export function genaiLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = genaiMetrics(namespaceOption(namespace));
  const { duration, common } = metrics;
  return {
    operations_per_second: rate(duration),
    error_rate: ratio(rate(duration, { where: { 'error.type': { not: '' } } }), rate(duration)),
    p99_latency_ms: times(quantile(0.99, duration), 1_000),
    tokens_per_second: allTokens(metrics),
    cost_usd_per_hour: perHour(rate(common.cost)),
  };
}
