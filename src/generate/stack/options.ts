/** Options of the generated stack. */
import type { Catalogue } from '../../catalogue/catalogue.js';
import { MetricsError, type Problem } from '../../errors.js';
import type { NamingOptions } from '../../panels/promql/names.js';
import { intervalProblems, runbookProblems } from '../checks.js';
import type { Files } from '../files.js';
import type { NamedRules } from '../rules/named-rules.js';

/** Ways to notify people of alerts. */
export const notifiers = ['webhook', 'email', 'slack'] as const;

export type Notifier = (typeof notifiers)[number];

/** Ways of downsampled series to the server that keeps them for a year. */
export const longTermPaths = ['federation', 'remote-write'] as const;

export type LongTermPath = (typeof longTermPaths)[number];

/** Storages for more series than one machine can hold. */
export const storages = ['victoriametrics', 'mimir', 'thanos'] as const;

export type Storage = (typeof storages)[number];

/** Options of the stack; all have defaults in the command. */
export interface StackOptions {
  /** Job of the application in Prometheus. */
  readonly job: string;
  /** Host and port of each instance of the application, as Prometheus reaches it from its container. */
  readonly targets: readonly string[];
  /** Interval of the application's scrapes, at most one minute. */
  readonly interval: string;
  /** Ports on this machine. */
  readonly prometheusPort: number;
  readonly grafanaPort: number;
  readonly alertmanagerPort: number;
  readonly notify: readonly Notifier[];
  /** Addresses of e-mails, and host and port of the server that sends them. */
  readonly emailTo: string;
  readonly emailFrom: string;
  readonly smtp: string;
  readonly slackChannel: string;
  readonly longTerm: LongTermPath;
  /** True to send what arrives by OTLP to the endpoint in `OTLP_FORWARD_ENDPOINT`, too. */
  readonly forward: boolean;
  /** Adds the folder `scale` for a storage on many machines. */
  readonly scale?: Storage | undefined;
  /** Number of active series, from which the page of the stack computes sizes. */
  readonly series: number;
  /** URL of the page `alerts.md`, without a fragment; alerts then link to their section. */
  readonly runbooks?: string | undefined;
  readonly naming: NamingOptions;
  /** Rendered dashboards by file name. */
  readonly dashboards: Files;
  readonly rules: readonly NamedRules[];
  /** Metrics that are downsampled. */
  readonly metrics: Catalogue['metrics'];
}

/**
 * Versions of the images. Tests run Prometheus and Alertmanager of these versions with the generated files; the other
 * images are checked by their documented formats only.
 */
export const images = {
  prometheus: 'prom/prometheus:v3.5.3',
  alertmanager: 'prom/alertmanager:v0.28.1',
  grafana: 'grafana/grafana:12.1.0',
  nodeExporter: 'prom/node-exporter:v1.9.1',
  cadvisor: 'gcr.io/cadvisor/cadvisor:v0.52.1',
  collector: 'otel/opentelemetry-collector-contrib:0.147.0',
} as const;

/**
 * Checks the options.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function checkStack(options: StackOptions): void {
  const { job, targets, interval, notify, series } = options;
  const problems: Problem[] = [];
  const report = (where: string, value: unknown, expected: string) => problems.push({ where, value, expected });
  // Kubernetes' names need a letter or a digit.
  if (!/^[\w.:/-]*[A-Za-z0-9][\w.:/-]*$/.test(job)) report('--job', job, 'letters, digits and _ . : / -');
  if (ownJobs.has(job)) report('--job', job, `a name other than ${[...ownJobs].join(', ')}`);
  if (targets.length === 0) report('--target', targets, 'one host:port or more');
  for (const target of targets) if (!isHostAndPort(target)) report('--target', target, 'host:port, such as app:9464');
  problems.push(...intervalProblems('--interval', interval));
  for (const [flag, port] of portsOf(options))
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) report(flag, port, 'a port from 1 to 65535');
  const ports = portsOf(options).map(([, port]) => port);
  const taken = ports.find((port, index) => ports.indexOf(port) !== index || otlpPorts.includes(port));
  if (taken !== undefined) report('ports', taken, `different ports, and not ${otlpPorts.join(' or ')}`);
  for (const each of notify) if (!notifiers.includes(each)) report('--notify', each, notifiers.join(', '));
  for (const [flag, address] of [
    ['--email-to', options.emailTo],
    ['--email-from', options.emailFrom],
  ] as const)
    if (!/^[^\s@<>"{}]+@[^\s@<>"{}]+$/.test(address)) report(flag, address, 'an address such as oncall@example.com');
  if (!isHostAndPort(options.smtp)) report('--smtp', options.smtp, 'host:port, such as smtp.example.com:587');
  if (!/^[#@]?[\w.-]+$/.test(options.slackChannel)) report('--slack-channel', options.slackChannel, 'such as #alerts');
  if (!(Number.isSafeInteger(series) && series >= 1)) report('--series', series, 'a number of series from 1');
  problems.push(...runbookProblems(options.runbooks));
  const { strategy } = options.naming;
  if (options.scale !== undefined && strategy !== undefined && !strategy.startsWith('Underscore'))
    report('--strategy', strategy, 'a strategy with underscores, with --scale: other names cannot be written remotely');
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
}

/** Ports of the OTel Collector on this machine. */
const otlpPorts: readonly number[] = [4317, 4318];

/** Jobs of the stack's own servers. */
const ownJobs: ReadonlySet<string> = new Set([
  'otel-collector',
  'node',
  'cadvisor',
  'prometheus',
  'alertmanager',
  'grafana',
]);

function portsOf({ prometheusPort, grafanaPort, alertmanagerPort }: StackOptions): [flag: string, port: number][] {
  return [
    ['--prometheus-port', prometheusPort],
    ['--grafana-port', grafanaPort],
    ['--alertmanager-port', alertmanagerPort],
  ];
}

function isHostAndPort(text: string): boolean {
  const [, port = ''] = /^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  return Number(port) >= 1 && Number(port) <= 65_535;
}
