/**
 * The compose file: every server of the stack, reachable from this machine only.
 *
 * @see https://docs.docker.com/reference/compose-file/
 */
import { secretsOf } from './alertmanager.js';
import { images, type LongTermPath, type StackOptions } from './options.js';

const host = ['host.docker.internal:host-gateway'];

/** Returns the compose file. */
export function composeFile(options: StackOptions): object {
  const { prometheusPort, grafanaPort, alertmanagerPort, notify, longTerm, forward, scale } = options;
  const secrets = secretsOf(notify);
  return {
    services: {
      prometheus: {
        ...service(images.prometheus, prometheusPort, 9090),
        command: prometheusFlags('30d'),
        extra_hosts: host,
        volumes: ['./conf/prometheus:/etc/prometheus:ro', 'prometheus:/prometheus'],
      },
      ...(scale === undefined ? { 'prometheus-long': longTermService(longTerm) } : {}),
      alertmanager: {
        ...service(images.alertmanager, alertmanagerPort, 9093),
        command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
        extra_hosts: host,
        volumes: ['./conf/alertmanager:/etc/alertmanager:ro', 'alertmanager:/alertmanager'],
        ...(Object.keys(secrets).length === 0 ? {} : { secrets: Object.keys(secrets) }),
      },
      grafana: {
        ...service(images.grafana, grafanaPort, 3000),
        environment: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: docker compose replaces it.
          GF_SECURITY_ADMIN_PASSWORD: '${GRAFANA_ADMIN_PASSWORD:?set GRAFANA_ADMIN_PASSWORD in .env}',
        },
        volumes: [
          './conf/grafana/provisioning:/etc/grafana/provisioning:ro',
          './conf/grafana/dashboards:/var/lib/grafana/dashboards:ro',
          'grafana:/var/lib/grafana',
        ],
      },
      'node-exporter': {
        ...service(images.nodeExporter),
        command: ['--path.rootfs=/host'],
        pid: 'host',
        volumes: ['/:/host:ro,rslave'],
      },
      cadvisor: {
        ...service(images.cadvisor),
        privileged: true,
        volumes: [
          '/:/rootfs:ro',
          '/var/run:/var/run:ro',
          '/sys:/sys:ro',
          '/var/lib/docker/:/var/lib/docker:ro',
          '/dev/disk/:/dev/disk:ro',
        ],
        devices: ['/dev/kmsg'],
      },
      'otel-collector': {
        ...service(images.collector),
        command: ['--config=/etc/otelcol/config.yaml'],
        ports: ['127.0.0.1:4317:4317', '127.0.0.1:4318:4318'],
        volumes: ['./conf/otel-collector:/etc/otelcol:ro'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: docker compose replaces it.
        ...(forward ? { environment: { OTLP_FORWARD_ENDPOINT: '${OTLP_FORWARD_ENDPOINT:?set it in .env}' } } : {}),
      },
    },
    volumes: {
      prometheus: {},
      ...(scale === undefined ? { 'prometheus-long': {} } : {}),
      alertmanager: {},
      grafana: {},
    },
    ...(Object.keys(secrets).length === 0
      ? {}
      : { secrets: Object.fromEntries(Object.entries(secrets).map(([name, environment]) => [name, { environment }])) }),
  };
}

function longTermService(path: LongTermPath): object {
  const receives = path === 'remote-write' ? ['--web.enable-remote-write-receiver'] : [];
  return {
    ...service(images.prometheus),
    // Samples of an hour are an hour apart: a query finds them by a longer look back.
    command: [...prometheusFlags('1y'), '--query.lookback-delta=65m', ...receives],
    volumes: ['./conf/prometheus-long:/etc/prometheus:ro', 'prometheus-long:/prometheus'],
  };
}

/** Returns the parts that all services have; ports are open to this machine only. */
export function service(image: string, port?: number, inside?: number): object {
  const ports = port === undefined ? {} : { ports: [`127.0.0.1:${port}:${inside}`] };
  return { image, restart: 'unless-stopped', ...ports };
}

function prometheusFlags(retention: string): string[] {
  return [
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
    `--storage.tsdb.retention.time=${retention}`,
    // Exponential histograms are native ones in Prometheus.
    '--enable-feature=exemplar-storage,native-histograms',
  ];
}
