/** Rows of durations and of streams. */
import { distribution, panel, quantile, type Role, type Row, rate, row, value } from '../../../panels/index.js';
import { percentiles } from '../../kit/dashboard-queries.js';
import type { GenaiMetrics } from './metrics.js';

const by = ['gen_ai.request.model'] as const;
const legend = '{gen_ai.request.model}';
const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row of durations. */
export function latencyRow({ common, latest, duration, timeToFirstChunk, timePerOutputChunk }: GenaiMetrics): Row {
  return row('Latency', [
    panel({
      title: 'Duration of operations',
      description: 'Percentiles of the time of a call.',
      queries: percentiles(duration),
      roles,
    }),
    panel({
      title: 'Distribution of durations',
      description: 'Calls per second in each bucket of their duration.',
      kind: 'heatmap',
      unit: 's',
      queries: distribution(duration),
      roles,
    }),
    panel({
      title: 'Duration by model, p95',
      description: '95 of 100 calls of a model end within this time.',
      queries: { query: quantile(0.95, duration, { by }), legend },
    }),
    panel({
      title: 'Duration by provider, p95',
      description: '95 of 100 calls at a provider end within this time.',
      queries: {
        query: quantile(0.95, duration, { by: ['gen_ai.provider.name'] }),
        legend: '{gen_ai.provider.name}',
      },
      roles,
    }),
    panel({
      title: 'Time to first chunk by model, p95',
      queries: { query: quantile(0.95, timeToFirstChunk, { by }), legend },
      roles,
    }),
    panel({
      title: 'Time per output chunk by model, p95',
      queries: { query: quantile(0.95, timePerOutputChunk, { by }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Output tokens per second by model, p50',
      queries: { query: quantile(0.5, common.outputTokensPerSecond, { by }), legend },
      roles: ['developer'],
    }),
    ...(latest === undefined
      ? []
      : [
          panel({
            title: 'Duration of embeddings by model, p95',
            queries: { query: quantile(0.95, latest.embeddingsDuration, { by }), legend },
            roles: ['developer'],
          }),
          panel({
            title: 'Duration of remote agents, p95',
            queries: {
              query: quantile(0.95, latest.invokeRemoteAgentDuration, { by: ['gen_ai.agent.name'] }),
              legend: '{gen_ai.agent.name}',
            },
            roles: ['developer'],
          }),
        ]),
  ]);
}

/** Returns the row of streams. */
export function streamsRow({ common }: GenaiMetrics): Row {
  const { streams, activeStreams } = common;
  return row('Streams', [
    panel({
      title: 'Streams by outcome',
      queries: { query: rate(streams, { by: ['outcome'] }), legend: '{outcome}' },
      stacked: true,
      roles,
    }),
    panel({
      title: 'Streams in progress by instance',
      queries: { query: value(activeStreams, { by: ['instance'] }), legend: '{instance}' },
      roles,
    }),
  ]);
}
