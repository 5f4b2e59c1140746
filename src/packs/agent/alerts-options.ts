/** Options of the rules of the pack `agent`, and their defaults. */
import type { Duration } from '../../panels/index.js';
import type { HourlyThreshold } from '../kit/alerts-by-hour.js';
import { withDefaults } from '../kit/panel-options.js';

/** Options of the rules. Shares are from 0 to 1. A threshold may depend on the hour of the day. */
export interface AgentRulesOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Share of its baseline by which quality may drop; 0.05 by default. */
  readonly qualityDrop?: HourlyThreshold;
  /** Period of the baseline of quality; `7d` by default. */
  readonly qualityBaseline?: Duration;
  /** Standard deviations above its mean from which the 95th percentile of the time of tasks is unusual; 2 by default. */
  readonly latencySigmas?: HourlyThreshold;
  /** Period that the usual time of tasks is computed from; `1d` by default. */
  readonly latencyPast?: Duration;
  /** Tasks in the window below which failures and quality are not judged: 15 minutes, an hour for quality; 20 by default. */
  readonly minTasks?: number;
  /** Calls of an external API in 15 minutes below which their failures are not judged; 20 by default. */
  readonly minCalls?: number;
  /** Share of failed tasks below which a rise is no alert; 0.05 by default. */
  readonly errorShare?: HourlyThreshold;
  /** Factor between the share of failed tasks of 15 minutes and of the day before from which errors rise; 2 by default. */
  readonly errorRise?: HourlyThreshold;
  /** Share of failed calls of an external API; 0.1 by default. */
  readonly externalErrorShare?: HourlyThreshold;
  /** Standard deviations between which the number and the cost of tasks are usual; 3 by default. */
  readonly anomalySigmas?: HourlyThreshold;
  /** Period that the usual number and cost of tasks are computed from; `7d` by default. */
  readonly anomalyPast?: Duration;
  /** Share of its mean by which a value must at least differ to be unusual; 0.1 by default. */
  readonly margin?: number;
  /** Values in its past, one a minute, from which on it is known what is usual; 120 by default. */
  readonly minValues?: number;
  /** Time without any metric of the pack in a service after which it is silent; `15m` by default. */
  readonly silentFor?: Duration;
  /** Time since its last metric after which a silent job is no alert any more, longer than `silentFor`; `1d` by default. */
  readonly silencePast?: Duration;
  /** Time for which a job has the metrics, without gaps of more than a tenth, before its end is an alert; `6h` by default. */
  readonly serviceAfter?: Duration;
  /** Time without an ended task, while tasks are active, after which the platform is stalled; `30m` by default. */
  readonly stalledFor?: Duration;
  /** Objective: share of tasks that succeed; 0.95 by default. */
  readonly successObjective?: number;
  /** Objective: share of tasks within `latencyMs`; 0.95 by default. */
  readonly latencyObjective?: number;
  /** Time of a task in the objective: a bucket boundary of `task_latency_ms`; 45,000 milliseconds by default. */
  readonly latencyMs?: number;
}

/** Options with their defaults. */
export type AgentThresholds = Required<Omit<AgentRulesOptions, 'namespace'>>;

const defaults: AgentThresholds = {
  qualityDrop: 0.05,
  qualityBaseline: '7d',
  latencySigmas: 2,
  latencyPast: '1d',
  minTasks: 20,
  minCalls: 20,
  errorShare: 0.05,
  errorRise: 2,
  externalErrorShare: 0.1,
  anomalySigmas: 3,
  anomalyPast: '7d',
  margin: 0.1,
  minValues: 120,
  silentFor: '15m',
  silencePast: '1d',
  serviceAfter: '6h',
  stalledFor: '30m',
  successObjective: 0.95,
  latencyObjective: 0.95,
  latencyMs: 45_000,
};

/** Options whose value may depend on the hour of the day. */
const byHour = [
  'qualityDrop',
  'latencySigmas',
  'errorShare',
  'errorRise',
  'externalErrorShare',
  'anomalySigmas',
] as const;

/**
 * Returns the options with their defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function thresholdsOf(options: AgentRulesOptions): AgentRulesOptions & AgentThresholds {
  return withDefaults('agentRules', options, defaults, { others: ['namespace'], byHour });
}
