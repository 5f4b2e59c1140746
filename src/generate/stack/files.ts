/** All files of the stack. */
import { type Files, inFolder } from '../files.js';
import { grafanaProvisioning } from '../grafana/provisioning.js';
import { ruleFiles } from '../rules/files.js';
import { yamlText } from '../yaml.js';
import { alertmanagerConfig } from './alertmanager.js';
import { collectorConfig } from './collector.js';
import { composeFile } from './compose.js';
import { downsamplingRules } from './downsampling.js';
import { kubernetesFiles } from './kubernetes.js';
import { checkStack, type StackOptions } from './options.js';
import { longTermConfig, prometheusConfig } from './prometheus.js';
import { environmentExample, stackReadme } from './readme.js';

/**
 * Returns the files of a folder that `docker compose up` runs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is invalid.
 */
export function stackFiles(options: StackOptions): Files {
  checkStack(options);
  const { dashboards, rules, metrics, naming, interval } = options;
  const provisioning = grafanaProvisioning({
    prometheusUrl: 'http://prometheus:9090',
    dashboards: '/var/lib/grafana/dashboards',
    scrapeInterval: interval,
  });
  const ruleSet = new Map(ruleFiles(rules, 'prometheus', naming));
  const runbooks = ruleSet.get('alerts.md');
  ruleSet.delete('alerts.md');
  ruleSet.set('downsampling.rules.yaml', yamlText(downsamplingRules(metrics, naming)));
  return new Map([
    ['docker-compose.yaml', yamlText(composeFile(options))],
    ['.env.example', environmentExample(options)],
    ['README.md', stackReadme(options)],
    ...(runbooks === undefined ? [] : [['alerts.md', runbooks] as const]),
    ['conf/prometheus/prometheus.yml', yamlText(prometheusConfig(options))],
    ...inFolder('conf/prometheus/rules', ruleSet),
    ['conf/prometheus-long/prometheus.yml', yamlText(longTermConfig())],
    ['conf/alertmanager/alertmanager.yml', yamlText(alertmanagerConfig(options))],
    ['conf/otel-collector/config.yaml', yamlText(collectorConfig({ forwards: false }))],
    ...inFolder('conf/grafana/provisioning', provisioning),
    ...inFolder('conf/grafana/dashboards', dashboards),
    ...inFolder('kubernetes', kubernetesFiles(options)),
  ]);
}
