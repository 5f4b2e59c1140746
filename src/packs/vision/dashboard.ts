/** The dashboard of the pack `vision`. */

import { type Dashboard, dashboard } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { frames, models } from './dashboard/detail.js';
import { overview } from './dashboard/overview.js';
import type { Detail } from './metrics.js';
import { visionMetrics } from './queries.js';

/** Options of the dashboard. */
export interface VisionDashboardOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Detail of the pack: with `few`, panels of metrics that it does not have are left out; `full` by default. */
  readonly detail?: Detail;
  /** Frames per second below which a camera is shown as critical; 10 by default. */
  readonly minFps?: number;
}

/**
 * Returns the dashboard of the pack.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid; METRICS_CATALOGUE_INVALID if the
 * namespace is invalid.
 *
 * @example
 * visionDashboard({ minFps: 25 });
 */
export function visionDashboard(options: VisionDashboardOptions = {}): Dashboard {
  const defaults = { minFps: 10, detail: 'full' } as const;
  const { namespace, detail, minFps } = withDefaults('visionDashboard', options, defaults, { others: ['namespace'] });
  const metrics = visionMetrics('visionDashboard', namespace, detail);
  return dashboard({
    ...dashboardName('vision', 'Video detection', namespace),
    description: 'Frames, latency, detections, errors, memory and GPUs of video detection.',
    tags: ['vision'],
    refresh: '10s',
    last: '1h',
    variables: [
      { attribute: 'camera', metric: metrics.frames },
      { attribute: 'model', metric: metrics.inferenceDuration },
    ],
    rows: [overview(metrics, minFps), frames(metrics), models(metrics)],
  });
}
