/** Values of the live stream. */
import { mean, type Query, quantile, rate } from '../../panels/index.js';
import { perHour } from '../kit/dashboard-queries.js';
import { agentMetrics, costRate, shareOfTasks } from './queries.js';

/** Returns the queries of the live stream by name. */
export function agentLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = agentMetrics(namespace);
  return {
    tasks_per_second: rate(metrics.taskOutcomes),
    success_rate: shareOfTasks(metrics, 'ok'),
    p95_latency_ms: quantile(0.95, metrics.taskLatency),
    quality_score: mean(metrics.qualityScore),
    cost_usd_per_hour: perHour(costRate(metrics, 'auto')),
  };
}
