/** Alerts on failures, and on silence. */
import {
  type Alert,
  above,
  alert,
  and,
  atLeast,
  increase,
  offset,
  or,
  type RuleGroup,
  rate,
  ratio,
  ruleGroup,
  times,
  unless,
  value,
} from '../../panels/index.js';
import { thresholdByHour } from '../kit/alerts-by-hour.js';
import { silentJobs } from '../kit/alerts-silence.js';
import type { AgentThresholds } from './alerts-options.js';
import { type AgentMetrics, failedOutcomes, shareOfTasks } from './queries.js';

const by = ['job'] as const;

export function failureAlerts(metrics: AgentMetrics, thresholds: AgentThresholds): readonly Alert[] {
  const { taskOutcomes, externalApiCalls, externalApiErrors } = metrics;
  const { minTasks, minCalls } = thresholds;
  const threshold = (name: 'errorShare' | 'errorRise' | 'externalErrorShare') =>
    thresholdByHour(`agentRules.${name}`, thresholds[name]);
  const failed = shareOfTasks(metrics, failedOutcomes, { by, over: '15m' });
  // A platform without a past, or without tasks in it, has no failures in it.
  const past = atLeast(offset(shareOfTasks(metrics, failedOutcomes, { by, over: '1d' }), '15m'), 0);
  const before = or(past, times(failed, 0));
  const service = { by: ['job', 'service'], over: '15m' } as const;
  const failedCalls = ratio(rate(externalApiErrors, service), rate(externalApiCalls, service));
  const rises = and(above(failed, threshold('errorShare')), above(failed, times(before, threshold('errorRise'))));
  return [
    alert({
      name: 'AgentErrorsRising',
      when: and(rises, atLeast(increase(taskOutcomes, { by, over: '15m' }), minTasks)),
      for: '5m',
      severity: 'page',
      summary: 'Tasks of {job} fail more often than before: {value} of those that ended in 15 minutes.',
      description:
        'The share of failed and abandoned tasks is far above that of the day before. Look at the success rate by agent and at the errors of external APIs; undo the last change of an agent if the rise began with it.',
    }),
    alert({
      name: 'AgentExternalApiFailing',
      when: and(
        above(failedCalls, threshold('externalErrorShare')),
        atLeast(increase(externalApiCalls, service), minCalls),
      ),
      for: '10m',
      severity: 'ticket',
      summary: 'Calls of {service} by {job} fail: {value} of those of 15 minutes.',
      description:
        'The panel "Errors of external APIs by type" shows the cause: a quota, an expired credential, or an outage of the service. Until it is over, retries cost time and money.',
    }),
  ];
}

/** Returns the alert on tasks that do not end. */
export function stalledAlert({ activeTasks, taskOutcomes }: AgentMetrics, { stalledFor }: AgentThresholds): Alert {
  return alert({
    name: 'AgentStalled',
    when: unless(above(value(activeTasks, { by }), 0), above(increase(taskOutcomes, { by, over: '5m' }), 0)),
    for: stalledFor,
    severity: 'ticket',
    summary: 'No task of {job} ends, but {value} are active.',
    description:
      'Tasks have begun, and none has ended for `stalledFor`. Raise that option if single tasks may take as long. Else look for a call of an agent or of an external API that never returns; a time limit on calls prevents it.',
  });
}

/** Returns the group that watches services for silence. */
export function silenceGroup(name: string, { activeTasks }: AgentMetrics, thresholds: AgentThresholds): RuleGroup {
  const { recordings, isSilent } = silentJobs('agentRules', activeTasks, thresholds);
  return ruleGroup(name, {
    interval: '1m',
    recordings,
    alerts: [
      alert({
        name: 'AgentSilent',
        when: isSilent,
        for: thresholds.silentFor,
        severity: 'page',
        summary: 'Agent platform {job} exports no metrics any more.',
        description:
          'A running pack always exports the number of active tasks. Either no process of the job runs, or its metrics do not arrive: look at the state of its targets in Prometheus, or at the exporter of the Collector. Silence the alert if the job was ended on purpose; it ends by itself once the job is silent for longer than `silencePast`. Jobs that run for less than `serviceAfter` may end without it.',
      }),
    ],
  });
}
