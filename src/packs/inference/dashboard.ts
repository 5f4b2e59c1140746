/** The dashboard of the pack `inference`. */

import { type Dashboard, dashboard } from '../../panels/index.js';
import { dashboardName, namespaceOption } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { overview } from './dashboard/overview.js';
import { batches, time, workers } from './dashboard/pipeline.js';
import { service } from './dashboard/service.js';
import { inferenceMetrics, inferenceQueries } from './queries.js';

/** Options of the dashboard. */
export interface InferenceDashboardOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Seconds that a request should take at most: a bucket boundary of `request_latency_seconds`; 0.5 by default. */
  readonly latencySeconds?: number;
}

/**
 * Returns the dashboard of the pack. It suits a scrape each second: it shows 15 minutes and is refreshed every 5 seconds.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or `latencySeconds` is not above 0;
 * METRICS_PANEL_INVALID if it is not a bucket boundary; METRICS_CATALOGUE_INVALID if the namespace is invalid.
 *
 * @example
 * inferenceDashboard({ latencySeconds: 0.25 });
 */
export function inferenceDashboard(options: InferenceDashboardOptions = {}): Dashboard {
  const defaults = { latencySeconds: 0.5 };
  const { namespace, latencySeconds } = withDefaults('inferenceDashboard', options, defaults, {
    others: ['namespace'],
  });
  const metrics = inferenceMetrics(namespace);
  const queries = inferenceQueries(namespaceOption(namespace));
  return dashboard({
    ...dashboardName('inference', 'Inference server', namespace),
    description: 'Latency, throughput, queues, batches and workers of an inference server.',
    tags: ['inference'],
    refresh: '5s',
    last: '15m',
    variables: [
      { attribute: 'worker_type', metric: metrics.workerRequestCount },
      { attribute: 'worker_id', metric: metrics.workerRequestCount },
    ],
    rows: [
      overview(metrics, queries, latencySeconds),
      service(metrics, latencySeconds),
      time(metrics),
      batches(metrics),
      workers(metrics, queries),
    ],
  });
}
