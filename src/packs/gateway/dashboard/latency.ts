/** Row of durations. */
import { distribution, panel, quantile, type Role, type Row, row } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import type { GatewayMetrics } from './queries.js';

/** Returns the row. */
export function latencyRow(metrics: GatewayMetrics): Row {
  const { duration, modelDuration, timeToFirstByte, modelTimeToFirstByte, timePerOutputToken, overhead } = metrics;
  const roles: readonly Role[] = ['operator', 'developer'];
  return row('Latency', [
    panel({ title: 'Duration of requests', queries: percentiles(duration), roles }),
    panel({ title: 'Distribution of durations', kind: 'heatmap', unit: 's', queries: distribution(duration), roles }),
    panel({
      title: 'Duration by provider, p95',
      queries: { query: quantile(0.95, duration, { by: ['provider'] }), legend: '{provider}' },
      roles,
    }),
    panel({
      title: 'Duration by model, p95',
      queries: { query: quantile(0.95, modelDuration, { by: ['model'] }), legend: '{model}' },
    }),
    panel({
      title: 'Time to first byte by provider, p95',
      queries: { query: quantile(0.95, timeToFirstByte, { by: ['provider'] }), legend: '{provider}' },
      roles,
    }),
    panel({
      title: 'Time to first byte by model, p95',
      queries: { query: quantile(0.95, modelTimeToFirstByte, { by: ['model'] }), legend: '{model}' },
      roles: ['developer'],
    }),
    panel({
      title: 'Time per output token, p95',
      queries: { query: quantile(0.95, timePerOutputToken, { by: ['provider'] }), legend: '{provider}' },
      roles: ['developer'],
    }),
    panel({
      title: 'Time of the gateway itself',
      queries: percentiles(overhead),
      thresholds: [{ from: 0.005, level: 'critical' }],
      roles,
    }),
  ]);
}
