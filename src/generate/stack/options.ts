/** Options of the generated stack. */
import type { Catalogue } from '../../catalogue/catalogue.js';
import { MetricsError, type Problem } from '../../errors.js';
import type { NamingOptions } from '../../panels/promql/names.js';
import type { Files } from '../files.js';
import type { NamedRules } from '../rules/files.js';

/** Ways to notify people of alerts. */
export const notifiers = ['webhook', 'email', 'slack'] as const;

export type Notifier = (typeof notifiers)[number];

/** Options of the stack; all have defaults in the command. */
export interface StackOptions {
  /** Job of the application in Prometheus. */
  readonly job: string;
  /** Host and port of each instance of the application, as Prometheus reaches it from its container. */
  readonly targets: readonly string[];
  /** Interval of the application's scrapes. */
  readonly interval: string;
  /** Ports on this machine. */
  readonly prometheusPort: number;
  readonly grafanaPort: number;
  readonly alertmanagerPort: number;
  readonly notify: readonly Notifier[];
  readonly naming: NamingOptions;
  /** Rendered dashboards by file name. */
  readonly dashboards: Files;
  readonly rules: readonly NamedRules[];
  /** Metrics that are downsampled. */
  readonly metrics: Catalogue['metrics'];
}

/** Versions of the images, tested together by their configuration formats only. */
export const images = {
  prometheus: 'prom/prometheus:v3.5.0',
  alertmanager: 'prom/alertmanager:v0.28.1',
  grafana: 'grafana/grafana:12.1.0',
  nodeExporter: 'prom/node-exporter:v1.9.1',
  cadvisor: 'gcr.io/cadvisor/cadvisor:v0.52.1',
  collector: 'otel/opentelemetry-collector-contrib:0.131.0',
} as const;

/**
 * Checks the options.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function checkStack({ job, targets, interval, notify, ...ports }: StackOptions): void {
  const problems: Problem[] = [];
  const report = (where: string, value: unknown, expected: string) => problems.push({ where, value, expected });
  if (!/^[\w.:/-]+$/.test(job)) report('--job', job, 'letters, digits and _ . : / -');
  for (const target of targets) {
    if (!/^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/.test(target))
      report('--target', target, 'host:port, such as app:9464');
  }
  if (!/^[1-9]\d*(?:ms|s|m|h)$/.test(interval)) report('--interval', interval, 'a duration such as 1s or 15s');
  for (const [flag, port] of [
    ['--prometheus-port', ports.prometheusPort],
    ['--grafana-port', ports.grafanaPort],
    ['--alertmanager-port', ports.alertmanagerPort],
  ] as const) {
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) report(flag, port, 'a port from 1 to 65535');
  }
  for (const each of notify) if (!notifiers.includes(each)) report('--notify', each, notifiers.join(', '));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
}
