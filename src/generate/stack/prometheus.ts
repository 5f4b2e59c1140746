/**
 * Configuration of the two Prometheus servers: one with all samples for 30 days, one with downsampled series for a year.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
import { millisecondsOf } from '../checks.js';
import { downsampledSeries } from './downsampling.js';
import type { LongTermPath, StackOptions } from './options.js';
import { writeUrlOf } from './scale/storages.js';

const target = (...targets: string[]) => [{ targets }];

/** Scrape interval of everything but the application and the servers of the stack. */
const defaultInterval = '15s';

/** Returns the shortest interval of scrapes, in milliseconds. */
export function shortestIntervalMs({ interval }: Pick<StackOptions, 'interval'>): number {
  return Math.min(millisecondsOf(interval), millisecondsOf(defaultInterval));
}

/** Returns the configuration of the server that scrapes. With a storage on many machines, that storage runs the rules. */
export function prometheusConfig({ job, targets, interval, longTerm, scale }: StackOptions): object {
  const long = scale === undefined ? ['prometheus-long:9090'] : [];
  return {
    global: { scrape_interval: defaultInterval, evaluation_interval: '15s' },
    ...(scale === undefined
      ? {
          rule_files: ['rules/*.yaml'],
          alerting: { alertmanagers: [{ static_configs: target('alertmanager:9093') }] },
          ...(longTerm === 'federation' ? {} : { remote_write: [downsampledOnly] }),
        }
      : { remote_write: [{ url: writeUrlOf(scale), send_native_histograms: true }] }),
    scrape_configs: [
      // `job` and `instance` are those of this configuration; the resource is in `target_info`.
      {
        job_name: job,
        scrape_interval: interval,
        scrape_timeout: timeoutOf(interval),
        static_configs: target(...targets),
      },
      // What arrives by OTLP keeps the job and the instance of its resource.
      ...(scale === undefined
        ? [{ job_name: 'otel-collector', honor_labels: true, static_configs: target('otel-collector:8889') }]
        : []),
      { job_name: 'node', static_configs: target('node-exporter:9100') },
      { job_name: 'cadvisor', static_configs: target('cadvisor:8080') },
      { job_name: 'prometheus', scrape_interval: '60s', static_configs: target('localhost:9090', ...long) },
      { job_name: 'alertmanager', scrape_interval: '60s', static_configs: target('alertmanager:9093') },
      { job_name: 'grafana', scrape_interval: '60s', static_configs: target('grafana:3000') },
    ],
  };
}

/** Returns the configuration of the server that keeps downsampled series, which it federates or receives. */
export function longTermConfig(path: LongTermPath): object {
  if (path === 'remote-write') return { global: { scrape_interval: '1m' } };
  return {
    // An endpoint of federation shows a series for five minutes after its last sample.
    global: { scrape_interval: '2m', scrape_timeout: '1m' },
    scrape_configs: [
      {
        job_name: 'federate',
        honor_labels: true,
        metrics_path: '/federate',
        params: { 'match[]': [`{__name__=~"${downsampledSeries}"}`] },
        static_configs: target('prometheus:9090'),
      },
    ],
  };
}

const downsampledOnly = {
  url: 'http://prometheus-long:9090/api/v1/write',
  send_native_histograms: true,
  write_relabel_configs: [{ source_labels: ['__name__'], regex: downsampledSeries, action: 'keep' }],
};

/** A timeout must not be longer than its interval. */
function timeoutOf(interval: string): string {
  return millisecondsOf(interval) >= 10_000 ? '10s' : interval;
}
