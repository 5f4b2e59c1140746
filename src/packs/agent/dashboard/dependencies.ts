/** Rows of what a platform depends on: caches, external APIs and the database, resources. */
import { panel, quantile, type Row, rate, ratio, row, times, value } from '../../../panels/index.js';
import type { AgentMetrics } from '../queries.js';

export function caches(metrics: AgentMetrics): Row {
  const { cacheLookups, cacheLookupLatency, cacheSize, embeddingLookups, embeddingGenerationLatency } = metrics;
  const layer = { by: ['cache_layer'] } as const;
  return row('Caches and embeddings', [
    panel({
      title: 'Lookups by layer',
      queries: { query: rate(cacheLookups, { by: ['cache_layer', 'result'] }), legend: '{cache_layer}, {result}' },
      stacked: true,
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Time of lookups by layer, p95',
      queries: { query: quantile(0.95, cacheLookupLatency, layer), legend: '{cache_layer}' },
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Size of caches',
      queries: { query: value(cacheSize, { ...layer, merge: 'sum' }), legend: '{cache_layer}' },
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Embeddings from the cache',
      description: 'Share of requested embeddings that the cache had.',
      queries: {
        query: times(ratio(rate(embeddingLookups, { where: { result: 'hit' } }), rate(embeddingLookups)), 100),
        legend: 'hits',
      },
      min: 0,
      max: 100,
      roles: ['developer'],
    }),
    panel({
      title: 'Time to generate an embedding',
      queries: { query: quantile(0.95, embeddingGenerationLatency), legend: 'p95' },
      min: 0,
      roles: ['developer'],
    }),
  ]);
}

export function externalApis(metrics: AgentMetrics): Row {
  const { externalApiCalls, externalApiErrors, apiCallLatency, databaseQueries, databaseLatency } = metrics;
  const by = { by: ['service'] } as const;
  const readers = { roles: ['operator', 'developer'] } as const;
  return row('External APIs and database', [
    panel({
      ...readers,
      title: 'Calls of external APIs',
      queries: { query: rate(externalApiCalls, by), legend: '{service}' },
      stacked: true,
      min: 0,
    }),
    panel({
      ...readers,
      title: 'Failed calls of external APIs',
      description: 'Share of calls that failed.',
      queries: {
        query: times(ratio(rate(externalApiErrors, by), rate(externalApiCalls, by)), 100),
        legend: '{service}',
      },
      unit: '%',
      min: 0,
      max: 100,
    }),
    panel({
      ...readers,
      title: 'Errors of external APIs by type',
      queries: { query: rate(externalApiErrors, { by: ['service', 'error_type'] }), legend: '{service}, {error_type}' },
      min: 0,
    }),
    panel({
      ...readers,
      title: 'Time of calls of external APIs, p95',
      queries: { query: quantile(0.95, apiCallLatency, by), legend: '{service}' },
      min: 0,
    }),
    panel({
      ...readers,
      title: 'Queries of the database',
      queries: { query: rate(databaseQueries, { by: ['operation'] }), legend: '{operation}' },
      stacked: true,
      min: 0,
    }),
    panel({
      ...readers,
      title: 'Time of queries of the database',
      queries: [
        { query: quantile(0.5, databaseLatency), legend: 'p50' },
        { query: quantile(0.95, databaseLatency), legend: 'p95' },
      ],
      min: 0,
    }),
  ]);
}

export function resources({ resourceUtilization, memoryUsage, metricsExportLatency }: AgentMetrics): Row {
  return row('Resources', [
    panel({
      title: 'Utilization',
      queries: {
        query: value(resourceUtilization, { by: ['resource', 'instance'] }),
        legend: '{resource}, {instance}',
      },
      min: 0,
      max: 100,
      thresholds: [{ from: 90, level: 'warning' }],
      roles: ['operator'],
    }),
    panel({
      title: 'Memory by instance',
      queries: { query: value(memoryUsage, { by: ['instance'] }), legend: '{instance}' },
      min: 0,
      roles: ['operator'],
    }),
    panel({
      title: 'Time of metric exports, p95',
      queries: { query: quantile(0.95, metricsExportLatency), legend: 'p95' },
      min: 0,
      roles: ['operator'],
    }),
  ]);
}
