/** Alerts on processes whose metrics do not arrive: targets that cannot be scraped, and heartbeats that stop or are wrong. */
import { byInstance, ofInstance } from '../collectors/panel-defaults.js';
import {
  type Alert,
  above,
  alert,
  and,
  below,
  type Duration,
  equal,
  or,
  type RuleGroup,
  rate,
  raw,
  ruleGroup,
  unless,
} from '../panels/index.js';
import { pushed, serviceJobs } from '../panels/service-jobs.js';
import type { SelfQueries } from './dashboard-queries.js';

/** Thresholds of the heartbeat. */
export interface HeartbeatThresholds {
  readonly heartbeatMin: number;
  readonly heartbeatMax: number;
  readonly heartbeatPast: Duration;
  readonly serviceAfter: Duration;
}

/** Returns the group of the heartbeat, which watches services: jobs that had heartbeats for nearly all of `serviceAfter`. */
export function heartbeatGroup({ heartbeat }: SelfQueries, thresholds: HeartbeatThresholds): RuleGroup {
  const { heartbeatMin, heartbeatMax, heartbeatPast: past, serviceAfter } = thresholds;
  const { recordings, isService, isSilent } = serviceJobs(above(rate(heartbeat, { by: ['job'], over: '5m' }), 0), {
    names: ['job:otelier_heartbeat:rate_5m', `job:otelier_heartbeat:count_${serviceAfter}`],
    serviceAfter,
    past,
    where: 'healthRules.serviceAfter',
  });
  const beat = rate(heartbeat, { by: byInstance, over: '5m' });
  return ruleGroup('heartbeat', {
    interval: '1m',
    recordings,
    alerts: [
      alert({
        name: 'HeartbeatMissing',
        when: isSilent,
        severity: 'page',
        summary: `No process of {job} delivers metrics; within the last ${past}, some did for ${serviceAfter}.`,
        description: `Either the processes do not run, or their metrics do not arrive: until then, no other alert of the job can fire. Look at the processes first, then at the targets of Prometheus or at the OpenTelemetry Collector. Silence the alert for a job that was ended on purpose; it ends ${past} after the last heartbeat. Jobs that run for less than ${serviceAfter} may end without it.`,
      }),
      alert({
        name: 'HeartbeatWrong',
        when: unless(or(and(below(beat, heartbeatMin), isService), above(beat, heartbeatMax)), pushed),
        // A process that has just started has not filled the window of the rate yet.
        for: '10m',
        severity: 'ticket',
        summary: `The heartbeat of ${ofInstance} has the rate {value} instead of 1: its other rates are wrong, too.`,
        description:
          'Below 1, samples are lost or the process restarts again and again. Above 1, several processes deliver under the same job and instance, or each delivery arrives twice. Look at the uptime of the process, then give each process its own instance (service.instance.id).',
      }),
    ],
  });
}

/** Returns the alert on targets that Prometheus cannot scrape, also on those that it never could. */
export function targetAlert(): Alert {
  return alert({
    name: 'ScrapeTargetDown',
    when: equal(raw('up', { labels: byInstance }), 0),
    severity: 'ticket',
    summary: `Prometheus cannot scrape ${ofInstance}.`,
    description:
      'Alerts on the metrics of this target cannot fire. The page "Targets" of Prometheus shows the error: connection refused, if the process does not run or listens on another address; 401, if the credentials are wrong; a timeout, if the response takes longer than the scrape may.',
  });
}
