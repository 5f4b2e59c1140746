/** Who takes OTLP, by name, and what their documentation asks for. Data: `derive.ts` makes options of it. */
import { withMetricsPath } from './metrics-path.js';

/** What one of them asks for. */
export interface Preset {
  /** The page of the documentation that this was read from. */
  readonly page: string;
  readonly endpoint: PresetEndpoint;
  readonly temporality: 'cumulative' | 'delta';
  readonly compression: 'none' | 'gzip';
  /** Where another than the default is recommended. */
  readonly histogramAggregation?: 'base2_exponential_bucket_histogram';
  /** Bytes of a request before compression, where less is taken than is sent by default. */
  readonly maxRequestBytes?: number;
  readonly headers: readonly PresetHeader[];
}

/** Where metrics are posted to. */
export interface PresetEndpoint {
  /** The whole URL; absent where every customer has their own. */
  readonly url?: string;
  /** A URL as it looks, where there is none for everybody. */
  readonly example?: string;
  /** What chooses another one. */
  readonly choice?: {
    readonly variable: string;
    /** What the variable takes, as a noun phrase. */
    readonly expected: string;
    /** The URL that a text stands for, `undefined` when it stands for none. */
    urlOf(text: string): string | undefined;
  };
}

/** A header of every request. */
export interface PresetHeader {
  readonly name: string;
  /** What it is made of: for each part the variables that may hold it, in order of precedence. */
  readonly parts: readonly (readonly string[])[];
  valueOf(parts: readonly string[]): string;
  /** Without it, requests are refused or end up elsewhere. */
  readonly needed: boolean;
}

const header = (name: string, variables: readonly string[], needed: boolean, before = ''): PresetHeader => ({
  name,
  parts: [variables],
  valueOf: ([text]) => `${before}${text}`,
  needed,
});

const urlOfBase = (base: string) => (/^https?:\/\//i.test(base) ? withMetricsPath(base) : undefined);

const newRelicHosts: Readonly<Record<string, string>> = {
  US: 'otlp.nr-data.net',
  EU: 'otlp.eu01.nr-data.net',
  JP: 'otlp.jp.nr-data.net',
  GOV: 'gov-otlp.nr-data.net',
};

/** The names. */
export const presetNames = [
  'collector',
  'prometheus',
  'mimir',
  'victoriametrics',
  'datadog',
  'datadog-agent',
  'newrelic',
  'honeycomb',
  'dash0',
  'grafana-cloud',
] as const;

/** By name. */
export const presets: Readonly<Record<(typeof presetNames)[number], Preset>> = {
  collector: {
    page: 'https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/confighttp/README.md',
    endpoint: { url: 'http://localhost:4318/v1/metrics' },
    temporality: 'cumulative',
    compression: 'none',
    headers: [],
  },
  prometheus: {
    page: 'https://prometheus.io/docs/guides/opentelemetry/',
    endpoint: { url: 'http://localhost:9090/api/v1/otlp/v1/metrics' },
    temporality: 'cumulative',
    compression: 'none',
    headers: [],
  },
  mimir: {
    page: 'https://grafana.com/docs/mimir/latest/configure/configure-otel-collector/',
    endpoint: { url: 'http://localhost:8080/otlp/v1/metrics' },
    temporality: 'cumulative',
    compression: 'none',
    headers: [header('x-scope-orgid', ['MIMIR_TENANT_ID'], false)],
  },
  victoriametrics: {
    page: 'https://docs.victoriametrics.com/victoriametrics/integrations/opentelemetry/',
    endpoint: { url: 'http://localhost:8428/opentelemetry/v1/metrics' },
    temporality: 'cumulative',
    compression: 'gzip',
    headers: [],
  },
  datadog: {
    page: 'https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/metrics/',
    endpoint: {
      url: 'https://otlp.datadoghq.com/v1/metrics',
      choice: {
        variable: 'DD_SITE',
        expected: 'a site such as datadoghq.eu or us5.datadoghq.com',
        urlOf: (site) => (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(site) ? `https://otlp.${site}/v1/metrics` : undefined),
      },
    },
    temporality: 'delta',
    compression: 'gzip',
    // What is taken uncompressed; more is when it is compressed.
    maxRequestBytes: 500_000,
    headers: [
      header('dd-api-key', ['DD_API_KEY'], true),
      // Points of two processes with the same tags and time replace each other: the resource tells them apart.
      {
        name: 'dd-otel-metric-config',
        parts: [],
        valueOf: () => '{"resource_attributes_as_tags":true}',
        needed: false,
      },
    ],
  },
  'datadog-agent': {
    page: 'https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest_in_the_agent/',
    endpoint: { url: 'http://localhost:4318/v1/metrics' },
    temporality: 'delta',
    compression: 'none',
    headers: [],
  },
  newrelic: {
    page: 'https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/',
    endpoint: {
      url: 'https://otlp.nr-data.net/v1/metrics',
      choice: {
        variable: 'NEW_RELIC_REGION',
        expected: `one of ${Object.keys(newRelicHosts).join(', ')}`,
        urlOf(region) {
          const host = Object.entries(newRelicHosts).find(([name]) => name === region.toUpperCase())?.[1];
          return host === undefined ? undefined : `https://${host}/v1/metrics`;
        },
      },
    },
    temporality: 'delta',
    compression: 'gzip',
    histogramAggregation: 'base2_exponential_bucket_histogram',
    // Less than 1 MB.
    maxRequestBytes: 999_999,
    headers: [header('api-key', ['NEW_RELIC_LICENSE_KEY'], true)],
  },
  honeycomb: {
    page: 'https://docs.honeycomb.io/send-data/metrics/application',
    endpoint: {
      url: 'https://api.honeycomb.io/v1/metrics',
      choice: {
        variable: 'HONEYCOMB_API_ENDPOINT',
        expected: 'a URL such as https://api.eu1.honeycomb.io',
        urlOf: urlOfBase,
      },
    },
    temporality: 'cumulative',
    compression: 'gzip',
    headers: [
      header('x-honeycomb-team', ['HONEYCOMB_API_KEY'], true),
      header('x-honeycomb-dataset', ['HONEYCOMB_METRICS_DATASET', 'HONEYCOMB_DATASET'], true),
    ],
  },
  dash0: {
    page: 'https://www.dash0.com/hub/integrations/int_otlp/overview',
    endpoint: { example: 'https://ingress.eu-west-1.aws.dash0.com/v1/metrics' },
    temporality: 'cumulative',
    compression: 'gzip',
    headers: [
      header('authorization', ['DASH0_AUTH_TOKEN'], true, 'Bearer '),
      header('dash0-dataset', ['DASH0_DATASET'], false),
    ],
  },
  'grafana-cloud': {
    page: 'https://grafana.com/docs/grafana-cloud/send-data/otlp/otlp-format-considerations/',
    endpoint: {
      example: 'https://otlp-gateway-prod-eu-west-0.grafana.net/otlp/v1/metrics',
      choice: {
        variable: 'GRAFANA_CLOUD_OTLP_ENDPOINT',
        expected: 'a URL such as https://otlp-gateway-prod-eu-west-0.grafana.net/otlp',
        urlOf: urlOfBase,
      },
    },
    temporality: 'cumulative',
    compression: 'gzip',
    headers: [
      {
        name: 'authorization',
        parts: [['GRAFANA_CLOUD_INSTANCE_ID'], ['GRAFANA_CLOUD_API_KEY']],
        valueOf: ([user, token]) => `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
        needed: true,
      },
    ],
  },
};
