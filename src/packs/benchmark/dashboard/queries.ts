/** Metrics and conditions that several rows and alerts use. */
import { type MetricsOf, type Query, rate, ratio } from '../../../panels/index.js';
import type { BenchmarkDefinitions } from '../metrics.js';

/** Metrics of the pack, by their keys. */
export type BenchmarkMetrics = MetricsOf<BenchmarkDefinitions>;

/** Returns the share of samples that failed. */
export function failedSamples({ samples }: BenchmarkMetrics, by: readonly 'model_name'[] = []): Query {
  return ratio(rate(samples, { by, where: { outcome: 'failed' } }), rate(samples, { by }));
}
