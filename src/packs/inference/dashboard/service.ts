/** Row of the service that users get: how many requests, how many fail, how many are in time. */
import { or, panel, quantile, type Row, rate, row, shareBelow, times, value } from '../../../panels/index.js';
import { secondsText } from '../../../panels/unit.js';
import { errorShare, type InferenceMetrics } from '../queries.js';

export function service(metrics: InferenceMetrics, latencySeconds: number): Row {
  const { requestCount, requestErrors, requestsAbandoned, requestsInFlight, requestLatency } = metrics;
  const { documentsScored, timeToFirstResult } = metrics;
  return row('Service', [
    panel({
      title: 'Requests per second',
      queries: [
        { query: rate(requestCount), legend: 'ended' },
        { query: or(rate(requestsAbandoned), times(rate(requestCount), 0)), legend: 'abandoned' },
      ],
      min: 0,
    }),
    panel({
      title: 'Failed requests',
      description: 'Share of requests that failed.',
      queries: { query: times(errorShare(metrics, [], 'auto'), 100), legend: 'failed' },
      unit: '%',
      min: 0,
      thresholds: [
        { from: 1, level: 'warning' },
        { from: 5, level: 'critical' },
      ],
    }),
    panel({
      title: 'Errors by type',
      queries: [
        { query: rate(requestErrors, { by: ['error.type'] }), legend: '{error.type}' },
        // Shows 0 while no request has failed: then no type of error has a series.
        { query: or(rate(requestErrors), times(rate(requestCount), 0)), legend: 'all' },
      ],
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Requests in time',
      description: `Share of requests that take at most ${secondsText(latencySeconds)}.`,
      queries: { query: times(shareBelow(latencySeconds, requestLatency), 100), legend: 'in time' },
      unit: '%',
      max: 100,
    }),
    panel({
      title: 'Requests in flight',
      queries: { query: value(requestsInFlight, { by: ['instance'] }), legend: '{instance}' },
      min: 0,
      stacked: true,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Time to the first result',
      queries: [
        { query: quantile(0.5, timeToFirstResult), legend: 'p50' },
        { query: quantile(0.95, timeToFirstResult), legend: 'p95' },
      ],
      min: 0,
    }),
    panel({
      title: 'Documents scored',
      queries: { query: rate(documentsScored), legend: 'documents' },
      min: 0,
      roles: ['developer', 'business'],
    }),
  ]);
}
