/**
 * Provisioning of Grafana: a data source and dashboards that load by themselves.
 *
 * @see https://grafana.com/docs/grafana/latest/administration/provisioning/
 */
import { emptyProblems, intervalProblems, requireNone, urlProblems } from '../checks.js';
import type { Files } from '../files.js';
import { yamlText } from '../yaml.js';

/** Options of provisioning. */
export interface ProvisioningOptions {
  /** URL of Prometheus, as Grafana's server reaches it. */
  readonly prometheusUrl: string;
  /** Folder of the dashboards on Grafana's machine. */
  readonly dashboards: string;
  /** Scrape interval of Prometheus, from which Grafana computes `$__rate_interval`. */
  readonly scrapeInterval: string;
}

/**
 * Returns the files of the folder `provisioning`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the URL is not of HTTP, the interval is not a duration of at most one minute, or the folder is
 * empty.
 */
export function grafanaProvisioning({ prometheusUrl, dashboards, scrapeInterval }: ProvisioningOptions): Files {
  requireNone([
    ...urlProblems('--prometheus-url', prometheusUrl, 'http://localhost:9090'),
    ...intervalProblems('--scrape-interval', scrapeInterval),
    ...emptyProblems('--grafana-folder', dashboards),
  ]);
  const datasource = {
    apiVersion: 1,
    datasources: [
      {
        name: 'Prometheus',
        uid: 'prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: literal(prometheusUrl),
        isDefault: true,
        jsonData: { timeInterval: literal(scrapeInterval), httpMethod: 'POST' },
      },
    ],
  };
  const provider = {
    apiVersion: 1,
    providers: [
      {
        name: 'otelier',
        folder: 'otelier',
        type: 'file',
        allowUiUpdates: true,
        updateIntervalSeconds: 30,
        options: { path: literal(dashboards) },
      },
    ],
  };
  return new Map([
    ['datasources/otelier.yaml', yamlText(datasource)],
    ['dashboards/otelier.yaml', yamlText(provider)],
  ]);
}

/** Grafana replaces variables of its environment in these files; `$$` stands for `$`. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
