/** Alerts on requests that wait, are stalled or are abandoned, and on silence. */
import {
  type Alert,
  above,
  alert,
  and,
  atLeast,
  avgOver,
  increase,
  offset,
  type RuleGroup,
  ruleGroup,
  times,
  unless,
  value,
} from '../../panels/index.js';
import { silentJobs } from '../kit/alerts-silence.js';
import type { InferenceThresholds } from './alerts-options.js';
import { type InferenceMetrics, queuedRequests } from './queries.js';

const by = ['job', 'instance'] as const;

export function requestAlerts(metrics: InferenceMetrics, thresholds: InferenceThresholds): readonly Alert[] {
  const { requestsInFlight, requestCount, requestsAbandoned } = metrics;
  const { queueLength, queueGrowth, abandonedRequests, stalledFor } = thresholds;
  // A mean: queues are read in moments, and a batch empties them.
  const queued = avgOver(queuedRequests(metrics, by), '5m');
  return [
    alert({
      name: 'InferenceQueueGrowing',
      when: and(above(queued, queueLength), above(queued, times(offset(queued, '10m'), queueGrowth))),
      for: '10m',
      severity: 'page',
      summary: 'Queues of {instance} grow: {value} requests wait.',
      description:
        'More requests arrive than the server completes, and they wait longer each minute. The panel "Queue sizes" shows the stage: add workers to its pool or instances of the server, or shed load before requests time out.',
    }),
    alert({
      name: 'InferenceStalled',
      when: unless(above(value(requestsInFlight, { by }), 0), above(increase(requestCount, { by, over: '2m' }), 0)),
      for: stalledFor,
      severity: 'page',
      summary: 'No request of {instance} ends, but {value} are in flight.',
      description:
        'Requests have begun, and none ends. A worker hangs or has died: look at the throughput by worker and at the log of the model, then restart the instance.',
    }),
    alert({
      name: 'InferenceRequestsAbandoned',
      when: atLeast(increase(requestsAbandoned, { by, over: '1h' }), abandonedRequests),
      for: '0s',
      severity: 'ticket',
      summary: '{value} requests of {instance} were begun and never ended, within an hour.',
      description:
        'The server lost requests: it neither answered them nor reported an error. Look for a code path that leaves a request without calling end(), such as a connection that the client closes.',
    }),
  ];
}

/** Returns the group that watches services for silence. */
export function silenceGroup(
  name: string,
  { requestsInFlight }: InferenceMetrics,
  thresholds: InferenceThresholds,
): RuleGroup {
  const { recordings, isSilent } = silentJobs('inferenceRules', requestsInFlight, thresholds);
  return ruleGroup(name, {
    interval: '1m',
    recordings,
    alerts: [
      alert({
        name: 'InferenceSilent',
        when: isSilent,
        for: thresholds.silentFor,
        severity: 'page',
        summary: 'Inference server {job} exports no metrics any more.',
        description:
          'A running pack always exports the number of requests in flight. Either no process of the job runs, or its metrics do not arrive: look at the state of its targets in Prometheus, or at the exporter of the Collector. Silence the alert if the job was ended on purpose; it ends by itself once the job is silent for longer than `silencePast`. Jobs that run for less than `serviceAfter` may end without it.',
      }),
    ],
  });
}
