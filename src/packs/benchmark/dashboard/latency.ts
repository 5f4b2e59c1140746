/** Row that compares models by their times. */
import { distribution, panel, quantile, type Row, row } from '../../../panels/index.js';
import type { BenchmarkMetrics } from './queries.js';

const by = ['model_name'] as const;
const legend = '{model_name}';
const where = { outcome: 'ok' } as const;

/** Returns the row. Failed samples stop early, so their times are not compared. */
export function latencyRow(metrics: BenchmarkMetrics): Row {
  const { latency, timeToFirstOutput, timePerOutput, normalizedTimePerOutput, runDuration } = metrics;
  return row('Latency of models', [
    panel({ title: 'Latency, p50', queries: { query: quantile(0.5, latency, { by, where }), legend } }),
    panel({ title: 'Latency, p95', queries: { query: quantile(0.95, latency, { by, where }), legend } }),
    panel({
      title: 'Distribution of latency',
      kind: 'heatmap',
      unit: 's',
      queries: distribution(latency, { where }),
      roles: ['developer'],
    }),
    panel({
      title: 'Latency by prompt category, p95',
      queries: { query: quantile(0.95, latency, { by: ['prompt_category'], where }), legend: '{prompt_category}' },
      roles: ['developer'],
    }),
    panel({
      title: 'Time to first output, p95',
      queries: { query: quantile(0.95, timeToFirstOutput, { by }), legend },
    }),
    panel({ title: 'Time per output, p95', queries: { query: quantile(0.95, timePerOutput, { by }), legend } }),
    panel({
      title: 'Normalized time per output, p95',
      queries: { query: quantile(0.95, normalizedTimePerOutput, { by }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Duration of runs of a day, p50',
      queries: { query: quantile(0.5, runDuration, { by, where, over: '1d' }), legend },
      roles: ['operator', 'developer'],
    }),
  ]);
}
