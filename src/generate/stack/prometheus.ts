/**
 * Configuration of the two Prometheus servers: one with all samples for 30 days, one with downsampled series for a year.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
import { downsampledSeries } from './downsampling.js';
import type { StackOptions } from './options.js';

const target = (...targets: string[]) => [{ targets }];

/** Returns the configuration of the server that scrapes. */
export function prometheusConfig({ job, targets, interval }: StackOptions): object {
  return {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: ['/etc/prometheus/rules/*.yaml'],
    alerting: { alertmanagers: [{ static_configs: target('alertmanager:9093') }] },
    scrape_configs: [
      // The application states its resource in labels of its own; `honor_labels` is off, so that job and instance are these.
      {
        job_name: job,
        scrape_interval: interval,
        scrape_timeout: timeoutOf(interval),
        static_configs: target(...targets),
      },
      // What arrives by OTLP keeps the job and the instance of its resource.
      { job_name: 'otel-collector', honor_labels: true, static_configs: target('otel-collector:8889') },
      { job_name: 'node', static_configs: target('node-exporter:9100') },
      { job_name: 'cadvisor', static_configs: target('cadvisor:8080') },
      {
        job_name: 'prometheus',
        scrape_interval: '60s',
        static_configs: target('localhost:9090', 'prometheus-long:9090'),
      },
      { job_name: 'alertmanager', scrape_interval: '60s', static_configs: target('alertmanager:9093') },
      { job_name: 'grafana', scrape_interval: '60s', static_configs: target('grafana:3000') },
    ],
  };
}

/** Returns the configuration of the server that keeps downsampled series, which it federates. */
export function longTermConfig(source = 'prometheus:9090'): object {
  return {
    global: { scrape_interval: '2m', scrape_timeout: '1m' },
    scrape_configs: [
      {
        job_name: 'federate',
        honor_labels: true,
        metrics_path: '/federate',
        params: { 'match[]': [`{__name__=~"${downsampledSeries}"}`] },
        static_configs: target(source),
      },
    ],
  };
}

/** A timeout must not be longer than its interval. */
function timeoutOf(interval: string): string {
  const [, count = '0', unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(interval) ?? [];
  const seconds = Number(count) * ({ ms: 0.001, s: 1, m: 60, h: 3_600 }[unit] ?? 1);
  return seconds >= 10 ? '10s' : interval;
}
