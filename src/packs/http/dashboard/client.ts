/** Row of outgoing requests. */
import { panel, quantile, type Role, type Row, rate, row, topk } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import { clientErrorShare, type HttpMetrics } from './queries.js';

const unit = '{request}/s';
const by = ['server.address'] as const;
const legend = '{server.address}';
const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row. */
export function clientRow(metrics: HttpMetrics): Row {
  const { clientDuration } = metrics;
  return row('Outgoing requests', [
    panel({
      title: 'Outgoing requests by server',
      description: 'Outgoing requests per second, of the 15 servers with most requests.',
      unit,
      queries: { query: topk(15, rate(clientDuration, { by })), legend },
      stacked: true,
      roles,
    }),
    panel({
      title: 'Failed outgoing requests by server',
      description:
        'Share of requests to a server with a status from 400 on, or without a response, of the 15 servers with the largest share.',
      queries: { query: topk(15, clientErrorShare(metrics, by)), legend },
      min: 0,
      thresholds: [{ from: 0.1, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Outgoing requests by status and error',
      description: 'Outgoing requests by status and error. A request without a response has an error only.',
      unit,
      queries: {
        query: rate(clientDuration, { by: ['http.response.status_code', 'error.type'] }),
        legend: '{http.response.status_code} {error.type}',
      },
      stacked: true,
      roles,
    }),
    panel({
      title: 'Duration of outgoing requests',
      description: 'Percentiles of the time from an outgoing request to the end of its response.',
      queries: percentiles(clientDuration),
      roles,
    }),
    panel({
      title: 'Duration by server, p95',
      description: '95 of 100 requests to a server end within this time, of the 15 slowest servers.',
      queries: { query: topk(15, quantile(0.95, clientDuration, { by })), legend },
      roles,
    }),
  ]);
}
