/** Row of models that this process serves. */
import { panel, quantile, type Role, type Row, rate, ratio, row } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import type { GenaiMetrics } from './metrics.js';

const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row. */
export function serverRow({ common }: GenaiMetrics): Row {
  const { serverRequestDuration, serverTimeToFirstToken, serverTimePerOutputToken } = common;
  const by = ['gen_ai.request.model'] as const;
  const legend = '{gen_ai.request.model}';
  return row('Served models', [
    panel({
      title: 'Requests to served models',
      unit: '{request}/s',
      queries: { query: rate(serverRequestDuration, { by }), legend },
      roles,
    }),
    panel({
      title: 'Failed requests to served models',
      queries: {
        query: ratio(
          rate(serverRequestDuration, { by, where: { 'error.type': { not: '' } } }),
          rate(serverRequestDuration, { by }),
        ),
        legend,
      },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
      roles,
    }),
    panel({ title: 'Duration of requests to served models', queries: percentiles(serverRequestDuration), roles }),
    panel({
      title: 'Time to first token, p95',
      queries: { query: quantile(0.95, serverTimeToFirstToken, { by }), legend },
      roles,
    }),
    panel({
      title: 'Time per output token, p95',
      queries: { query: quantile(0.95, serverTimePerOutputToken, { by }), legend },
      roles,
    }),
  ]);
}
