/** Row of agents: calls, time, success, quality, and switches between them. */
import { panel, quantile, type Row, rate, ratio, row, times, value } from '../../../panels/index.js';
import type { AgentMetrics } from '../queries.js';

export function agents(metrics: AgentMetrics): Row {
  const { agentUsage, agentLatency, agentOutcomes, agentQualityScore, agentSwitch, agentCostRatio } = metrics;
  const by = { by: ['agent'] } as const;
  const pair = { by: ['from_agent', 'to_agent'] } as const;
  const legend = '{agent}';
  const toAgent = '{from_agent} → {to_agent}';
  return row('Agents', [
    panel({
      title: 'Calls by agent',
      queries: { query: rate(agentUsage, by), legend },
      stacked: true,
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Time of calls by agent, p95',
      queries: { query: quantile(0.95, agentLatency, by), legend },
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Success rate by agent',
      queries: {
        query: times(ratio(rate(agentOutcomes, { ...by, where: { outcome: 'ok' } }), rate(agentOutcomes, by)), 100),
        legend,
      },
      min: 0,
      max: 100,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Quality by agent',
      queries: { query: value(agentQualityScore, by), legend },
      min: 0,
      max: 100,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Switches between agents',
      queries: { query: rate(agentSwitch, pair), legend: toAgent },
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Quality gained by a switch',
      description: 'Change of the quality score by a switch; below 0 the result became worse.',
      // A mean would need the sum, which OTLP and OpenMetrics do not have for negative values.
      queries: [
        { query: quantile(0.5, metrics.agentSwitchQualityImprovement), legend: 'p50' },
        { query: quantile(0.1, metrics.agentSwitchQualityImprovement), legend: 'worst tenth, at most' },
      ],
      roles: ['developer'],
    }),
    panel({
      title: 'Cost ratio of switches',
      unit: '{factor}',
      queries: { query: value(agentCostRatio, pair), legend: toAgent },
      min: 0,
      roles: ['developer', 'business'],
    }),
  ]);
}
