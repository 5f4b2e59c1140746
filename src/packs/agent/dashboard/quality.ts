/** Rows of quality: scores and findings of evaluations, and checkpoints. */
import { mean, panel, quantile, type Row, rate, row } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import type { AgentMetrics } from '../queries.js';

export function quality(metrics: AgentMetrics): Row {
  const { qualityScore, testCoverage, securityVulnerabilities, typeErrors, testFailures } = metrics;
  const { evaluationLatency, parallelEvalSpeedup, guidelineMatchQuality } = metrics;
  return row('Quality', [
    panel({
      title: 'Quality of tasks',
      queries: [
        { query: mean(qualityScore), legend: 'mean' },
        { query: quantile(0.1, qualityScore), legend: 'worst tenth, at most' },
      ],
      unit: '{point}',
      min: 0,
      max: 100,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Test coverage',
      queries: { query: mean(testCoverage), legend: 'mean' },
      unit: '%',
      min: 0,
      max: 100,
      roles: ['developer'],
    }),
    panel({
      title: 'Vulnerabilities found per hour',
      queries: { query: perHour(rate(securityVulnerabilities, { by: ['severity'] })), legend: '{severity}' },
      unit: '{vulnerability}/h',
      min: 0,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Type errors and failed tests per hour',
      queries: [
        { query: perHour(rate(typeErrors)), legend: 'type errors' },
        { query: perHour(rate(testFailures)), legend: 'failed tests' },
      ],
      unit: '{finding}/h',
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Time of evaluations',
      queries: [
        { query: quantile(0.5, evaluationLatency), legend: 'p50' },
        { query: quantile(0.95, evaluationLatency), legend: 'p95' },
      ],
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Speed-up of parallel evaluations',
      unit: '{factor}',
      queries: { query: mean(parallelEvalSpeedup), legend: 'mean' },
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Matches of guidelines',
      queries: { query: mean(guidelineMatchQuality), legend: 'mean' },
      min: 0,
      max: 1,
      roles: ['developer'],
    }),
  ]);
}

export function checkpoints({ checkpointFailures, earlyTermination, checkpointLatency }: AgentMetrics): Row {
  return row('Checkpoints', [
    panel({
      title: 'Failed checkpoints per hour',
      queries: {
        query: perHour(rate(checkpointFailures, { by: ['checkpoint'] })),
        legend: 'checkpoint {checkpoint}',
      },
      unit: '{failure}/h',
      min: 0,
      roles: ['developer'],
    }),
    panel({
      title: 'Tasks ended early per hour',
      queries: { query: perHour(rate(earlyTermination)), legend: 'ended early' },
      unit: '{task}/h',
      min: 0,
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Time of checkpoints',
      queries: [
        { query: quantile(0.5, checkpointLatency), legend: 'p50' },
        { query: quantile(0.95, checkpointLatency), legend: 'p95' },
      ],
      min: 0,
      roles: ['developer'],
    }),
  ]);
}
