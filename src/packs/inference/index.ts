/**
 * Pack `inference`: metrics of a server that tokenizes, queues, batches and runs a model.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { namespaceOption } from '../kit/namespace.js';
import { checkedOptions, unknownOptions, wrongMilliseconds } from '../kit/options.js';
import { type InferenceDefinitions, inferenceCatalogue } from './metrics.js';
import { InferenceRecorder } from './recorder.js';

export type {
  ActiveRequest,
  Batch,
  EndedRequest,
  QueueSizes,
  Stage,
  StageSeconds,
  Worker,
} from './events.js';
export { lintExceptions as inferenceLintExceptions } from './lint.js';
export type { InferenceDefinitions } from './metrics.js';
export type { InferenceRecorder } from './recorder.js';

/** Options of the pack. */
export interface InferenceOptions {
  /** Prefix of every metric name, joined by `_`. */
  readonly namespace?: string;
  /** Window of throughput and worker latency, in milliseconds; 5,000 by default. */
  readonly windowMs?: number;
  /**
   * Milliseconds after the last use of its handle after which a request counts as abandoned; 600,000 (ten minutes) by
   * default.
   */
  readonly abandonedAfterMs?: number;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default
   * buckets of requests, inference and queues end at ten minutes.
   */
  readonly maxExpectedSeconds?: number;
}

/**
 * Returns the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if a duration is not above 0 or an option is unknown.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { inference } from 'otelier/packs/inference';
 * const metrics = startMetrics({ serviceName: 'reranker', packs: { inference: inference() } });
 * const request = metrics.inference.begin();
 * request.stage('tokenization', 0.002);
 * request.stage('inference', 0.011);
 * request.end({ documents: 20 });
 */
export function inference(options: InferenceOptions = {}): Pack<InferenceRecorder, InferenceDefinitions> {
  const {
    namespace,
    windowMs = 5_000,
    abandonedAfterMs = 600_000,
    maxExpectedSeconds,
  } = checkedOptions('inference', options);
  const problems = [
    ...unknownOptions('inference', options, ['namespace', 'windowMs', 'abandonedAfterMs', 'maxExpectedSeconds']),
    ...wrongMilliseconds('inference', { windowMs, abandonedAfterMs }),
    ...wrongMaxExpectedSeconds('inference', maxExpectedSeconds),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const catalogue = inferenceCatalogue({ maxExpectedSeconds, ...namespaceOption(namespace) });
  return {
    name: 'inference',
    callsBack: false,
    options,
    catalogue,
    recorder: (context) => new InferenceRecorder(context, { windowMs, abandonedAfterMs }),
  };
}
