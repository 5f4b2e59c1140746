/** Rules of pack `http`. */

import {
  above,
  alert,
  and,
  atLeast,
  type Duration,
  increase,
  metricsOf,
  type RuleGroup,
  rate,
  ratio,
  ruleGroup,
  slo,
} from '../../panels/index.js';
import { secondsText } from '../../panels/unit.js';
import { stoppedJobs } from '../kit/alerts-silence.js';
import { groupName, namespaceOption, objectivePrefix } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { aborted, clientFailed, type HttpMetrics, serverFailed } from './dashboard/queries.js';
import { http } from './index.js';

/** Thresholds of the rules. */
export interface HttpRulesOptions {
  /** Prefix of every metric name, as of the pack. */
  readonly namespace?: string;
  /** Share of incoming requests with a status of 5xx above which an alert fires; 0.05 by default. */
  readonly errorRatio?: number;
  /** The same for one route; 0.2 by default. */
  readonly routeErrorRatio?: number;
  /** Share of incoming requests whose client closed the connection; 0.1 by default. */
  readonly abortedRatio?: number;
  /** Share of outgoing requests to one server that fail; 0.1 by default. */
  readonly clientErrorRatio?: number;
  /** Requests in five minutes below which shares are not judged; 20 by default. */
  readonly minRequests?: number;
  /** Objective on errors: share of incoming requests without a status of 5xx; 0.999 by default. */
  readonly availabilityObjective?: number;
  /** Objective on durations: share of incoming requests within `latencySeconds`; 0.99 by default. */
  readonly latencyObjective?: number;
  /** One of the bucket boundaries of the durations, in seconds; 1 by default. */
  readonly latencySeconds?: number;
  /** Time without requests after which a server that had requests in the hour before is silent; `15m` by default. */
  readonly silentAfter?: Duration;
}

const defaults: Required<Omit<HttpRulesOptions, 'namespace'>> = {
  errorRatio: 0.05,
  routeErrorRatio: 0.2,
  abortedRatio: 0.1,
  clientErrorRatio: 0.1,
  minRequests: 20,
  availabilityObjective: 0.999,
  latencyObjective: 0.99,
  latencySeconds: 1,
  silentAfter: '15m',
};

type Thresholds = typeof defaults;

const over = '5m';

/**
 * Returns the rules: errors, latency and silence of servers, and errors of clients.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid, METRICS_PANEL_INVALID if
 * `latencySeconds` is not a bucket boundary.
 */
export function httpRules(options: HttpRulesOptions = {}): readonly RuleGroup[] {
  const { namespace, ...thresholds } = withDefaults('httpRules', options, defaults, { others: ['namespace'] });
  const metrics = metricsOf(http(namespaceOption(namespace)).catalogue);
  const name = objectivePrefix('http', namespace);
  const group = groupName('http', namespace);
  const { availabilityObjective, latencyObjective, latencySeconds } = thresholds;
  const availability = slo({
    name: `${name}_availability`,
    objective: availabilityObjective,
    description: 'Incoming requests end without a status of 5xx.',
    errors: { metric: metrics.serverDuration, failed: serverFailed },
  });
  const latency = slo({
    name: `${name}_latency`,
    objective: latencyObjective,
    description: `Incoming requests end within ${secondsText(latencySeconds)}.`,
    latency: { metric: metrics.serverDuration, below: latencySeconds },
  });
  return [
    ruleGroup(group, { alerts: [...serverAlerts(metrics, thresholds), clientAlert(metrics, thresholds)] }),
    availability.rules,
    latency.rules,
  ];
}

function serverAlerts({ serverDuration }: HttpMetrics, thresholds: Thresholds) {
  const { errorRatio, routeErrorRatio, abortedRatio, minRequests, silentAfter } = thresholds;
  const ofJob = { by: ['job'], over } as const;
  const ofRoute = { by: ['job', 'http.route'], over } as const;
  const share = (selection: typeof ofJob | typeof ofRoute, where: typeof serverFailed | typeof aborted) =>
    ratio(rate(serverDuration, { ...selection, where }), rate(serverDuration, selection));
  const enough = (selection: typeof ofJob | typeof ofRoute) =>
    atLeast(increase(serverDuration, selection), minRequests);
  return [
    alert({
      name: 'HttpServerErrorsHigh',
      when: and(above(share(ofJob, serverFailed), errorRatio), enough(ofJob)),
      severity: 'page',
      summary: '{value} of the requests to {job} fail with a status of 5xx.',
      description:
        'Find the failing routes on the dashboard, then look at the log of the server. If all routes fail, look at what they share: a database, another service, the last deployment.',
    }),
    alert({
      name: 'HttpRouteFailing',
      when: and(above(share(ofRoute, serverFailed), routeErrorRatio), enough(ofRoute)),
      severity: 'ticket',
      summary: '{value} of the requests to route {http.route} of {job} fail with a status of 5xx.',
      description: 'Look at the log of the server for this route, and at the outgoing requests that it makes.',
    }),
    alert({
      name: 'HttpRequestsAborted',
      when: and(above(share(ofJob, aborted), abortedRatio), enough(ofJob)),
      for: '15m',
      severity: 'ticket',
      summary: 'Clients of {job} close the connection of {value} of their requests before the response.',
      description:
        'Responses take longer than the clients wait. Compare the p99 of the durations with the timeouts of clients and proxies.',
    }),
    alert({
      name: 'HttpServerSilent',
      when: stoppedJobs(serverDuration, silentAfter),
      for: '0s',
      severity: 'ticket',
      summary: `{job} had {value} requests in an hour, and none in the last ${silentAfter}.`,
      description:
        'The process does not run, or requests do not reach it. Check its target, the load balancer and the DNS name; raise `silentAfter` where such pauses are normal.',
    }),
  ];
}

function clientAlert({ clientDuration }: HttpMetrics, { clientErrorRatio, minRequests }: Thresholds) {
  const all = { by: ['job', 'server.address'], over } as const;
  const shareFailed = ratio(rate(clientDuration, { ...all, where: clientFailed }), rate(clientDuration, all));
  return alert({
    name: 'HttpClientErrorsHigh',
    when: and(above(shareFailed, clientErrorRatio), atLeast(increase(clientDuration, all), minRequests)),
    severity: 'ticket',
    summary: '{value} of the requests of {job} to {server.address} fail.',
    description:
      'Look at the statuses and errors of outgoing requests. 4xx: the requests or credentials are wrong; 5xx: the server fails; an error without a status: it cannot be reached.',
  });
}
