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
  caseOf('HeartbeatMissing', true, 'the only process is silent', 110, heartbeat('0+60x90')),
  caseOf(
    'HeartbeatMissing',
    true,
    'another job is alive',
    110,
    heartbeat('0+60x90'),
    heartbeat('0+60x200', 'i', 'other'),
  ),
  caseOf('HeartbeatMissing', false, 'a job that never was', 110, heartbeat('0+60x200', 'i', 'other')),
  caseOf(
    'HeartbeatMissing',
    false,
    'another process of the job is alive',
    110,
    heartbeat('0+60x90'),
    heartbeat('0+60x200', 'k'),
  ),
  caseOf('HeartbeatMissing', false, 'silent for more than an hour', 170, heartbeat('0+60x90')),
  caseOf('HeartbeatMissing', false, 'a restart', 100, heartbeat('0+60x90 0+60x90')),
  caseOf('HeartbeatWrong', true, 'each delivery arrives twice', 30, heartbeat('0+120x100')),
  caseOf(
    'HeartbeatWrong',
    true,
    'the process restarts again and again',
    30,
    heartbeat('0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60 0 30 60'),
  ),
  caseOf('HeartbeatWrong', false, 'the first minutes', 12, heartbeat('0+60x100')),
  caseOf('HeartbeatWrong', false, 'a process that runs', 60, heartbeat('0+60x100')),
  caseOf('HeartbeatWrong', false, 'two processes', 60, heartbeat('0+60x100'), heartbeat('7+60x100', 'k')),
  caseOf('HeartbeatWrong', false, 'a single restart', 60, heartbeat('0+60x50 0+60x50')),
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
