/** Rows of requests and of the providers that answer them. */
import { panel, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { errorShare, type GatewayMetrics } from './queries.js';

/** Returns the row of requests. */
export function requestsRow(metrics: GatewayMetrics): Row {
  const { requests, activeRequests, received, sent, streamedRequests, abandonedRequests } = metrics;
  return row('Requests', [
    panel({
      title: 'Requests by provider',
      queries: { query: rate(requests, { by: ['provider'] }), legend: '{provider}' },
      stacked: true,
    }),
    panel({
      title: 'Failed requests by provider',
      queries: { query: errorShare(metrics, ['provider']), legend: '{provider}' },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
    }),
    panel({
      title: 'Requests in progress',
      queries: { query: value(activeRequests, { by: ['provider'] }), legend: '{provider}' },
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Streamed requests',
      queries: {
        query: ratio(rate(streamedRequests, { by: ['provider'] }), rate(requests, { by: ['provider'] })),
        legend: '{provider}',
      },
      min: 0,
      max: 1,
      roles: ['developer'],
    }),
    panel({
      title: 'Bytes received and sent',
      queries: [
        { query: rate(received), legend: 'received' },
        { query: rate(sent), legend: 'sent' },
      ],
      roles: ['operator'],
    }),
    panel({
      title: 'Requests whose end was never reported',
      queries: {
        query: ratio(rate(abandonedRequests, { by: ['provider'] }), rate(requests, { by: ['provider'] })),
        legend: '{provider}',
      },
      min: 0,
      roles: ['developer'],
    }),
  ]);
}

/** Returns the row of providers. */
export function providersRow(metrics: GatewayMetrics): Row {
  const { errors, rateLimits, fallbacks, auditedErrors, requests } = metrics;
  return row('Errors of providers', [
    panel({
      title: 'Errors by code',
      queries: {
        query: rate(errors, { by: ['provider', 'error.type'] }),
        legend: '{provider}: {error.type}',
      },
      stacked: true,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Errors by model',
      queries: { query: rate(auditedErrors, { by: ['model', 'error.type'] }), legend: '{model}: {error.type}' },
      stacked: true,
      roles: ['developer'],
    }),
    panel({
      title: 'Rejected by a rate limit',
      queries: {
        query: ratio(rate(rateLimits, { by: ['provider'] }), rate(requests, { by: ['provider'] })),
        legend: '{provider}',
      },
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Fallbacks',
      queries: {
        query: rate(fallbacks, { by: ['provider', 'fallback_provider', 'outcome'] }),
        legend: '{provider} to {fallback_provider}: {outcome}',
      },
      roles: ['operator', 'developer'],
    }),
  ]);
}
