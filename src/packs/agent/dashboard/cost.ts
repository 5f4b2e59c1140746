/** Row of cost: money and tokens. */
import { mean, panel, quantile, type Row, rate, row, times } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import { type AgentMetrics, costRate, savedShare } from '../queries.js';

export function cost(metrics: AgentMetrics): Row {
  const { apiCost, tokenUsage, costPerTask, costSavings } = metrics;
  return row('Cost and tokens', [
    panel({
      title: 'Cost per hour by agent',
      queries: {
        query: perHour(rate(apiCost, { by: ['agent', 'operation'] })),
        legend: '{agent}, {operation}',
      },
      unit: '{USD}/h',
      stacked: true,
      min: 0,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Cost per hour',
      description: 'Cost of agent calls, and cost that caches and cheaper agents saved.',
      queries: [
        { query: perHour(costRate(metrics, 'auto')), legend: 'spent' },
        { query: perHour(rate(costSavings)), legend: 'saved' },
      ],
      unit: '{USD}/h',
      stacked: true,
      min: 0,
      roles: ['operator', 'business'],
    }),
    panel({
      title: 'Cost of tasks',
      queries: [
        { query: mean(costPerTask), legend: 'mean' },
        { query: quantile(0.95, costPerTask), legend: 'p95' },
      ],
      unit: '{USD}',
      min: 0,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Share of cost saved',
      description: 'Savings as a share of the cost without them.',
      queries: { query: times(savedShare(metrics, 'auto'), 100), legend: 'saved' },
      unit: '%',
      min: 0,
      max: 100,
      roles: ['business'],
    }),
    panel({
      title: 'Tokens by agent',
      queries: { query: rate(tokenUsage, { by: ['agent'] }), legend: '{agent}' },
      stacked: true,
      min: 0,
      roles: ['developer', 'business'],
    }),
  ]);
}
