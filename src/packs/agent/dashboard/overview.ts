/** Row of the six panels that describe a platform at a glance. */
import {
  distribution,
  divide,
  increase,
  panel,
  quantile,
  type Row,
  rate,
  ratio,
  row,
  times,
  value,
} from '../../../panels/index.js';
import { type AgentMetrics, shareOfTasks } from '../queries.js';
import type { AgentGoals } from './goals.js';

export function overview(metrics: AgentMetrics, goals: Required<AgentGoals>): Row {
  const { taskLatency, qualityScore, apiCost, cacheLookups, agentQualityScore, agentUsage, agentOutcomes } = metrics;
  const byAgent = { by: ['agent'], over: '1h' } as const;
  const byLayer = { by: ['cache_layer'] } as const;
  const third = { width: 8 };
  return row('Overview', [
    panel({
      ...third,
      title: 'Task success rate',
      description: 'Share of the tasks that ended and succeeded. Abandoned tasks did not succeed.',
      queries: { query: times(shareOfTasks(metrics, 'ok'), 100), legend: 'success' },
      min: 0,
      max: 100,
      thresholds: [
        { from: Number.NEGATIVE_INFINITY, level: 'critical' },
        { from: goals.successPercent, level: 'good' },
      ],
    }),
    panel({
      ...third,
      title: 'Task latency p95',
      description: 'Time within which 95 of 100 tasks end.',
      queries: { query: quantile(0.95, taskLatency), legend: 'p95' },
      min: 0,
      thresholds: [{ from: goals.latencyMs, level: 'warning' }],
    }),
    panel({
      ...third,
      title: 'Quality distribution',
      kind: 'heatmap',
      queries: distribution(qualityScore),
      unit: '{point}',
      roles: ['developer', 'business'],
    }),
    panel({
      ...third,
      title: 'Cost by agent',
      kind: 'bars',
      description: 'Cost of the calls of each agent in the last hour.',
      queries: { query: increase(apiCost, byAgent), legend: '{agent}' },
      roles: ['developer', 'business'],
    }),
    panel({
      ...third,
      title: 'Cache hit rate by layer',
      description: 'Share of lookups that a cache answered.',
      queries: {
        query: times(
          ratio(rate(cacheLookups, { ...byLayer, where: { result: 'hit' } }), rate(cacheLookups, byLayer)),
          100,
        ),
        legend: '{cache_layer}',
      },
      min: 0,
      max: 100,
    }),
    panel({
      ...third,
      title: 'Agents by quality and cost',
      kind: 'table',
      description: 'Quality of what agents returned, and cost and success of their calls in the last hour.',
      queries: [
        { query: value(agentQualityScore, { by: ['agent'] }), legend: 'quality, points' },
        { query: divide(rate(apiCost, byAgent), rate(agentUsage, byAgent)), legend: 'cost per call, USD' },
        {
          query: times(
            ratio(rate(agentOutcomes, { ...byAgent, where: { outcome: 'ok' } }), rate(agentOutcomes, byAgent)),
            100,
          ),
          legend: 'success, %',
        },
        { query: increase(agentUsage, byAgent), legend: 'calls' },
      ],
      // The columns have different units.
      unit: '',
      roles: ['developer', 'business'],
    }),
  ]);
}
