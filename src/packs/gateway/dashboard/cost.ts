/** Rows of tokens, cost, cache and sessions. */
import { divide, panel, type Row, rate, ratio, row, topk, value } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import type { GatewayMetrics } from './queries.js';

/** Returns the row of tokens and cost. */
export function usageRow({ tokens, cost, auditedRequests }: GatewayMetrics): Row {
  return row('Tokens and cost', [
    panel({
      title: 'Tokens by type',
      queries: { query: rate(tokens, { by: ['token_type'] }), legend: '{token_type}' },
      stacked: true,
    }),
    panel({
      title: 'Tokens by model',
      queries: { query: topk(10, rate(tokens, { by: ['model'] })), legend: '{model}' },
    }),
    panel({
      title: 'Cost per hour by application',
      unit: '{USD}/h',
      queries: { query: perHour(rate(cost, { by: ['application'] })), legend: '{application}' },
      stacked: true,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Cost per hour by model',
      unit: '{USD}/h',
      queries: { query: topk(10, perHour(rate(cost, { by: ['provider', 'model'] }))), legend: '{provider}: {model}' },
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Requests by application',
      queries: { query: rate(auditedRequests, { by: ['application'] }), legend: '{application}' },
      roles: ['business'],
    }),
    panel({
      title: 'Cost per request by model',
      kind: 'bars',
      unit: '{USD}',
      queries: {
        query: divide(rate(cost, { by: ['model'] }), rate(auditedRequests, { by: ['model'] })),
        legend: '{model}',
      },
      roles: ['developer', 'business'],
    }),
  ]);
}

/** Returns the row of the cache and of sessions. */
export function cacheRow(metrics: GatewayMetrics): Row {
  const { cacheLookups, auditedCacheHits, auditedRequests, cacheHitRatio, streamingRatio, sessions, users } = metrics;
  return row('Cache and sessions', [
    panel({
      title: 'Cache hits by provider',
      queries: {
        query: ratio(
          rate(cacheLookups, { by: ['provider'], where: { outcome: 'hit' } }),
          rate(cacheLookups, { by: ['provider'] }),
        ),
        legend: '{provider}',
      },
      min: 0,
      max: 1,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Cache hits by application',
      queries: {
        query: ratio(rate(auditedCacheHits, { by: ['application'] }), rate(auditedRequests, { by: ['application'] })),
        legend: '{application}',
      },
      min: 0,
      max: 1,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Sessions and users in the window',
      queries: [
        { query: value(sessions, { merge: 'sum' }), legend: 'sessions' },
        { query: value(users, { merge: 'sum' }), legend: 'users' },
      ],
      roles: ['operator', 'business'],
    }),
    panel({
      title: 'Shares of audited requests in the window',
      queries: [
        { query: value(cacheHitRatio), legend: 'answered from the cache' },
        { query: value(streamingRatio), legend: 'streamed' },
      ],
      min: 0,
      max: 1,
      roles: ['developer'],
    }),
  ]);
}
