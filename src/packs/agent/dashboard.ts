/**
 * The dashboard of the pack `agent`.
 *
 * Rates and shares come from counters, percentiles from histograms. Of the gauges over the pack's window, only the quality of
 * agents is shown: nothing else has it.
 */

import { type Dashboard, dashboard } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { agents } from './dashboard/agents.js';
import { cost } from './dashboard/cost.js';
import { caches, externalApis, resources } from './dashboard/dependencies.js';
import { type AgentGoals, defaultGoals, goals } from './dashboard/goals.js';
import { overview } from './dashboard/overview.js';
import { checkpoints, quality } from './dashboard/quality.js';
import { tasks } from './dashboard/tasks.js';
import { agentMetrics } from './queries.js';

export type { AgentGoals } from './dashboard/goals.js';

/** Options of the dashboard. */
export interface AgentDashboardOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Goals that color numbers and curves. */
  readonly goals?: AgentGoals;
}

/**
 * Returns the dashboard of the pack.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or a goal is not above 0; METRICS_CATALOGUE_INVALID
 * if the namespace is invalid.
 *
 * @example
 * agentDashboard({ namespace: 'lazybird', goals: { latencyMs: 30_000 } });
 */
export function agentDashboard(options: AgentDashboardOptions = {}): Dashboard {
  const { namespace, goals: given = {} } = withDefaults(
    'agentDashboard',
    options,
    {},
    { others: ['namespace', 'goals'] },
  );
  const allGoals = withDefaults('agentDashboard.goals', given, defaultGoals);
  const metrics = agentMetrics(namespace);
  return dashboard({
    ...nameOf(namespace),
    description: 'Tasks, agents, quality and cost of an agent platform.',
    tags: ['agent'],
    refresh: '30s',
    last: '6h',
    variables: [{ attribute: 'agent', metric: metrics.agentUsage }],
    rows: [
      goals(metrics, allGoals),
      overview(metrics, allGoals),
      tasks(metrics),
      agents(metrics),
      cost(metrics),
      quality(metrics),
      checkpoints(metrics),
      caches(metrics),
      externalApis(metrics),
      resources(metrics),
    ],
  });
}

/** Uid and title of the namespace `lazybird` are fixed: links of existing platforms lead there. */
function nameOf(namespace: string | undefined): { readonly uid: string; readonly title: string } {
  if (namespace !== 'lazybird') return dashboardName('agent', 'Agent platform', namespace);
  return { uid: 'lazybird-metrics', title: 'Phantom Neural Cortex - LazyBird Metrics' };
}
