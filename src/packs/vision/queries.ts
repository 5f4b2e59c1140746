/** Queries that dashboard and rules of the pack share. */

import { MetricsError } from '../../errors.js';
import {
  divide,
  type MetricsOf,
  metricsOf,
  or,
  plus,
  type Query,
  rate,
  times,
  value,
  type Window,
} from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import {
  type Detail,
  type DetailDefinitions,
  details,
  standardStages,
  type VisionDefinitions,
  visionCatalogue,
} from './metrics.js';

/** Metrics of the pack, for queries. Those of the detail exist only with `detail: 'full'`. */
export type VisionMetrics = MetricsOf<VisionDefinitions> & Partial<MetricsOf<DetailDefinitions>>;

/**
 * Returns the metrics of the pack, with their names in the namespace.
 *
 * @param call function that has the options, for errors.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if `detail` is unknown.
 */
export function visionMetrics(call: string, namespace: string | undefined, detail: Detail): VisionMetrics {
  if (!details.includes(detail)) {
    const problem = { where: `${call}.detail`, value: detail, expected: `one of ${details.join(', ')}` };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  // Limits and names of cameras, classes and further stages are not part of queries.
  const names = { cameras: 1, classes: 1, stages: standardStages };
  return metricsOf(visionCatalogue(names, detail, namespaceOption(namespace))) as VisionMetrics;
}

type By = readonly ('job' | 'instance')[];

/** Returns the errors per second; 0 before the first error, when no type of error has a series. */
export function errorRate(metrics: VisionMetrics, by: By = [], over: Window = 'auto'): Query {
  return or(rate(metrics.errors, { by, over }), zero(metrics, by));
}

/** Returns the share of errors in all frames, processed ones and errors, from 0 to 1. */
export function errorShare(metrics: VisionMetrics, by: By = [], over: Window = 'auto'): Query {
  return divide(errorRate(metrics, by, over), frameRate(metrics, by, over));
}

/** Returns all frames per second, processed ones and errors. */
export function frameRate(metrics: VisionMetrics, by: By = [], over: Window = 'auto'): Query {
  return plus(or(rate(metrics.frames, { by, over }), zero(metrics, by)), errorRate(metrics, by, over));
}

/** Returns 0 while the pack exports metrics, even before the first frame. */
export function zero({ memoryUsage }: VisionMetrics, by: By = []): Query {
  return times(value(memoryUsage, { by }), 0);
}
