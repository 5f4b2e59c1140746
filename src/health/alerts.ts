/** Rules of the SDK itself. `alerts-silence.ts` has those of the heartbeat, a probe through the whole path of the measurements. */
import { thresholdsOf } from '../collectors/options.js';
import { byInstance, ofInstance } from '../collectors/panel-defaults.js';
import { MetricsError } from '../errors.js';
import {
  above,
  alert,
  and,
  atLeast,
  type Duration,
  increase,
  newEvents,
  quantile,
  type RuleGroup,
  ruleGroup,
} from '../panels/index.js';
import { heartbeatGroup, targetAlert } from './alerts-silence.js';
import {
  byBackend,
  failed,
  failedDeliveries,
  type SelfQueries,
  selfMetrics,
  sourceMetrics,
  usedSeries,
} from './dashboard-queries.js';

/** Thresholds of the rules. */
export interface HealthRulesOptions {
  /** How metrics reach Prometheus; `scrape` by default. `otlp` leaves out the alert on targets that cannot be scraped. */
  readonly path?: 'scrape' | 'otlp';
  /** Time for which a job has heartbeats, without gaps of more than a tenth, before its end is an alert; `6h` by default. */
  readonly serviceAfter?: Duration;
  /** Time since its last heartbeat after which a silent job is no alert any more; `1d` by default. */
  readonly heartbeatPast?: Duration;
  /** Lowest rate of the heartbeat of a process of a service, which is 1; 0.9 by default. */
  readonly heartbeatMin?: number;
  /** Highest rate of the heartbeat of a process; 1.1 by default. */
  readonly heartbeatMax?: number;
  /** Data points lost in 15 minutes for one cause, above which an alert fires; 0 by default. */
  readonly lostPoints?: number;
  /** Share of the deliveries of a backend that fail; 0.5 by default. */
  readonly failedRatio?: number;
  /** Measurements rejected in 15 minutes for one reason, above which an alert fires; 0 by default. */
  readonly rejectedMeasurements?: number;
  /** Share of the series of a metric from which it counts as full, when measurements are beyond a limit; 0.9 by default. */
  readonly seriesRatio?: number;
  /** Reads of a source in 15 minutes that fail, above which an alert fires; 3 by default. */
  readonly failedReads?: number;
  /** 99th percentile of the duration of collections, in seconds; 1 by default. */
  readonly collectionSeconds?: number;
}

const defaults = {
  heartbeatMin: 0.9,
  heartbeatMax: 1.1,
  lostPoints: 0,
  failedRatio: 0.5,
  rejectedMeasurements: 0,
  seriesRatio: 0.9,
  failedReads: 3,
  collectionSeconds: 1,
};

type Thresholds = Readonly<typeof defaults>;

/**
 * Returns the rules of the SDK's own health.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, a number is not from 0 on, or `path` is another
 * text; METRICS_PANEL_INVALID if `serviceAfter` or `heartbeatPast` is not a duration.
 */
export function healthRules(options: HealthRulesOptions = {}): readonly RuleGroup[] {
  const {
    path = 'scrape',
    serviceAfter = '6h',
    heartbeatPast = '1d',
    ...others
  } = Object(options) as HealthRulesOptions;
  const thresholds = thresholdsOf('healthRules', defaults, options === Object(options) ? others : options, [
    'path',
    'serviceAfter',
    'heartbeatPast',
  ]);
  requirePath(path);
  const metrics = selfMetrics();
  return [
    heartbeatGroup(metrics, { ...thresholds, serviceAfter, heartbeatPast }),
    ruleGroup('health', {
      alerts: [
        ...(path === 'scrape' ? [targetAlert()] : []),
        ...deliveryAlerts(metrics, thresholds),
        ...measurementAlerts(metrics, thresholds),
        ...collectionAlerts(metrics, thresholds),
      ],
    }),
  ];
}

function requirePath(value: string): void {
  if (value === 'scrape' || value === 'otlp') return;
  throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: 'healthRules.path', value, expected: 'scrape or otlp' }]);
}

function deliveryAlerts(metrics: SelfQueries, { lostPoints, failedRatio }: Thresholds) {
  return [
    alert({
      name: 'MetricsPointsLost',
      // The series of a cause begins with the first loss.
      when: above(
        newEvents(metrics.exported, { by: [...byBackend, 'error.type'], where: failed, over: '15m' }),
        lostPoints,
      ),
      for: '0s',
      severity: 'ticket',
      summary: `Backend {otel.component.name} of ${ofInstance} lost {value} data points: {error.type}.`,
      description:
        'The data points are gone. Look at the reason in the log of the process or in status(); with the cause "refused", the endpoint does not accept what it gets; with "no room" or "too old", it was unreachable for too long.',
    }),
    alert({
      name: 'MetricsExportFailing',
      when: above(failedDeliveries(metrics), failedRatio),
      for: '10m',
      severity: 'page',
      summary: `The share {value} of the deliveries of backend {otel.component.name} of ${ofInstance} fails.`,
      description:
        'Data points wait for a retry, and are lost when the queue is full. Look at the failed deliveries by cause on the dashboard, then check address, credentials and load of the endpoint.',
    }),
  ];
}

function measurementAlerts(metrics: SelfQueries, { rejectedMeasurements, seriesRatio }: Thresholds) {
  const { rejected } = metrics;
  // Values that are recorded as `_OTHER` are the intended effect of a limit.
  const unintended = { reason: { not: ['series_overflow', 'attribute_other'] } } as const;
  const beyond = increase(rejected, { by: byInstance, over: '15m', where: { reason: 'series_overflow' } });
  return [
    alert({
      name: 'MetricsMeasurementsRejected',
      when: above(
        increase(rejected, { by: [...byInstance, 'reason'], over: '15m', where: unintended }),
        rejectedMeasurements,
      ),
      severity: 'ticket',
      summary: `${ofInstance} rejected or altered {value} measurements: {reason}.`,
      description:
        'The application records what its catalogue does not permit. The log names metric and attribute once; the page on rejected measurements explains each reason.',
    }),
    alert({
      name: 'MetricsLimitReached',
      when: and(atLeast(usedSeries(metrics), seriesRatio), above(beyond, 0)),
      severity: 'ticket',
      summary: `Metric {metric} of ${ofInstance} uses the share {value} of its series, and measurements are beyond a limit.`,
      description:
        'New attribute sets share one overflow series; those of gauges are dropped. Look at the attribute with the most values on the dashboard: record fewer values, or raise cardinalityLimit.',
    }),
  ];
}

function collectionAlerts({ collection }: SelfQueries, { failedReads, collectionSeconds }: Thresholds) {
  const { collectorFailures } = sourceMetrics();
  return [
    alert({
      name: 'MetricsCollectorFailing',
      when: above(increase(collectorFailures, { by: [...byInstance, 'source'], over: '15m' }), failedReads),
      severity: 'ticket',
      summary: `Source {source} of ${ofInstance} failed {value} times; its metrics are absent.`,
      description:
        'The source cannot be read or takes too long. The log of the process has the first error; common causes are a missing permission and a driver that hangs.',
    }),
    alert({
      name: 'MetricsCollectionSlow',
      when: above(quantile(0.99, collection, { by: byBackend, over: '5m' }), collectionSeconds),
      for: '15m',
      severity: 'ticket',
      summary: `Collections of {otel.component.name} of ${ofInstance} take {value} (p99).`,
      description:
        'A callback is slow, or there are very many series. Look at the share of the main thread by source and at the metrics with the most series on the dashboard.',
    }),
  ];
}
