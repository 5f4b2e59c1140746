/**
 * The compose file: every server of the stack, reachable from this machine only.
 *
 * @see https://docs.docker.com/reference/compose-file/
 */
import { secrets } from './alertmanager.js';
import { images, type StackOptions } from './options.js';

const host = ['host.docker.internal:host-gateway'];

/** Returns the compose file. */
export function composeFile({ prometheusPort, grafanaPort, alertmanagerPort, notify }: StackOptions): object {
  const used: Record<string, string> = Object.assign({}, ...notify.map((each) => secrets[each]));
  return {
    services: {
      prometheus: {
        ...service(images.prometheus, prometheusPort, 9090),
        command: prometheusFlags('/etc/prometheus/prometheus.yml', '30d'),
        extra_hosts: host,
        volumes: ['./conf/prometheus:/etc/prometheus:ro', 'prometheus:/prometheus'],
      },
      'prometheus-long': {
        ...service(images.prometheus),
        command: prometheusFlags('/etc/prometheus/prometheus.yml', '1y'),
        volumes: ['./conf/prometheus-long:/etc/prometheus:ro', 'prometheus-long:/prometheus'],
      },
      alertmanager: {
        ...service(images.alertmanager, alertmanagerPort, 9093),
        command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
        extra_hosts: host,
        volumes: ['./conf/alertmanager:/etc/alertmanager:ro', 'alertmanager:/alertmanager'],
        ...(Object.keys(used).length === 0 ? {} : { secrets: Object.keys(used) }),
      },
      grafana: {
        ...service(images.grafana, grafanaPort, 3000),
        environment: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: docker compose replaces it.
          GF_SECURITY_ADMIN_PASSWORD: '${GRAFANA_ADMIN_PASSWORD:?set GRAFANA_ADMIN_PASSWORD in .env}',
          GF_METRICS_ENABLED: 'true',
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
        volumes: ['/:/rootfs:ro', '/var/run:/var/run:ro', '/sys:/sys:ro', '/var/lib/docker/:/var/lib/docker:ro'],
        devices: ['/dev/kmsg'],
      },
      'otel-collector': {
        image: images.collector,
        restart: 'unless-stopped',
        command: ['--config=/etc/otelcol/config.yaml'],
        ports: ['127.0.0.1:4317:4317', '127.0.0.1:4318:4318'],
        volumes: ['./conf/otel-collector:/etc/otelcol:ro'],
      },
    },
    volumes: { prometheus: {}, 'prometheus-long': {}, alertmanager: {}, grafana: {} },
    ...(Object.keys(used).length === 0
      ? {}
      : { secrets: Object.fromEntries(Object.entries(used).map(([name, environment]) => [name, { environment }])) }),
  };
}

/** Returns the parts that all services have; ports are open to this machine only. */
function service(image: string, port?: number, inside?: number): object {
  const ports = port === undefined ? {} : { ports: [`127.0.0.1:${port}:${inside}`] };
  return { image, restart: 'unless-stopped', ...ports };
}

function prometheusFlags(config: string, retention: string): string[] {
  return [
    `--config.file=${config}`,
    '--storage.tsdb.path=/prometheus',
    `--storage.tsdb.retention.time=${retention}`,
    '--web.enable-lifecycle',
    '--enable-feature=exemplar-storage',
  ];
}
