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
      description: 'Incoming requests per second, by status of the response.',
      unit,
      queries: {
        query: rate(serverDuration, { by: ['http.response.status_code'] }),
        legend: '{http.response.status_code}',
      },
      stacked: true,
    }),
    panel({
      title: 'Failed and aborted requests',
      description:
        'Incoming requests per second: all, those with a status of 5xx, and those whose client closed the connection.',
      unit,
      queries: [
        { query: rate(serverDuration), legend: 'all' },
        { query: rate(serverDuration, { where: serverFailed }), legend: '5xx' },
        { query: rate(serverDuration, { where: aborted }), legend: 'aborted by the client' },
      ],
      roles,
    }),
    panel({
      title: 'Duration of requests',
      description: 'Percentiles of the time from an incoming request to the end of its response.',
      queries: percentiles(serverDuration),
    }),
    panel({
      title: 'Distribution of durations',
      description: 'Incoming requests per second in each bucket of their duration.',
      kind: 'heatmap',
      unit: 's',
      queries: distribution(serverDuration),
      roles,
    }),
    panel({
      title: 'Requests in progress by instance',
      description:
        'Incoming requests that are not answered yet, by instance. A growing number shows a server that does not keep up.',
      queries: { query: value(serverActiveRequests, { by: ['instance'] }), legend: '{instance}' },
      roles,
    }),
    panel({
      title: 'Requests by method and version',
      description: 'Incoming requests per second, by method and version of HTTP.',
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
      description: 'Incoming requests per second, of the 15 routes with most requests.',
      unit,
      queries: { query: topk(15, rate(serverDuration, { by })), legend },
      stacked: true,
    }),
    panel({
      title: 'Failed requests by route (5xx)',
      description:
        'Share of requests to a route that ended with a status of 5xx, of the 15 routes with the largest share.',
      queries: { query: topk(15, serverErrorShare(metrics, by)), legend },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
    }),
    panel({
      title: 'Duration by route, p95',
      description: '95 of 100 requests to a route end within this time, of the 15 slowest routes.',
      queries: { query: topk(15, quantile(0.95, serverDuration, { by })), legend },
    }),
    panel({
      title: 'Slowest routes, p99',
      description: '99 of 100 requests to a route ended within this time in the last hour, of the 15 slowest routes.',
      kind: 'bars',
      queries: { query: topk(15, quantile(0.99, serverDuration, { by, over: '1h' })), legend },
      roles: ['developer'],
    }),
  ]);
}
