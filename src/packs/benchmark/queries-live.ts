/** Values of the live stream. */
import { metricsOf, type Query, quantile, rate, times, value } from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import { failedSamples } from './dashboard/queries.js';
import { benchmark } from './index.js';

/** Returns the queries of the live stream by name. */
export function benchmarkLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = metricsOf(benchmark(namespaceOption(namespace)).catalogue);
  return {
    samples_per_second: rate(metrics.samples),
    error_rate: failedSamples(metrics),
    // Failed samples stop early.
    p99_latency_ms: times(quantile(0.99, metrics.latency, { where: { outcome: 'ok' } }), 1_000),
    active_runs: value(metrics.activeRuns),
  };
}
