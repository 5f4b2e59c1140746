/** All files of the stack. */
import { type Files, fileKey, inFolder } from '../files.js';
import { grafanaProvisioning } from '../grafana/provisioning.js';
import { ruleFiles } from '../rules/files.js';
import { yamlText } from '../yaml.js';
import { alertmanagerConfig } from './alertmanager.js';
import { collectorConfig } from './collector.js';
import { composeFile } from './compose.js';
import { downsamplingRules } from './downsampling.js';
import { kubernetesFiles } from './kubernetes.js';
import { checkStack, type StackOptions } from './options.js';
import { longTermConfig, prometheusConfig, shortestIntervalMs } from './prometheus.js';
import { environmentExample, stackReadme } from './readme.js';
import { scaleFiles } from './scale/files.js';
import { scaleSource } from './scale/storages.js';

/**
 * Returns the files of a folder that `docker compose up` runs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is invalid, two sources have the same file of rules, or two
 * alerts, recordings or objectives the same name.
 */
export function stackFiles(options: StackOptions): Files {
  checkStack(options);
  const { dashboards, rules, metrics, naming, runbooks, interval, forward, longTerm, scale } = options;
  const provisioning = grafanaProvisioning({
    prometheusUrl: 'http://prometheus:9090',
    dashboards: '/var/lib/grafana/dashboards',
    scrapeInterval: interval,
  });
  const ruleSet = new Map(ruleFiles(rules, 'prometheus', { ...naming, runbooks }));
  const page = ruleSet.get('alerts.md');
  ruleSet.delete('alerts.md');
  const downsampling = { naming, scrapeIntervalMs: shortestIntervalMs(options) };
  ruleSet.set(downsamplingFile(ruleSet), yamlText(downsamplingRules(metrics, downsampling)));
  const more = scale === undefined ? longTermSource : scaleSource(scale);
  return new Map([
    ['docker-compose.yaml', yamlText(composeFile(options))],
    ['.env.example', environmentExample(options)],
    ['README.md', stackReadme(options)],
    ...(page === undefined ? [] : [['alerts.md', page] as const]),
    ['conf/prometheus/prometheus.yml', yamlText(prometheusConfig(options))],
    ...inFolder('conf/prometheus/rules', ruleSet),
    ...(scale === undefined
      ? [['conf/prometheus-long/prometheus.yml', yamlText(longTermConfig(longTerm))] as const]
      : []),
    ['conf/alertmanager/alertmanager.yml', yamlText(alertmanagerConfig(options))],
    ['conf/otel-collector/config.yaml', yamlText(collectorConfig({ forwards: forward, strategy: naming.strategy }))],
    ...inFolder('conf/grafana/provisioning', provisioning),
    ['conf/grafana/provisioning/datasources/more.yaml', yamlText({ apiVersion: 1, datasources: [more] })],
    ...inFolder('conf/grafana/dashboards', dashboards),
    ...inFolder('kubernetes', kubernetesFiles(options)),
    ...(scale === undefined ? [] : inFolder('scale', scaleFiles(scale, options))),
  ]);
}

/** Returns a file for the downsampling rules. A pack or a catalogue may be called downsampling. */
function downsamplingFile(others: Files): string {
  const taken = new Set([...others.keys()].map(fileKey));
  let path = 'downsampling.rules.yaml';
  while (taken.has(fileKey(path))) path = `otelier-${path}`;
  return path;
}

/** Grafana's data source of the downsampled series. */
const longTermSource = {
  name: 'Prometheus (1 year)',
  uid: 'prometheus-long',
  type: 'prometheus',
  access: 'proxy',
  url: 'http://prometheus-long:9090',
  jsonData: { timeInterval: '5m', httpMethod: 'POST' },
};
