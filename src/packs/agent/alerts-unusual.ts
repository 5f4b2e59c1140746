/** Alerts on values that are unusual for the platform itself: quality, time, number and cost of tasks. */
import { type Alert, alert, and, atLeast, increase, mean, type RuleGroup, rate, value } from '../../panels/index.js';
import { thresholdByHour } from '../kit/alerts-by-hour.js';
import { aboveUsual, baseline, belowBaseline, belowUsual, recordedName, usual } from '../kit/alerts-usual.js';
import type { AgentThresholds } from './alerts-options.js';
import { type AgentMetrics, costRate, latencyP95 } from './queries.js';

const by = ['job'] as const;

export function unusualAlerts(
  metrics: AgentMetrics,
  thresholds: AgentThresholds,
): Pick<RuleGroup, 'recordings' | 'alerts'> {
  const { qualityBaseline, latencyPast, anomalyPast, margin, minValues, minTasks } = thresholds;
  const { qualityScore, agentQualityScore, taskLatency, taskOutcomes, apiCost } = metrics;
  const threshold = (name: 'qualityDrop' | 'latencySigmas' | 'anomalySigmas') =>
    thresholdByHour(`agentRules.${name}`, thresholds[name]);
  const ofQuality = { past: qualityBaseline, minValues };
  const ofAnomalies = { past: anomalyPast, minValues };

  const quality = baseline(recordedName(qualityScore, 'mean_1h'), mean(qualityScore, { by, over: '1h' }), ofQuality);
  const qualityByAgent = baseline(
    recordedName(agentQualityScore, 'by_agent'),
    value(agentQualityScore, { by: ['job', 'agent'] }),
    ofQuality,
  );
  const latency = usual(recordedName(taskLatency, 'p95_15m'), latencyP95(metrics, '15m', by), {
    past: latencyPast,
    minValues,
  });
  const tasks = usual(recordedName(taskOutcomes, 'rate_15m'), rate(taskOutcomes, { by, over: '15m' }), ofAnomalies);
  const cost = usual(recordedName(apiCost, 'rate_15m'), costRate(metrics, '15m', by), ofAnomalies);

  const drop = threshold('qualityDrop');
  const sigmas = threshold('anomalySigmas');
  const alerts: readonly Alert[] = [
    alert({
      name: 'AgentQualityDropped',
      when: and(belowBaseline(quality, drop), atLeast(increase(qualityScore, { by, over: '1h' }), minTasks)),
      for: '15m',
      severity: 'ticket',
      summary: 'The quality of the tasks of {job} dropped to {value} points.',
      description: `The mean score of an hour is below its mean of the last ${qualityBaseline} by more than the permitted share. Compare the panels "Quality by agent" and "Switches between agents": a new model, prompt or price may have moved tasks to another agent. Then look at what evaluations found.`,
    }),
    alert({
      name: 'AgentQualityDroppedByAgent',
      when: belowBaseline(qualityByAgent, drop),
      for: '30m',
      severity: 'ticket',
      summary: 'The quality of what agent {agent} of {job} returns dropped to {value} points.',
      description: `The score of this agent is below its mean of the last ${qualityBaseline} by more than the permitted share. Look for changes of its model, its prompt or its tools; until they are reverted, give its operations to another agent.`,
    }),
    alert({
      name: 'AgentLatencyUnusual',
      when: aboveUsual(latency, threshold('latencySigmas'), margin),
      for: '10m',
      severity: 'ticket',
      summary: 'Tasks of {job} are slower than usual: 95 of 100 end within {value} ms.',
      description: `The 95th percentile of the time of tasks is above its mean of the last ${latencyPast} by more than the permitted number of standard deviations. Compare the time of calls by agent, of external APIs and of the database: one of them has grown, or tasks wait in the queue.`,
    }),
    alert({
      name: 'AgentTasksUnusuallyMany',
      when: aboveUsual(tasks, sigmas, margin),
      for: '15m',
      severity: 'info',
      summary: 'Unusually many tasks of {job} end: {value} per second.',
      description: `The number of tasks is above the band that is usual in the last ${anomalyPast}. Find the client that sends them; if that is expected, check that queue, cost and quotas permit it.`,
    }),
    alert({
      name: 'AgentTasksUnusuallyFew',
      when: belowUsual(tasks, sigmas, margin),
      for: '15m',
      severity: 'info',
      summary: 'Unusually few tasks of {job} end: {value} per second.',
      description: `The number of tasks is below the band that is usual in the last ${anomalyPast}. If tasks wait or are active, look for what holds them up; else find out why clients send fewer.`,
    }),
    alert({
      name: 'AgentCostUnusual',
      when: aboveUsual(cost, sigmas, margin),
      for: '15m',
      severity: 'ticket',
      summary: 'Agents of {job} cost more than usual: {value} US dollars per second.',
      description: `The cost is above the band that is usual in the last ${anomalyPast}. The panel "Cost per hour by agent" shows the agent and the operation; compare tokens and cache hits. A loop of calls is stopped at its task.`,
    }),
  ];
  const recordings = [quality, qualityByAgent, latency, tasks, cost].flatMap((each) => each.recordings);
  return { recordings, alerts };
}
