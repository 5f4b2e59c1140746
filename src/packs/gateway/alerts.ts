/** Rules of pack `gateway`. */

import {
  above,
  alert,
  and,
  atLeast,
  below,
  type Duration,
  divide,
  equal,
  increase,
  metricsOf,
  minus,
  newEvents,
  or,
  quantile,
  type RuleGroup,
  rate,
  ratio,
  ruleGroup,
  slo,
  times,
  value,
} from '../../panels/index.js';
import { secondsText } from '../../panels/unit.js';
import { silentJobs, stoppedJobs } from '../kit/alerts-silence.js';
import { aboveUsual, usual } from '../kit/alerts-usual.js';
import { perHour } from '../kit/dashboard-queries.js';
import { groupName, namespaceOption, objectivePrefix } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { type GatewayMetrics, lostOutcomes } from './dashboard/queries.js';
import { gateway } from './index.js';

/** Thresholds of the rules. */
export interface GatewayRulesOptions {
  /** Prefix of every metric name, as of the pack. */
  readonly namespace?: string;
  /** Share of failed requests above which an alert fires; 0.05 by default. */
  readonly errorRatio?: number;
  /** Requests in five minutes below which shares are not judged; 20 by default. */
  readonly minRequests?: number;
  /** Share of failed requests above which a provider is failing; 0.2 by default. */
  readonly providerErrorRatio?: number;
  /** Share of failed requests below which the other providers are well; 0.05 by default. */
  readonly otherErrorRatio?: number;
  /** Share of requests rejected by the rate limit of a provider; 0.1 by default. */
  readonly rateLimitRatio?: number;
  /** Objective on errors: share of requests that do not fail; 0.99 by default. */
  readonly successObjective?: number;
  /** Objective on durations: share of requests within `latencySeconds`; 0.99 by default. */
  readonly latencyObjective?: number;
  /** One of the bucket boundaries of the durations, in seconds; 8.192 by default. */
  readonly latencySeconds?: number;
  /** 99th percentile of the gateway's own time, in seconds; 0.005 by default. */
  readonly overheadSeconds?: number;
  /** Detailed events lost in 15 minutes from which on an alert fires; 1 by default. */
  readonly lostEvents?: number;
  /** Share of requests whose end was never reported; 0.01 by default. */
  readonly abandonedRatio?: number;
  /** Standard deviations of the cost of an application above the mean of its past; 3 by default. */
  readonly costSigmas?: number;
  /** Share of the mean by which the cost is above it at least; 0.5 by default. */
  readonly costMargin?: number;
  /** Past that the cost is compared with; `7d` by default. */
  readonly costPast?: Duration;
  /** Values in the past, one a minute, that are enough to call a cost usual; 300 by default. */
  readonly costMinValues?: number;
  /** Time without requests after which a gateway that had requests in the hour before is silent; `15m` by default. */
  readonly silentAfter?: Duration;
  /** Time without any metric of the pack in a service after which it is absent; `15m` by default. */
  readonly silentFor?: Duration;
  /** Time since its last metric after which a silent job is no alert any more, longer than `silentFor`; `1d` by default. */
  readonly silencePast?: Duration;
  /** Time for which a job has the metrics, without gaps of more than a tenth, before its end is an alert; `6h` by default. */
  readonly serviceAfter?: Duration;
}

const defaults: Required<Omit<GatewayRulesOptions, 'namespace'>> = {
  errorRatio: 0.05,
  minRequests: 20,
  providerErrorRatio: 0.2,
  otherErrorRatio: 0.05,
  rateLimitRatio: 0.1,
  successObjective: 0.99,
  latencyObjective: 0.99,
  latencySeconds: 8.192,
  overheadSeconds: 0.005,
  lostEvents: 1,
  abandonedRatio: 0.01,
  costSigmas: 3,
  costMargin: 0.5,
  costPast: '7d',
  costMinValues: 300,
  silentAfter: '15m',
  silentFor: '15m',
  silencePast: '1d',
  serviceAfter: '6h',
};

type Thresholds = typeof defaults;

/**
 * Returns the rules: errors, failing providers, latency, lost events, cost and silence.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid, METRICS_PANEL_INVALID if
 * `latencySeconds` is not a bucket boundary.
 */
export function gatewayRules(options: GatewayRulesOptions = {}): readonly RuleGroup[] {
  const { namespace, ...thresholds } = withDefaults('gatewayRules', options, defaults, { others: ['namespace'] });
  const metrics = metricsOf(gateway(namespaceOption(namespace)).catalogue);
  const name = objectivePrefix('gateway', namespace);
  const group = groupName('gateway', namespace);
  const { successObjective, latencyObjective, latencySeconds } = thresholds;
  const success = slo({
    name: `${name}_success`,
    objective: successObjective,
    description: 'Requests to the gateway succeed.',
    errors: { metric: metrics.requests, failures: metrics.failures },
  });
  const latency = slo({
    name: `${name}_latency`,
    objective: latencyObjective,
    description: `Requests to the gateway end within ${secondsText(latencySeconds)}.`,
    latency: { metric: metrics.duration, below: latencySeconds },
  });
  return [
    ruleGroup(group, {
      alerts: [
        ...requestAlerts(metrics, thresholds),
        trafficAlert(metrics, thresholds),
        ...eventAlerts(metrics, thresholds),
      ],
    }),
    silenceGroup(`${group}-silence`, metrics, thresholds),
    costGroup(group, name, metrics, thresholds),
    success.rules,
    latency.rules,
  ];
}

function requestAlerts(metrics: GatewayMetrics, thresholds: Thresholds) {
  const { failures, requests, rateLimits, overhead, abandonedRequests } = metrics;
  const { errorRatio, minRequests, rateLimitRatio, overheadSeconds, abandonedRatio } = thresholds;
  const over = '5m';
  const byJob = { by: ['job'], over } as const;
  const byProvider = { by: ['job', 'provider'], over } as const;
  const enoughOf = (selection: typeof byJob | typeof byProvider) => atLeast(increase(requests, selection), minRequests);
  return [
    alert({
      name: 'GatewayErrorsHigh',
      when: and(above(ratio(rate(failures, byJob), rate(requests, byJob)), errorRatio), enoughOf(byJob)),
      severity: 'page',
      summary: '{value} of the requests to gateway {job} fail.',
      description:
        'Compare the providers on the dashboard first: if one of them fails, route to the others; if all fail, look at the errors by code and at the last change of the gateway.',
    }),
    alert({
      name: 'GatewayProviderFailing',
      when: and(failingAlone(metrics, thresholds), enoughOf(byProvider)),
      severity: 'ticket',
      summary: '{value} of the requests of gateway {job} to provider {provider} fail; the other providers do not fail.',
      description:
        'The fault is that of the provider, or of its credentials or quota. Look at its errors by code, and take it out of the routing until it recovers.',
    }),
    alert({
      name: 'GatewayRateLimited',
      when: and(
        above(ratio(rate(rateLimits, byProvider), rate(requests, byProvider)), rateLimitRatio),
        enoughOf(byProvider),
      ),
      for: '15m',
      severity: 'ticket',
      summary: 'Provider {provider} rejects {value} of the requests of gateway {job} by its rate limit.',
      description: 'Ask the provider for a higher limit, or move traffic to another provider or model.',
    }),
    alert({
      name: 'GatewayOverheadHigh',
      when: above(quantile(0.99, overhead, { by: ['job'], over }), overheadSeconds),
      for: '15m',
      severity: 'ticket',
      summary: 'Gateway {job} itself adds {value} to requests (p99).',
      description:
        'The gateway takes more than its budget, without the time of providers. Look at its processor time and event loop delay, and at the size of requests.',
    }),
    alert({
      name: 'GatewayRequestsAbandoned',
      when: above(ratio(rate(abandonedRequests, byJob), rate(requests, byJob)), abandonedRatio),
      for: '30m',
      severity: 'ticket',
      summary: 'Gateway {job} never reports the end of {value} of its requests.',
      description:
        'A path of the program does not end its request. Such requests are neither counted as failed nor timed.',
    }),
  ];
}

/** Returns the share of failed requests of each provider that fails while the other providers do not. */
function failingAlone({ failures, requests }: GatewayMetrics, thresholds: Thresholds) {
  const { providerErrorRatio, otherErrorRatio } = thresholds;
  const of = { by: ['job', 'provider'], over: '5m' } as const;
  const all = { by: ['job'], over: '5m' } as const;
  // A provider without failures has no series of them.
  const failed = or(rate(failures, of), times(rate(requests, of), 0));
  const share = ratio(rate(failures, of), rate(requests, of));
  const others = divide(minus(rate(failures, all), failed), minus(rate(requests, all), rate(requests, of)));
  return and(above(share, providerErrorRatio), below(others, otherErrorRatio));
}

function trafficAlert({ requests }: GatewayMetrics, { silentAfter }: Thresholds) {
  return alert({
    name: 'GatewayTrafficStopped',
    when: stoppedJobs(requests, silentAfter),
    for: '0s',
    severity: 'ticket',
    summary: `Gateway {job} had {value} requests in an hour, and none in the last ${silentAfter}.`,
    description:
      'Clients do not reach the gateway, or do not ask. Check the load balancer and the clients; raise `silentAfter` where such pauses are normal.',
  });
}

function silenceGroup(name: string, { auditEnabled }: GatewayMetrics, thresholds: Thresholds): RuleGroup {
  const { recordings, isSilent } = silentJobs('gatewayRules', auditEnabled, thresholds);
  return ruleGroup(name, {
    interval: '1m',
    recordings,
    alerts: [
      alert({
        name: 'GatewayAbsent',
        when: isSilent,
        for: thresholds.silentFor,
        severity: 'page',
        summary: 'Gateway {job} sends no metrics any more.',
        description:
          'Each gateway that runs sends this metric, also without requests. Check that it runs, that its targets are up, or that the Collector receives its exports. Silence the alert if the gateway was ended on purpose; it ends by itself once the gateway is silent for longer than `silencePast`. Jobs that run for less than `serviceAfter` may end without it.',
      }),
    ],
  });
}

function eventAlerts({ auditEvents, auditEnabled, listenerErrors }: GatewayMetrics, { lostEvents }: Thresholds) {
  const over = '15m';
  return [
    alert({
      name: 'GatewayAuditEventsLost',
      when: atLeast(
        newEvents(auditEvents, { by: ['job', 'instance', 'outcome'], where: { outcome: lostOutcomes }, over }),
        lostEvents,
      ),
      severity: 'ticket',
      summary: 'Gateway {instance} of {job} lost {value} detailed events in 15 minutes: {outcome}.',
      description:
        'Tokens and cost by application and model are too low. overflowed: raise `auditCapacity`, or lower `auditEventsPerSecond`; switched_off: the circuit breaker acted, see GatewayAuditOff; rejected: the program passes invalid events.',
    }),
    alert({
      name: 'GatewayAuditOff',
      when: equal(value(auditEnabled, { by: ['job', 'instance'], merge: 'min' }), 0),
      severity: 'ticket',
      summary: 'The circuit breaker of gateway {instance} has switched detailed events off.',
      description:
        'Requests are still counted, without tokens and cost. The gateway is overloaded, or a listener of events is slow: look at its processor time and at the buffer of events.',
    }),
    alert({
      name: 'GatewayListenerFailing',
      when: above(increase(listenerErrors, { by: ['job'], over }), 0),
      severity: 'ticket',
      summary: 'A listener of detailed events of gateway {job} failed for {value} batches in 15 minutes.',
      description: 'Stores fed by the listener lack these events. Look at the log of the gateway for its error.',
    }),
  ];
}

function costGroup(group: string, name: string, { cost }: GatewayMetrics, thresholds: Thresholds): RuleGroup {
  const { costSigmas, costMargin, costPast: past, costMinValues: minValues } = thresholds;
  const hourly = usual(`${name}:cost_usd:per_hour`, perHour(rate(cost, { by: ['job', 'application'], over: '1h' })), {
    past,
    minValues,
  });
  return ruleGroup(`${group}-cost`, {
    interval: '1m',
    recordings: hourly.recordings,
    alerts: [
      alert({
        name: 'GatewayCostUnusual',
        when: aboveUsual(hourly, costSigmas, costMargin),
        for: '15m',
        severity: 'ticket',
        summary: 'Application {application} of gateway {job} costs {value} USD per hour, unusually much for it.',
        description:
          'The cost is well above the mean of the past. Look at its requests, tokens and models on the dashboard: more requests, longer prompts, a retry loop or a more expensive model.',
      }),
    ],
  });
}
