/** Row of single values. */
import { panel, quantile, type Role, type Row, rate, row, value } from '../../../panels/index.js';
import { clientErrorShare, type HttpMetrics, serverErrorShare } from './queries.js';

const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row. */
export function overviewRow(metrics: HttpMetrics): Row {
  const { serverDuration, serverActiveRequests, clientDuration } = metrics;
  return row('Overview', [
    panel({
      title: 'Incoming requests',
      description: 'Requests that the servers of the program answered, per second.',
      kind: 'stat',
      unit: '{request}/s',
      queries: rate(serverDuration),
    }),
    panel({
      title: 'Failed incoming requests (5xx)',
      description: 'Share of incoming requests that ended with a status of 5xx.',
      kind: 'stat',
      queries: serverErrorShare(metrics),
      thresholds: [
        { from: 0.01, level: 'warning' },
        { from: 0.05, level: 'critical' },
      ],
    }),
    panel({
      title: 'Duration, p95',
      description: '95 of 100 incoming requests end within this time.',
      kind: 'stat',
      queries: quantile(0.95, serverDuration),
      thresholds: [
        { from: 0.5, level: 'warning' },
        { from: 1, level: 'critical' },
      ],
    }),
    panel({
      title: 'Requests in progress',
      description: 'Incoming requests that are not answered yet.',
      kind: 'stat',
      queries: value(serverActiveRequests),
      roles,
    }),
    panel({
      title: 'Outgoing requests',
      description: 'Requests that the program sent to other servers, per second.',
      kind: 'stat',
      unit: '{request}/s',
      queries: rate(clientDuration),
      roles,
    }),
    panel({
      title: 'Failed outgoing requests',
      description: 'Share of outgoing requests with a status from 400 on, or without a response.',
      kind: 'stat',
      queries: clientErrorShare(metrics),
      thresholds: [
        { from: 0.01, level: 'warning' },
        { from: 0.1, level: 'critical' },
      ],
      roles,
    }),
  ]);
}
