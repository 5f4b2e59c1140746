/** Options of the rules of the pack `inference`, and their defaults. */
import type { Duration } from '../../panels/index.js';
import { withDefaults } from '../kit/panel-options.js';

/** Options of the rules. Shares are from 0 to 1. */
export interface InferenceRulesOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Seconds that a request should take at most: a bucket boundary of `request_latency_seconds`; 0.5 by default. */
  readonly latencySeconds?: number;
  /** Objective: share of requests within `latencySeconds`; 0.99 by default. */
  readonly latencyObjective?: number;
  /** Objective: share of requests that succeed; 0.99 by default. */
  readonly successObjective?: number;
  /** Number of waiting requests below which a growing queue is no alert; 10 by default. */
  readonly queueLength?: number;
  /** Factor by which queues grow within 10 minutes; 1.5 by default. */
  readonly queueGrowth?: number;
  /** Utilization of GPUs, in percent; 95 by default. */
  readonly gpuPercent?: number;
  /** Memory of all GPUs of a machine, in 10^6 bytes. Without it, there is no alert on full memory. */
  readonly gpuMemoryTotalMb?: number;
  /** Share of `gpuMemoryTotalMb` in use; 0.9 by default. */
  readonly gpuMemoryShare?: number;
  /** Factor by which GPU memory grows within a day; 1.2 by default. */
  readonly gpuMemoryGrowth?: number;
  /** Requests that are begun and never ended, within an hour; 1 by default. */
  readonly abandonedRequests?: number;
  /** Time without an ended request, while requests are in flight; `5m` by default. */
  readonly stalledFor?: Duration;
  /** Time without any metric of the pack in a service after which it is silent; `15m` by default. */
  readonly silentFor?: Duration;
  /** Time since its last metric after which a silent job is no alert any more, longer than `silentFor`; `1d` by default. */
  readonly silencePast?: Duration;
  /** Time for which a job has the metrics, without gaps of more than a tenth, before its end is an alert; `6h` by default. */
  readonly serviceAfter?: Duration;
}

/** Options with their defaults. */
export type InferenceThresholds = Required<Omit<InferenceRulesOptions, 'namespace' | 'gpuMemoryTotalMb'>> &
  Pick<InferenceRulesOptions, 'gpuMemoryTotalMb'>;

const defaults: Required<Omit<InferenceRulesOptions, 'namespace' | 'gpuMemoryTotalMb'>> = {
  latencySeconds: 0.5,
  latencyObjective: 0.99,
  successObjective: 0.99,
  queueLength: 10,
  queueGrowth: 1.5,
  gpuPercent: 95,
  gpuMemoryShare: 0.9,
  gpuMemoryGrowth: 1.2,
  abandonedRequests: 1,
  stalledFor: '5m',
  silentFor: '15m',
  silencePast: '1d',
  serviceAfter: '6h',
};

/**
 * Returns the options with their defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function thresholdsOf(options: InferenceRulesOptions): InferenceRulesOptions & InferenceThresholds {
  return withDefaults('inferenceRules', options, defaults, { others: ['namespace'], numbers: ['gpuMemoryTotalMb'] });
}
