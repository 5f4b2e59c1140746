/** Queries that the dashboard and the rules of application sources share. */
import { divide, type MetricsOf, metricsOf, type Query, rate, ratio, value } from '../../panels/index.js';
import { applicationCatalogue } from './metrics.js';

export type ApplicationMetrics = MetricsOf<ReturnType<typeof applicationCatalogue>['definitions']>;

/** Returns the metrics. The number of names does not matter to queries. */
export const applicationMetricsForQueries = (): ApplicationMetrics => metricsOf(applicationCatalogue(50));

/** Labels of one source. */
export const byPool = ['job', 'instance', 'db.client.connection.pool.name'] as const;
export const byBuffer = ['job', 'instance', 'buffer.name'] as const;

/** Share of the connections of a pool that are in use. */
export function usedConnections({ connections, connectionsMax }: ApplicationMetrics): Query {
  const used = value(connections, { by: byPool, where: { 'db.client.connection.state': 'used' } });
  return divide(used, value(connectionsMax, { by: byPool }));
}

/** Used share of a buffer. */
export function usedBuffer({ bufferUsage, bufferLimit }: ApplicationMetrics): Query {
  return divide(value(bufferUsage, { by: byBuffer }), value(bufferLimit, { by: byBuffer }));
}

/** Share of the lookups in a cache that found an entry. */
export function cacheHits({ cacheRequests }: ApplicationMetrics): Query {
  const by = ['cache.name'] as const;
  return ratio(rate(cacheRequests, { by, where: { 'cache.result': 'hit' } }), rate(cacheRequests, { by }));
}
