/** Rows of the API under test and of the queues in front of models. */
import { panel, quantile, type Role, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import type { BenchmarkMetrics } from './queries.js';

const roles: readonly Role[] = ['operator', 'developer'];
const by = ['model_name'] as const;
const legend = '{model_name}';

/** Returns the row of the API under test. */
export function callsRow({ apiCalls, apiResponseTime }: BenchmarkMetrics): Row {
  return row('API under test', [
    panel({ title: 'API calls', queries: { query: rate(apiCalls, { by }), legend }, roles }),
    panel({
      title: 'Failed API calls',
      queries: {
        query: ratio(rate(apiCalls, { by, where: { outcome: 'failed' } }), rate(apiCalls, { by })),
        legend,
      },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
      roles,
    }),
    panel({ title: 'Response time', queries: percentiles(apiResponseTime), roles }),
    panel({
      title: 'Response time by model, p95',
      queries: { query: quantile(0.95, apiResponseTime, { by }), legend },
      roles,
    }),
  ]);
}

/** Returns the row of queues. */
export function queueRow({ queueDepth, queueInFlight, queueWait, queueAbandoned }: BenchmarkMetrics): Row {
  return row('Queues', [
    panel({ title: 'Requests in the queue', queries: { query: value(queueDepth, { by }), legend }, roles }),
    panel({ title: 'Requests in flight', queries: { query: value(queueInFlight, { by }), legend }, roles }),
    panel({ title: 'Wait in the queue', queries: percentiles(queueWait), roles }),
    panel({
      title: 'Abandoned requests',
      queries: { query: ratio(rate(queueAbandoned, { by }), rate(queueWait, { by })), legend },
      min: 0,
      roles: ['developer'],
    }),
  ]);
}
