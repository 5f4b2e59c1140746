/** Row of tasks: their number, their time, and the time that is usual. */
import { mean, panel, quantile, type Row, rate, row, value } from '../../../panels/index.js';
import { type AgentMetrics, latencyP95 } from '../queries.js';

export function tasks(metrics: AgentMetrics): Row {
  const { taskOutcomes, activeTasks, taskQueueDepth, taskLatency, iterationDuration } = metrics;
  return row('Tasks', [
    panel({
      title: 'Tasks by outcome',
      queries: { query: rate(taskOutcomes, { by: ['outcome'] }), legend: '{outcome}' },
      stacked: true,
      min: 0,
    }),
    panel({
      title: 'Active and waiting tasks',
      queries: [
        { query: value(activeTasks), legend: 'active' },
        { query: value(taskQueueDepth, { merge: 'sum' }), legend: 'waiting' },
      ],
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Time of tasks',
      queries: [
        { query: quantile(0.5, taskLatency), legend: 'p50' },
        { query: quantile(0.95, taskLatency), legend: 'p95' },
        { query: quantile(0.99, taskLatency), legend: 'p99' },
        { query: mean(taskLatency), legend: 'mean' },
      ],
      min: 0,
      roles: ['operator', 'developer'],
    }),
    panel({
      title: 'Time of tasks against the usual',
      description: 'The 95th percentile of 15 minutes, and that of a day.',
      queries: [
        { query: latencyP95(metrics, '15m'), legend: '15 minutes' },
        { query: latencyP95(metrics, '1d'), legend: 'a day' },
      ],
      min: 0,
      roles: ['operator'],
    }),
    panel({
      title: 'Time of iterations',
      queries: [
        { query: quantile(0.5, iterationDuration), legend: 'p50' },
        { query: quantile(0.95, iterationDuration), legend: 'p95' },
      ],
      min: 0,
      roles: ['developer'],
    }),
  ]);
}
