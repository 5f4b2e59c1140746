/** Each alert of the SDK's own health fires when it should, and only then. */
import { healthRules } from '../../src/health/alerts.js';
import { type AlertCase, caseOf, type Series } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

const rules = healthRules();

/** Returns one series of process `i`, with labels as in `mode="idle"`. */
const of = (name: string, values: string, ...labels: string[]): Series => ({
  [`${name}{${['job="s"', 'instance="i"', ...labels].join(', ')}}`]: values,
});

const heartbeat = (values: string, instance = 'i', job = 's'): Series => ({
  [`otelier_heartbeat_seconds_total{job="${job}", instance="${instance}"}`]: values,
});
/** Heartbeats of a process that runs for a number of minutes. */
const run = (minutes: number) => `0+60x${minutes}`;
const up = (values: string, instance = 'i'): Series => ({ [`up{job="s", instance="${instance}"}`]: values });
/** Metric of Pushgateway for each of its groups. */
const pushedAt: Series = { 'push_time_seconds{job="s", instance="", shard="7"}': '1x2000' };
const backend = 'otel_component_name="otlp"';
const exported = (values: string, ...labels: string[]) =>
  of('otel_sdk_exporter_metric_data_point_exported_total', values, backend, ...labels);
const deliveries = (values: string, ...labels: string[]) =>
  of('otel_sdk_exporter_operation_duration_seconds_count', values, backend, ...labels);
const failed = 'error_type="timeout"';
const rejected = (reason: string, values: string) =>
  of('otelier_measurement_rejected_total', values, `reason="${reason}"`);
const series = (used: string, metric = 'orders'): Series => ({
  ...of('otelier_series_used', used, `metric="${metric}"`),
  ...of('otelier_series_limit', '2000x100', `metric="${metric}"`),
});
const reads = (values: string) =>
  of('otelier_collector_failures_total', values, 'source="nvidia"', 'error_type="timeout"');
/** Collections per minute of at most 0.5 s, and all of them, which take at most 5 s. */
const collections = (fast: string, all: string): Series => {
  const name = 'otel_sdk_metric_reader_collection_duration_seconds_bucket';
  return {
    ...of(name, fast, backend, 'le="0.5"'),
    ...of(name, fast, backend, 'le="1"'),
    ...of(name, all, backend, 'le="5"'),
    ...of(name, all, backend, 'le="+Inf"'),
  };
};

const cases: readonly AlertCase[] = [
  caseOf('ScrapeTargetDown', true, 'a target that was up', 20, up('1x10 0x30')),
  caseOf('ScrapeTargetDown', true, 'a target that never was up', 20, up('0x30')),
  caseOf('ScrapeTargetDown', true, 'one of two targets', 20, up('1x10 0x30'), up('1x40', 'k')),
  caseOf('ScrapeTargetDown', false, 'a single failure', 20, up('1x10 0 1x30')),
  caseOf('ScrapeTargetDown', false, 'a target that is gone', 30, up('1x10 _x30')),
  caseOf('HeartbeatMissing', true, 'the only process of a service is silent', 420, heartbeat('0+60x400')),
  caseOf('HeartbeatMissing', true, 'a service is silent for hours', 1_000, heartbeat('0+60x400')),
  caseOf(
    'HeartbeatMissing',
    true,
    'another job is alive',
    420,
    heartbeat('0+60x400'),
    heartbeat('0+60x900', 'i', 'other'),
  ),
  caseOf('HeartbeatMissing', true, 'a service with restarts is silent', 520, heartbeat(`${run(90)} _x9 `.repeat(5))),
  caseOf('HeartbeatMissing', false, 'a job that never was', 420, heartbeat('0+60x900', 'i', 'other')),
  caseOf(
    'HeartbeatMissing',
    false,
    'another process of the job is alive',
    420,
    heartbeat('0+60x400'),
    heartbeat('0+60x900', 'k'),
  ),
  caseOf('HeartbeatMissing', false, 'silent for more than a day', 1_900, heartbeat('0+60x400')),
  caseOf('HeartbeatMissing', false, 'a restart', 410, heartbeat(`${run(400)} ${run(90)}`)),
  caseOf('HeartbeatMissing', false, 'a job of half an hour has ended', 45, heartbeat('0+60x30')),
  caseOf('HeartbeatMissing', false, 'a job of five hours has ended', 330, heartbeat('0+60x300')),
  caseOf('HeartbeatMissing', false, 'a job that runs every half hour', 535, heartbeat(`${run(10)} _x19 `.repeat(18))),
  caseOf('HeartbeatMissing', false, 'a group of a Pushgateway', 900, heartbeat('600x1000'), pushedAt),
  caseOf('HeartbeatMissing', false, 'pushes end, the group is deleted', 520, heartbeat('0+9x500'), pushedAt),
  caseOf('HeartbeatWrong', true, 'each delivery arrives twice', 30, heartbeat('0+120x100')),
  caseOf(
    'HeartbeatWrong',
    true,
    'a service restarts again and again',
    480,
    heartbeat(`${run(400)} ${'0 30 60 '.repeat(50)}`),
  ),
  caseOf('HeartbeatWrong', false, 'the first minutes', 12, heartbeat('0+60x100')),
  caseOf('HeartbeatWrong', false, 'a process that runs', 460, heartbeat('0+60x500')),
  caseOf('HeartbeatWrong', false, 'two processes', 460, heartbeat('0+60x500'), heartbeat('7+60x500', 'k')),
  caseOf('HeartbeatWrong', false, 'a single restart', 460, heartbeat(`${run(450)} ${run(50)}`)),
  caseOf(
    'HeartbeatWrong',
    false,
    'a job of three minutes that runs every ten',
    495,
    heartbeat(`${run(3)} _x6 `.repeat(60)),
  ),
  caseOf('HeartbeatWrong', false, 'a group of a Pushgateway', 460, heartbeat('600x500'), pushedAt),
  caseOf('HeartbeatWrong', false, 'pushes of short runs', 460, heartbeat('0 30 25 40 20 31 '.repeat(100)), pushedAt),
  caseOf('MetricsPointsLost', true, 'the first loss', 32, exported('_x30 7x70', 'error_type="no room"')),
  caseOf('MetricsPointsLost', true, 'another loss', 62, exported('_x30 7x30 9x70', 'error_type="no room"')),
  caseOf('MetricsPointsLost', false, 'a loss an hour ago', 92, exported('_x30 7x70', 'error_type="no room"')),
  caseOf('MetricsPointsLost', false, 'points are delivered', 32, exported('0+10x100')),
  caseOf('MetricsExportFailing', true, 'two of three', 60, deliveries('0+1x100'), deliveries('0+2x100', failed)),
  caseOf('MetricsExportFailing', false, 'one of three', 60, deliveries('0+2x100'), deliveries('0+1x100', failed)),
  caseOf('MetricsExportFailing', false, 'none ever failed', 60, deliveries('0+2x100')),
  caseOf('MetricsMeasurementsRejected', true, 'NaN in each minute', 30, rejected('value_not_finite', '0+1x100')),
  caseOf('MetricsMeasurementsRejected', false, 'NaN long ago', 30, rejected('value_not_finite', '5x100')),
  caseOf('MetricsMeasurementsRejected', false, 'undeclared values', 30, rejected('attribute_other', '0+1x100')),
  caseOf(
    'MetricsLimitReached',
    true,
    'full, and sets are beyond',
    30,
    series('1801x100'),
    rejected('series_overflow', '0+5x100'),
  ),
  caseOf(
    'MetricsLimitReached',
    false,
    'full, and none is beyond',
    30,
    series('2000x100'),
    rejected('series_overflow', '0x100'),
  ),
  caseOf('MetricsLimitReached', false, 'half full', 30, series('1000x100'), rejected('series_overflow', '0+5x100')),
  caseOf('MetricsCollectorFailing', true, 'in each minute', 40, reads('0+1x100')),
  caseOf('MetricsCollectorFailing', false, 'once', 40, reads('0x30 1x70')),
  caseOf('MetricsCollectionSlow', true, 'one of ten takes seconds', 60, collections('0+9x100', '0+10x100')),
  caseOf('MetricsCollectionSlow', false, 'all are fast', 60, collections('0+10x100', '0+10x100')),
];

testAlerts("the SDK's own health", { rules, cases });
