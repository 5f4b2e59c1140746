/** Row of single values: what an operator and the business see first. */
import { divide, panel, quantile, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import { errorShare, type GatewayMetrics } from './queries.js';

/** Returns the row. */
export function overviewRow(metrics: GatewayMetrics): Row {
  const { requests, duration, timeToFirstByte, cost, auditedRequests, cacheLookups, sessions, users } = metrics;
  return row('Overview', [
    panel({ title: 'Requests per second', kind: 'stat', queries: rate(requests) }),
    panel({
      title: 'Failed requests',
      kind: 'stat',
      queries: errorShare(metrics),
      thresholds: [
        { from: 0.01, level: 'warning' },
        { from: 0.05, level: 'critical' },
      ],
    }),
    panel({
      title: 'Duration, p95',
      kind: 'stat',
      queries: quantile(0.95, duration),
      thresholds: [
        { from: 4, level: 'warning' },
        { from: 8, level: 'critical' },
      ],
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Time to first byte, p95',
      kind: 'stat',
      queries: quantile(0.95, timeToFirstByte),
      roles: ['operator', 'developer'],
    }),
    panel({ title: 'Cost per hour', kind: 'stat', unit: '{USD}/h', queries: perHour(rate(cost)) }),
    panel({
      title: 'Cost per request',
      kind: 'stat',
      unit: '{USD}',
      queries: divide(rate(cost), rate(auditedRequests)),
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Cache hits',
      kind: 'stat',
      queries: ratio(rate(cacheLookups, { where: { outcome: 'hit' } }), rate(cacheLookups)),
      roles: ['developer', 'business'],
    }),
    panel({ title: 'Active sessions', kind: 'stat', queries: value(sessions, { merge: 'sum' }) }),
    panel({
      title: 'Active users',
      kind: 'stat',
      queries: value(users, { merge: 'sum' }),
      roles: ['business'],
    }),
  ]);
}
