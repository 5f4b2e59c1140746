/** Resources of Kubernetes: a ServiceMonitor, rules for Prometheus Operator, and an OTel Collector. */

import type { Files } from '../files.js';
import { prometheusRuleResource } from '../rules/prometheus.js';
import { yamlText } from '../yaml.js';
import { collectorConfig } from './collector.js';
import { images, type StackOptions } from './options.js';

/** Returns the files of the folder `kubernetes`. */
export function kubernetesFiles({ job, interval, naming, rules }: StackOptions): Files {
  const name = job
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 50);
  const groups = rules.flatMap((each) => each.groups);
  return new Map([
    [
      'servicemonitor.yaml',
      yamlText(serviceMonitor(name, interval), [
        `Scrapes the port "metrics" of services with the label app.kubernetes.io/name: ${name}.`,
      ]),
    ],
    ['prometheusrule.yaml', yamlText(prometheusRuleResource(`${name}-otelier`, groups, naming))],
    [
      'otel-collector.yaml',
      collectorResources()
        .map((each) => yamlText(each))
        .join('---\n'),
    ],
  ]);
}

function serviceMonitor(name: string, interval: string): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      endpoints: [{ port: 'metrics', path: '/metrics', interval }],
    },
  };
}

function collectorResources(): object[] {
  const name = 'otel-collector';
  const labels = { 'app.kubernetes.io/name': name };
  const ports = [
    { name: 'otlp-grpc', port: 4317 },
    { name: 'otlp-http', port: 4318 },
    { name: 'metrics', port: 8889 },
  ];
  const container = {
    name,
    image: images.collector,
    args: ['--config=/etc/otelcol/config.yaml'],
    ports: ports.map((each) => ({ name: each.name, containerPort: each.port })),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '768Mi' } },
    readinessProbe: { httpGet: { path: '/', port: 13133 } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/otelcol' }],
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels },
      data: { 'config.yaml': yamlText(collectorConfig({ forwards: false })) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [container], volumes: [{ name: 'config', configMap: { name } }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels },
      spec: { selector: labels, ports: ports.map((each) => ({ ...each, targetPort: each.name })) },
    },
  ];
}
