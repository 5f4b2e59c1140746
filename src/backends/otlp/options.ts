/** Options of OTLP over HTTP, with the variables of the OpenTelemetry Protocol exporter specification. */
import {
  choiceOption,
  integerOption,
  type OptionValues,
  pairsOption,
  textOption,
  timeoutOption,
  urlOption,
} from '../../options/option.js';
import { withMetricsPath } from './metrics-path.js';
import { presetNames } from './presets.js';

/** The metrics variable, then the one for all signals. */
const both = (suffix: string) => [`OTEL_EXPORTER_OTLP_METRICS_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`];

export const otlpOptions = {
  preset: choiceOption({
    environment: ['OTELIER_OTLP_PRESET'],
    description: 'Who takes the metrics: gives endpoint, headers, temporality and limits that are not set.',
    default: undefined,
    values: presetNames,
  }),
  endpoint: urlOption({
    environment: [
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
      {
        name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        adapt: withMetricsPath,
      },
    ],
    description:
      'The full URL that metrics are posted to; OTEL_EXPORTER_OTLP_ENDPOINT is a base that v1/metrics is added to.',
    default: 'http://localhost:4318/v1/metrics',
  }),
  headers: pairsOption({
    environment: both('HEADERS'),
    description: 'Headers of every request, such as an API key.',
    default: {},
    secret: true,
  }),
  presetHeaders: pairsOption({
    description: 'Headers that the preset makes of its variables; those of the option headers win, one by one.',
    default: {},
    secret: true,
  }),
  protocol: choiceOption({
    environment: both('PROTOCOL'),
    description: 'Encoding; grpc is not built in and falls back to http/protobuf.',
    default: 'http/protobuf',
    values: ['http/protobuf', 'http/json', 'grpc'],
  }),
  compression: choiceOption({
    environment: both('COMPRESSION'),
    description: 'Compression of requests.',
    default: 'none',
    values: ['none', 'gzip'],
  }),
  timeoutMs: timeoutOption({
    environment: both('TIMEOUT'),
    description: 'Milliseconds that one export may take, retries included.',
    default: 10_000,
  }),
  maxRequestBytes: integerOption({
    environment: ['OTELIER_OTLP_MAX_REQUEST_BYTES'],
    description: 'Bytes of one request before compression; what is more goes into further requests.',
    default: 4 * 1024 * 1024,
    min: 1_024,
    max: 1024 ** 3,
    what: 'bytes',
  }),
  certificate: textOption({
    environment: both('CERTIFICATE'),
    description: 'PEM file with the certificates that the server is trusted by.',
    default: undefined,
  }),
  clientKey: textOption({
    environment: both('CLIENT_KEY'),
    description: 'PEM file with the private key for mTLS.',
    default: undefined,
  }),
  clientCertificate: textOption({
    environment: both('CLIENT_CERTIFICATE'),
    description: 'PEM file with the certificate chain for mTLS.',
    default: undefined,
  }),
  temporality: choiceOption({
    environment: ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    description: 'Whether sums are totals since the start or since the last export.',
    default: 'cumulative',
    values: ['cumulative', 'delta', 'lowmemory'],
  }),
  histogramAggregation: choiceOption({
    environment: ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
    description: 'Aggregation of histograms that declare none.',
    default: 'explicit_bucket_histogram',
    values: ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'],
  }),
};

/** The options, resolved. */
export type OtlpOptions = OptionValues<typeof otlpOptions>;
