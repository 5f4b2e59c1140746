/** Queries that dashboard and rules of the pack share. */

import {
  type Duration,
  divide,
  type MetricsOf,
  metricsOf,
  or,
  plus,
  type Query,
  quantile,
  rate,
  ratio,
  type Window,
} from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import { type AgentDefinitions, agentCatalogue } from './metrics.js';

/** Metrics of the pack, for queries. */
export type AgentMetrics = MetricsOf<AgentDefinitions>;

/** Outcomes of a task that did not succeed. */
export const failedOutcomes = ['failed', 'abandoned'] as const;

/** Returns the metrics of the pack, with their names in the namespace. */
export function agentMetrics(namespace: string | undefined): AgentMetrics {
  return metricsOf(agentCatalogue(namespaceOption(namespace)));
}

type By = readonly ('job' | 'instance')[];

/** Returns the share of tasks that ended with one of the outcomes, from 0 to 1. */
export function shareOfTasks(
  { taskOutcomes }: AgentMetrics,
  outcome: 'ok' | typeof failedOutcomes,
  { by = [], over = 'auto' }: { readonly by?: By; readonly over?: Window } = {},
): Query {
  return ratio(rate(taskOutcomes, { by, over, where: { outcome } }), rate(taskOutcomes, { by, over }));
}

/** Returns the 95th percentile of the time of a task. NaN in windows without tasks. */
export function latencyP95({ taskLatency }: AgentMetrics, over: Duration, by: By = []): Query {
  return quantile(0.95, taskLatency, { by, over });
}

/** Returns the cost per second in US dollars: that of calls; that of tasks if no call has a cost. */
export function costRate({ apiCost, costPerTask }: AgentMetrics, over: Window, by: By = []): Query {
  return or(rate(apiCost, { by, over }), rate(costPerTask, { by, over, of: 'sum' }));
}

/** Returns the share of the cost without optimization that optimization saved, from 0 to 1. */
export function savedShare(metrics: AgentMetrics, over: Window): Query {
  const saved = rate(metrics.costSavings, { over });
  return divide(saved, plus(costRate(metrics, over), saved));
}
