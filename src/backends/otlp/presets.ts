/** Presets for OTLP receivers, as their documentation specifies them. `derive.ts` turns a preset into options. */
import { isDatadogSite, likelyDatadogSite } from '../../formats/datadog/site.js';
import { withMetricsPath } from './metrics-path.js';

/** Settings for one receiver. */
export interface Preset {
  /** Source of these settings: a page of the receiver's documentation. */
  readonly page: string;
  readonly endpoint: PresetEndpoint;
  /** Port of OTLP over gRPC. Absent where the receiver accepts HTTP only. */
  readonly grpcPort?: number;
  readonly temporality: 'cumulative' | 'delta';
  readonly compression: 'none' | 'gzip';
  /** Set where the receiver recommends another aggregation than the default. */
  readonly histogramAggregation?: 'base2_exponential_bucket_histogram';
  /** Maximum bytes of a request before compression. Set where the receiver accepts less than the default. */
  readonly maxRequestBytes?: number;
  readonly headers: readonly PresetHeader[];
}

/** Endpoint for metrics. */
export interface PresetEndpoint {
  /** Full URL. Absent where each customer has a different one. */
  readonly url?: string;
  /** Example of a full URL, for receivers without a common `url`. */
  readonly example?: string;
  /** Variable that selects another endpoint. */
  readonly choice?: {
    readonly variable: string;
    /** Valid values of the variable, as a noun phrase. */
    readonly expected: string;
    /** Returns the full URL for a value of the variable; `undefined` when the value is invalid. */
    urlOf(text: string): string | undefined;
    /** Returns the value that an invalid value stands for; `undefined` for a valid value and when none is likely. */
    likely?(text: string): string | undefined;
  };
}

/** A header of every request. */
export interface PresetHeader {
  readonly name: string;
  /** Variables of each part of the value, in order of precedence. */
  readonly parts: readonly (readonly string[])[];
  valueOf(parts: readonly string[]): string;
  /** True if the receiver rejects or misroutes requests without the header. */
  readonly required: boolean;
}

/** Returns a header whose value is one variable, with an optional prefix. */
const header = (name: string, variables: readonly string[], required: boolean, prefix = ''): PresetHeader => ({
  name,
  parts: [variables],
  valueOf: ([text]) => `${prefix}${text}`,
  required,
});

const urlOfBase = (base: string) => (/^https?:\/\//i.test(base) ? withMetricsPath(base) : undefined);

const newRelicHosts: Readonly<Record<string, string>> = {
  US: 'otlp.nr-data.net',
  EU: 'otlp.eu01.nr-data.net',
  JP: 'otlp.jp.nr-data.net',
  GOV: 'gov-otlp.nr-data.net',
};

/** Names of the presets. */
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

/** Names of the presets by other words for their receivers. */
export const presetAliases = {
  opentelemetry: 'collector',
  otel: 'collector',
  otelcol: 'collector',
  alloy: 'collector',
  prom: 'prometheus',
  victoria: 'victoriametrics',
  vm: 'victoriametrics',
  dd: 'datadog',
  ddagent: 'datadog-agent',
  nr: 'newrelic',
  relic: 'newrelic',
  grafana: 'grafana-cloud',
  grafanalabs: 'grafana-cloud',
} as const;

/** The name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** Presets by name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  collector: {
    page: 'https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/confighttp/README.md',
    endpoint: { url: 'http://localhost:4318/v1/metrics' },
    grpcPort: 4317,
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
        likely: (text) => (isDatadogSite(text.toLowerCase()) ? undefined : likelyDatadogSite(text)),
      },
    },
    temporality: 'delta',
    compression: 'gzip',
    // Datadog's limit for uncompressed requests; compressed ones may be larger.
    maxRequestBytes: 500_000,
    headers: [
      header('dd-api-key', ['DD_API_KEY'], true),
      // Points with equal tags and timestamps overwrite each other. Resource attributes as tags keep processes apart.
      {
        name: 'dd-otel-metric-config',
        parts: [],
        valueOf: () => '{"resource_attributes_as_tags":true}',
        required: false,
      },
    ],
  },
  'datadog-agent': {
    page: 'https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest_in_the_agent/',
    endpoint: { url: 'http://localhost:4318/v1/metrics' },
    grpcPort: 4317,
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
    grpcPort: 4317,
    temporality: 'delta',
    compression: 'gzip',
    histogramAggregation: 'base2_exponential_bucket_histogram',
    // The limit is below 1 MB.
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
    grpcPort: 443,
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
    grpcPort: 4317,
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
        required: true,
      },
    ],
  },
};
