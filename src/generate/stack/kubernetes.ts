/** Resources of Kubernetes: ServiceMonitors and rules for Prometheus Operator, and an OTel Collector. */

import type { Files } from '../files.js';
import { kubernetesName } from '../kubernetes-name.js';
import { prometheusRuleResource } from '../rules/prometheus.js';
import { yamlText } from '../yaml.js';
import { collectorConfig, healthPort } from './collector.js';
import { images, type StackOptions } from './options.js';

/** Returns the files of the folder `kubernetes`. */
export function kubernetesFiles({ job, interval, naming, runbooks, rules }: StackOptions): Files {
  const name = kubernetesName(job);
  const groups = rules.flatMap((each) => each.groups);
  const collector = resources(collectorResources(yamlText(collectorConfig({ forwards: false, ...naming }))));
  return new Map([
    [
      'servicemonitor.yaml',
      yamlText(serviceMonitor(name, job, interval), [
        `Scrapes the port "metrics" of services with the label app.kubernetes.io/name: ${name}.`,
      ]),
    ],
    // A PrometheusRule without groups is valid, but nothing needs it.
    ...(groups.length === 0
      ? []
      : [
          [
            'prometheusrule.yaml',
            yamlText(prometheusRuleResource(`${name}-otelier`, groups, { ...naming, runbooks })),
          ] as const,
        ]),
    ['otel-collector.yaml', collector],
  ]);
}

/** Returns resources as one file. */
function resources(all: readonly object[]): string {
  return all.map((each) => yamlText(each)).join('---\n');
}

function serviceMonitor(name: string, job: string, interval: string): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      endpoints: [
        {
          port: 'metrics',
          path: '/metrics',
          interval,
          // Without it, the job is the name of the service.
          relabelings: [{ targetLabel: 'job', replacement: job }],
        },
      ],
    },
  };
}

function collectorResources(config: string): object[] {
  const name = 'otel-collector';
  const labels = { 'app.kubernetes.io/name': name };
  const metadata = { name, labels };
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
    readinessProbe: { httpGet: { path: '/', port: healthPort } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/otelcol', readOnly: true }],
  };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': config } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
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
      metadata,
      spec: { selector: labels, ports: ports.map((each) => ({ ...each, targetPort: each.name })) },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata,
      // What arrives by OTLP keeps the job and the instance of its resource.
      spec: { selector: { matchLabels: labels }, endpoints: [{ port: 'metrics', honorLabels: true }] },
    },
  ];
}
