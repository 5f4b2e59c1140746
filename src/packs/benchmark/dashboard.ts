/**
 * Dashboard of pack `benchmark`: models compared, and the resources that they use. Each file of `dashboard/` is a row or
 * several.
 *
 * Container and host are those of the collectors `container` and `host`; the pack itself does not measure them.
 */

import { type Dashboard, dashboard, metricsOf } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { checkedOptions } from '../kit/options.js';
import { callsRow, queueRow } from './dashboard/calls.js';
import { latencyRow } from './dashboard/latency.js';
import { overviewRow } from './dashboard/overview.js';
import { predictionsRow, qualityRow } from './dashboard/quality.js';
import { containerRow, gpuRow, hostRow } from './dashboard/resources.js';
import { throughputRow } from './dashboard/throughput.js';
import { benchmark } from './index.js';
import type { BenchmarkOptions } from './options.js';

/**
 * Returns the dashboard of a benchmark suite.
 *
 * @param options those of the pack: its namespace decides the names of the metrics.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID as `benchmark`.
 */
export function benchmarkDashboard(options: BenchmarkOptions = {}): Dashboard {
  const { namespace } = checkedOptions('benchmarkDashboard', options);
  const metrics = metricsOf(benchmark(options).catalogue);
  return dashboard({
    ...dashboardName('benchmark', 'Benchmark', namespace),
    description: 'Models compared by quality, latency and throughput; GPUs, containers, the API under test and queues.',
    tags: ['benchmark'],
    last: '6h',
    variables: [
      { attribute: 'model_name', metric: metrics.samples },
      { attribute: 'prompt_category', metric: metrics.samples },
      { attribute: 'gpu_id', metric: metrics.gpuUtilization },
      { attribute: 'container_id', metric: metrics.samples },
    ],
    rows: [
      overviewRow(metrics),
      qualityRow(metrics),
      predictionsRow(metrics),
      latencyRow(metrics),
      throughputRow(metrics),
      gpuRow(metrics),
      containerRow(metrics),
      hostRow(),
      callsRow(metrics),
      queueRow(metrics),
    ],
  });
}
