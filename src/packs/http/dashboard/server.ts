/** Rows of incoming requests: all of them, and by route. */
import { distribution, panel, quantile, type Role, type Row, rate, row, topk, value } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import { aborted, type HttpMetrics, serverErrorShare, serverFailed } from './queries.js';

const unit = '{request}/s';
const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row of all incoming requests. */
export function serverRow({ serverDuration, serverActiveRequests }: HttpMetrics): Row {
  return row('Incoming requests', [
    panel({
      title: 'Requests by status',
      unit,
      queries: {
        query: rate(serverDuration, { by: ['http.response.status_code'] }),
        legend: '{http.response.status_code}',
      },
      stacked: true,
    }),
    panel({
      title: 'Failed and aborted requests',
      unit,
      queries: [
        { query: rate(serverDuration), legend: 'all' },
        { query: rate(serverDuration, { where: serverFailed }), legend: '5xx' },
        { query: rate(serverDuration, { where: aborted }), legend: 'aborted by the client' },
      ],
      roles,
    }),
    panel({ title: 'Duration of requests', queries: percentiles(serverDuration) }),
    panel({
      title: 'Distribution of durations',
      kind: 'heatmap',
      unit: 's',
      queries: distribution(serverDuration),
      roles,
    }),
    panel({
      title: 'Requests in progress by instance',
      queries: { query: value(serverActiveRequests, { by: ['instance'] }), legend: '{instance}' },
      roles,
    }),
    panel({
      title: 'Requests by method and version',
      unit,
      queries: {
        query: rate(serverDuration, { by: ['http.request.method', 'network.protocol.version'] }),
        legend: '{http.request.method} HTTP/{network.protocol.version}',
      },
      roles: ['developer'],
    }),
  ]);
}

/** Returns the row of routes. */
export function routesRow(metrics: HttpMetrics): Row {
  const { serverDuration } = metrics;
  const by = ['http.route'] as const;
  const legend = '{http.route}';
  return row('Routes', [
    panel({
      title: 'Requests by route',
      unit,
      queries: { query: topk(15, rate(serverDuration, { by })), legend },
      stacked: true,
    }),
    panel({
      title: 'Failed requests by route (5xx)',
      queries: { query: topk(15, serverErrorShare(metrics, by)), legend },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
    }),
    panel({
      title: 'Duration by route, p95',
      queries: { query: topk(15, quantile(0.95, serverDuration, { by })), legend },
    }),
    panel({
      title: 'Slowest routes, p99',
      kind: 'bars',
      queries: { query: topk(15, quantile(0.99, serverDuration, { by, over: '1h' })), legend },
      roles: ['developer'],
    }),
  ]);
}
