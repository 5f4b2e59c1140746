/** Row of tasks: their number, their time, and the time that is usual. */
import {
  atLeast,
  avgOver,
  mean,
  panel,
  plus,
  quantile,
  type Row,
  rate,
  row,
  stddevOver,
  times,
  value,
} from '../../../panels/index.js';
import { type AgentMetrics, latencyP95 } from '../queries.js';

export function tasks(metrics: AgentMetrics): Row {
  const { taskOutcomes, activeTasks, taskQueueDepth, taskLatency, iterationDuration } = metrics;
  // NaN of windows without tasks would spoil mean and deviation.
  const p95 = atLeast(latencyP95(metrics, '15m'), 0);
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
      description: 'The 95th percentile, and its mean of the last day plus two standard deviations.',
      queries: [
        { query: p95, legend: 'p95 of 15 minutes' },
        { query: plus(avgOver(p95, '1d'), times(stddevOver(p95, '1d'), 2)), legend: 'upper end of the usual' },
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
