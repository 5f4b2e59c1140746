/** Row of the goals of the platform: six numbers of the last hour, colored by their goals. */
import {
  mean,
  type PanelOptions,
  panel,
  type Row,
  rate,
  ratio,
  row,
  type Threshold,
  times,
} from '../../../panels/index.js';
import { type AgentMetrics, savedShare, shareOfTasks } from '../queries.js';

/** Goals of a platform. */
export interface AgentGoals {
  /** Share of tasks that succeed, in percent; 95 by default. */
  readonly successPercent?: number;
  /** Mean quality of tasks; 85 points by default. */
  readonly quality?: number;
  /** Mean time of a task; 45,000 milliseconds by default. */
  readonly latencyMs?: number;
  /** Mean cost of a task; 0.07 US dollars by default. */
  readonly costPerTaskUsd?: number;
  /** Share of the cost that optimization saves, in percent; 52 by default. */
  readonly savingsPercent?: number;
  /** Share of lookups that a cache answers, in percent; 45 by default. */
  readonly hitRatePercent?: number;
}

export const defaultGoals: Required<AgentGoals> = {
  successPercent: 95,
  quality: 85,
  latencyMs: 45_000,
  costPerTaskUsd: 0.07,
  savingsPercent: 52,
  hitRatePercent: 45,
};

/** A value is far from its goal from this relative distance on. */
const tolerance = 0.1;
const over = '1h';

export function goals(metrics: AgentMetrics, of: Required<AgentGoals>): Row {
  const { qualityScore, taskLatency, costPerTask, cacheLookups } = metrics;
  const hits = ratio(rate(cacheLookups, { over, where: { result: 'hit' } }), rate(cacheLookups, { over }));
  const goal = (options: Omit<PanelOptions, 'kind'>) => panel({ ...options, kind: 'stat' });
  return row('Goals', [
    goal({
      title: 'Success',
      description: `Share of tasks that succeeded in the last hour. Goal: at least ${of.successPercent} %.`,
      queries: times(shareOfTasks(metrics, 'ok', { over }), 100),
      unit: '%',
      decimals: 1,
      thresholds: atLeastGoal(of.successPercent),
    }),
    goal({
      title: 'Quality',
      description: `Mean quality of tasks in the last hour. Goal: at least ${of.quality} points of 100.`,
      queries: mean(qualityScore, { over }),
      unit: '{point}',
      decimals: 1,
      thresholds: atLeastGoal(of.quality),
    }),
    goal({
      title: 'Time of a task',
      description: `Mean time of a task in the last hour. Goal: at most ${of.latencyMs} ms.`,
      queries: mean(taskLatency, { over }),
      unit: 'ms',
      thresholds: atMostGoal(of.latencyMs),
    }),
    goal({
      title: 'Cost of a task',
      description: `Mean cost of a task in the last hour. Goal: at most ${of.costPerTaskUsd} US dollars.`,
      queries: mean(costPerTask, { over }),
      unit: '{USD}',
      thresholds: atMostGoal(of.costPerTaskUsd),
    }),
    goal({
      title: 'Savings',
      description: `Share of the cost that caches and cheaper agents saved in the last hour. Goal: at least ${of.savingsPercent} %.`,
      queries: times(savedShare(metrics, over), 100),
      unit: '%',
      decimals: 1,
      thresholds: atLeastGoal(of.savingsPercent),
    }),
    goal({
      title: 'Cache hits',
      description: `Share of lookups that caches answered in the last hour. Goal: at least ${of.hitRatePercent} %.`,
      queries: times(hits, 100),
      unit: '%',
      decimals: 1,
      thresholds: atLeastGoal(of.hitRatePercent),
    }),
  ]);
}

function atLeastGoal(goal: number): Threshold[] {
  return [
    { from: Number.NEGATIVE_INFINITY, level: 'critical' },
    { from: rounded(goal * (1 - tolerance)), level: 'warning' },
    { from: goal, level: 'good' },
  ];
}

function atMostGoal(goal: number): Threshold[] {
  return [
    { from: goal, level: 'warning' },
    { from: rounded(goal * (1 + tolerance)), level: 'critical' },
  ];
}

/** Drops the digits of binary fractions. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
