/** Options of OTLP, with the variables of the OpenTelemetry specification, "OpenTelemetry Protocol Exporter". */
import {
  choiceOption,
  flagOption,
  integerOption,
  type OptionValues,
  textOption,
  timeoutOption,
} from '../../options/option.js';
import { pairsOption } from '../../options/pairs-option.js';
import { endpointOption } from './endpoint-option.js';
import { presetAliases, presetNames } from './presets.js';
import { adaptBase, adaptEndpoint } from './protocol.js';

/** Returns the variable for metrics, then the variable for all signals. */
const both = (suffix: string) => [`OTEL_EXPORTER_OTLP_METRICS_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`];

/** Options of the backend. */
export const otlpOptions = {
  /**
   * Receiver of the metrics: sets defaults for endpoint, headers, temporality, compression and limits.
   */
  preset: choiceOption({
    environment: ['OTELIER_OTLP_PRESET'],
    description: 'Receiver of the metrics: sets defaults for endpoint, headers, temporality, compression and limits.',
    default: undefined,
    whenUnset: 'none',
    values: presetNames,
    aliases: presetAliases,
  }),
  // Before the endpoint, whose variables depend on the protocol.
  /**
   * Encoding and transport; grpc requires the package `@grpc/grpc-js`. By default `http/protobuf`.
   */
  protocol: choiceOption({
    environment: both('PROTOCOL'),
    description: 'Encoding and transport; grpc requires the package @grpc/grpc-js.',
    default: 'http/protobuf',
    values: ['http/protobuf', 'http/json', 'grpc'],
    aliases: {
      binary: 'http/protobuf',
      http: 'http/protobuf',
      https: 'http/protobuf',
      httpproto: 'http/protobuf',
      otlphttp: 'http/protobuf',
      proto: 'http/protobuf',
      protobuf: 'http/protobuf',
      json: 'http/json',
      grpcprotobuf: 'grpc',
      http2: 'grpc',
      otlpgrpc: 'grpc',
    },
  }),
  /**
   * With grpc, connects without TLS if the variable for the endpoint has no scheme. By default `false`.
   */
  insecure: flagOption({
    environment: both('INSECURE'),
    description: 'With grpc, connects without TLS if the variable for the endpoint has no scheme.',
    default: false,
  }),
  /**
   * Full URL for metrics; OTEL_EXPORTER_OTLP_ENDPOINT is a base URL to which v1/metrics is appended. With grpc, both
   * are http://host:port or https://host:port; default http://localhost:4317.
   */
  endpoint: endpointOption({
    otherNames: ['url', 'collectorurl', 'address', 'hostname'],
    environment: [
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', adapt: adaptEndpoint },
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', adapt: adaptBase },
    ],
    description:
      'Full URL for metrics; OTEL_EXPORTER_OTLP_ENDPOINT is a base URL to which v1/metrics is appended. ' +
      'With grpc, both are http://host:port or https://host:port; default http://localhost:4317.',
    default: 'http://localhost:4318/v1/metrics',
  }),
  /**
   * Headers of every request, such as an API key.
   */
  headers: pairsOption({
    otherNames: ['metadata', 'httpheaders'],
    environment: both('HEADERS'),
    description: 'Headers of every request, such as an API key.',
    default: {},
    secret: true,
  }),
  /**
   * Headers that the preset derives from its variables; the option headers overrides each of them by name.
   */
  presetHeaders: pairsOption({
    description:
      'Headers that the preset derives from its variables; the option headers overrides each of them by name.',
    default: {},
    secret: true,
  }),
  /**
   * Compression of requests. By default `none`.
   */
  compression: choiceOption({
    otherNames: ['compressionalgorithm'],
    environment: both('COMPRESSION'),
    description: 'Compression of requests.',
    default: 'none',
    values: ['none', 'gzip'],
    aliases: { false: 'none', identity: 'none', no: 'none', off: 'none', gz: 'gzip', on: 'gzip', true: 'gzip' },
  }),
  /**
   * Timeout of one export in milliseconds, retries included. By default 10,000.
   */
  timeoutMs: timeoutOption({
    otherNames: ['timeout', 'timeoutmillis'],
    environment: both('TIMEOUT'),
    description: 'Timeout of one export in milliseconds, retries included.',
    default: 10_000,
  }),
  /**
   * Maximum bytes of one request before compression; larger exports are split into several requests. 1,024 to 2^30, by
   * default 4 MiB.
   */
  maxRequestBytes: integerOption({
    otherNames: ['maxbatchsize', 'maxrequestsize', 'maxexportbatchsize'],
    environment: ['OTELIER_OTLP_MAX_REQUEST_BYTES'],
    description: 'Maximum bytes of one request before compression; larger exports are split into several requests.',
    default: 4 * 1024 * 1024,
    min: 1_024,
    max: 1024 ** 3,
    what: 'bytes',
  }),
  /**
   * PEM file with the CA certificates that verify the server.
   */
  certificate: textOption({
    otherNames: ['ca', 'cacert', 'cafile', 'rootcertificate', 'rootcerts', 'certificatefile'],
    environment: both('CERTIFICATE'),
    description: 'PEM file with the CA certificates that verify the server.',
    default: undefined,
  }),
  /**
   * PEM file with the client private key for mTLS.
   */
  clientKey: textOption({
    otherNames: ['key', 'keyfile', 'privatekey', 'clientkeyfile'],
    environment: both('CLIENT_KEY'),
    description: 'PEM file with the client private key for mTLS.',
    default: undefined,
  }),
  /**
   * PEM file with the client certificate chain for mTLS.
   */
  clientCertificate: textOption({
    otherNames: ['cert', 'certfile', 'certchain', 'clientcertificatefile'],
    environment: both('CLIENT_CERTIFICATE'),
    description: 'PEM file with the client certificate chain for mTLS.',
    default: undefined,
  }),
  /**
   * Temporality of sums and histograms: cumulative since the start, or delta since the last export. By default
   * `cumulative`.
   */
  temporality: choiceOption({
    otherNames: ['aggregationtemporality', 'temporalitypreference', 'temporalityselector'],
    environment: ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    description: 'Temporality of sums and histograms: cumulative since the start, or delta since the last export.',
    default: 'cumulative',
    values: ['cumulative', 'delta', 'lowmemory'],
  }),
  /**
   * Aggregation of histograms that do not declare one. By default `explicit_bucket_histogram`.
   */
  histogramAggregation: choiceOption({
    otherNames: ['aggregation', 'aggregationpreference', 'aggregationselector'],
    environment: ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
    description: 'Aggregation of histograms that do not declare one.',
    default: 'explicit_bucket_histogram',
    values: ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'],
    aliases: {
      buckets: 'explicit_bucket_histogram',
      explicit: 'explicit_bucket_histogram',
      explicitbucket: 'explicit_bucket_histogram',
      histogram: 'explicit_bucket_histogram',
      base2exponential: 'base2_exponential_bucket_histogram',
      exponential: 'base2_exponential_bucket_histogram',
      exponentialhistogram: 'base2_exponential_bucket_histogram',
      native: 'base2_exponential_bucket_histogram',
    },
  }),
};

/** The options, resolved. */
export type OtlpOptions = OptionValues<typeof otlpOptions>;
