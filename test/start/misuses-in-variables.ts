/** Mistakes in variables, and the message about each of them. */
import type { Environment } from 'otelier';

export const base = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const signal = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
const url = 'expected an http:// or https:// URL';
const grpcOr4318 = ' with port 4318, or with OTEL_EXPORTER_OTLP_PROTOCOL=grpc';
const usingOtlp = 'ignored; using http://localhost:4318/v1/metrics';

export const misusesInVariables: readonly (readonly [environment: Environment, message: string])[] = [
  [
    { [base]: 'collector:4318' },
    `${base}: got "collector:4318", ${url} (did you mean "http://collector:4318"?); ${usingOtlp}`,
  ],
  [
    { [base]: 'localhost:4318' },
    `${base}: got "localhost:4318", ${url} (did you mean "http://localhost:4318"?); ${usingOtlp}`,
  ],
  [{ [base]: 'collector' }, `${base}: got "collector", ${url} (did you mean "http://collector:4318"?); ${usingOtlp}`],
  [{ [base]: ':4318' }, `${base}: got ":4318", ${url} (did you mean "http://localhost:4318"?); ${usingOtlp}`],
  [{ [base]: '//c:4318' }, `${base}: got "//c:4318", ${url} (did you mean "http://c:4318"?); ${usingOtlp}`],
  [{ [base]: 'http//c:4318' }, `${base}: got "http//c:4318", ${url} (did you mean "http://c:4318"?); ${usingOtlp}`],
  [{ [base]: 'grpc://c:4317' }, `${base}: got "grpc://c:4317", expected http://${grpcOr4318}; ${usingOtlp}`],
  [{ [base]: 'grpcs://c:4317' }, `${base}: got "grpcs://c:4317", expected https://${grpcOr4318}; ${usingOtlp}`],
  [{ [base]: 'c:4317' }, `${base}: got "c:4317", expected http://${grpcOr4318}; ${usingOtlp}`],
  [{ [base]: '"http://c:4317"' }, `${base}: got "\\"http://c:4317\\"", expected http://${grpcOr4318}; ${usingOtlp}`],
  [{ [signal]: 'c:4317' }, `${signal}: got "c:4317", expected http://${grpcOr4318}; ${usingOtlp}`],
  [
    { [base]: 'grpc://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    `${base}: got "grpc://c:4317", expected http:// or https://, not grpc:// (did you mean "http://c:4317"?); ignored; using http://localhost:4317/ (protocol grpc)`,
  ],
  [
    { [base]: '"http://c:4317/v1/metrics"', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    `${base}: got "\\"http://c:4317/v1/metrics\\"", expected a URL without quotes (did you mean "http://c:4317"?); ignored; using http://localhost:4317/ (protocol grpc)`,
  ],
  [{ [base]: 'localhost' }, `${base}: got "localhost", ${url} (did you mean "http://localhost:4318"?); ${usingOtlp}`],
  [
    { [base]: '"http://c"' },
    `${base}: got "\\"http://c\\"", expected a URL without quotes (did you mean "http://c"?); ${usingOtlp}`,
  ],
  [
    { [base]: 'localhost:4318/v1/metrics' },
    `${base}: got "localhost:4318/v1/metrics" (did you mean "http://localhost:4318"?); ${usingOtlp}`,
  ],
  ...['/v1/metrics', '/v1/metrics/', '/v1/traces', '/v1/logs'].map(
    (path) =>
      [
        { [base]: `c:4318${path}` },
        `${base}: got "c:4318${path}", ${url} (did you mean "http://c:4318"?); ${usingOtlp}`,
      ] as const,
  ),
  [
    { [base]: 'c:4318/otlp/v1/metrics' },
    `${base}: got "c:4318/otlp/v1/metrics", ${url} (did you mean "http://c:4318/otlp"?); ${usingOtlp}`,
  ],
  [
    { [base]: `http://$\{HOST}:4318` },
    `${base}: got "http://$\{HOST}:4318", expected a URL; the variable in it was not replaced by its value; ${usingOtlp}`,
  ],
  [
    { [base]: 'unix:///run/o.sock' },
    `${base}: got "unix:///run/o.sock", expected http:// or https://, not unix://; ${usingOtlp}`,
  ],
  [
    { [base]: 'otlp.example:443' },
    `${base}: got "otlp.example:443", ${url} (did you mean "https://otlp.example:443"?); ${usingOtlp}`,
  ],
  [{ [base]: '[::1]:4318' }, `${base}: got "[::1]:4318", ${url} (did you mean "http://[::1]:4318"?); ${usingOtlp}`],
  [
    { [base]: '"http://localhost:4318"' },
    `${base}: got "\\"http://localhost:4318\\"", expected a URL without quotes (did you mean "http://localhost:4318"?); ${usingOtlp}`,
  ],
  [
    { [base]: 'http://localhost:abc' },
    `${base}: got "http://localhost:abc", expected a URL with a port from 0 to 65535, not abc; ${usingOtlp}`,
  ],
  [
    { [base]: 'http://localhost:99999' },
    `${base}: got "http://localhost:99999", expected a URL with a port from 0 to 65535, not 99999; ${usingOtlp}`,
  ],
  [
    { [base]: 'http://' },
    `${base}: got "http://", expected a URL with a host, such as http://localhost:4318; ${usingOtlp}`,
  ],
  [
    { [base]: '$ENDPOINT' },
    `${base}: got "$ENDPOINT", expected a URL; the variable in it was not replaced by its value; ${usingOtlp}`,
  ],
  [{ [base]: '4318' }, `${base}: got "4318", ${url} (did you mean "http://localhost:4318"?); ${usingOtlp}`],
  [
    { [base]: '10.0.0.1:4318/otlp' },
    `${base}: got "10.0.0.1:4318/otlp", ${url} (did you mean "http://10.0.0.1:4318/otlp"?); ${usingOtlp}`,
  ],
  [
    { [signal]: '10.0.0.1:4318/v1/metrics' },
    `${signal}: got "10.0.0.1:4318/v1/metrics" (did you mean "http://10.0.0.1:4318/v1/metrics"?); ${usingOtlp}`,
  ],
  [{ [signal]: 'c:4318' }, `${signal}: got "c:4318", ${url} (did you mean "http://c:4318/v1/metrics"?); ${usingOtlp}`],
  [
    { [signal]: 'c:4318', [base]: 'http://d:4318' },
    `${signal}: got "c:4318" (did you mean "http://c:4318/v1/metrics"?); ignored; using http://d:4318/v1/metrics (${base})`,
  ],
  [
    { [base]: 'me:s3cret@c:4318/p?key=s3cret' },
    `${base}: got "[redacted]@c:4318/p?[redacted]" (did you mean "http://[redacted]@c:4318/p?[redacted]"?); ${usingOtlp}`,
  ],
  [{ [base]: 'me:s3?cret@c:4318' }, `${base}: got "[redacted]", ${url}; ${usingOtlp}`],
  [{ [base]: 'Key0fTheBackend' }, `${base}: got "[redacted]", ${url}; ${usingOtlp}`],
  [
    { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: 'gateway:9091' },
    `OTELIER_PUSHGATEWAY_URL: got "gateway:9091", ${url} (did you mean "http://gateway:9091"?); ignored; using http://localhost:9091/`,
  ],
  [
    { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: 'k', OTELIER_DATADOG_ENDPOINT: 'proxy:8126' },
    `OTELIER_DATADOG_ENDPOINT: got "proxy:8126", ${url} (did you mean "http://proxy:8126"?); ignored; using the endpoint of the site`,
  ],
  [
    { OTEL_METRICS_EXPORTER: 'promethues' },
    'OTEL_METRICS_EXPORTER: got "promethues", expected one of prometheus, otlp, datadog, console, pushgateway, none (did you mean "prometheus"?); nothing is exported',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTEL_METRIC_EXPORT_TIMEOUT: '5s' },
    'OTEL_METRIC_EXPORT_TIMEOUT: got "5s", expected milliseconds from 0 to 2147483647, 0 for no limit; ignored; using 30000',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTEL_LOG_LEVEL: 'wran' },
    'OTEL_LOG_LEVEL: got "wran", expected one of none, error, warn, info, debug, verbose, all (did you mean "warn"?); ignored; using warn',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_TRANSLATION_STRATEGY: 'NoTranslations' },
    'OTELIER_PUSHGATEWAY_TRANSLATION_STRATEGY: got "NoTranslations" (did you mean "NoTranslation"?); ignored; using UnderscoreEscapingWithSuffixes',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTEL_METRIC_EXPORT_INTERVAL: '10s' },
    'OTEL_METRIC_EXPORT_INTERVAL: got "10s", expected milliseconds from 1 to 2147483647; ignored; using 60000 for otlp, 10000 for console and datadog',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTELIER_MAX_RETRY_AFTER: '1m' },
    'OTELIER_MAX_RETRY_AFTER: got "1m", expected milliseconds from 1 to 2147483647; ignored; using ten intervals',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTEL_RESOURCE_ATTRIBUTES: 'novalue' },
    'OTEL_RESOURCE_ATTRIBUTES: got "novalue", expected comma-separated key=value pairs, percent-encoded; ignored; using no value',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'console', OTELIER_CONSOLE_COLUMNS: 'wide' },
    'OTELIER_CONSOLE_COLUMNS: got "wide", expected columns from 20 to 100000; ignored; using the width of the terminal',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'promethues,console' },
    'OTEL_METRICS_EXPORTER: got "promethues", expected one of prometheus, otlp, datadog, console, pushgateway, none (did you mean "prometheus"?); ignored; using console',
  ],
  [
    { OTELIER_OTLP_PRESET: 'datadog', DD_API_KEY: 'k', DD_SITE: 'eu' },
    'DD_SITE: got "eu", expected a site such as datadoghq.eu or us5.datadoghq.com; using datadoghq.eu',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTEL_RESOURCE_ATTRIBUTES: 'team:search' },
    'OTEL_RESOURCE_ATTRIBUTES: got "team:search", expected key=value,key2=value2, with "=" instead of ":"; ignored; using no value',
  ],
  ...['Authorization: Bearer s3cret', 'authorization:Basic s3cret==', 'api-key : s3cret'].map(
    (headers) =>
      [
        { OTEL_EXPORTER_OTLP_HEADERS: headers },
        'OTEL_EXPORTER_OTLP_HEADERS: got "[redacted]", expected key=value,key2=value2, with "=" instead of ":"; ignored; using no value',
      ] as const,
  ),
  [
    { OTEL_EXPORTER_OTLP_HEADERS: '"api-key=s3cret"' },
    'OTEL_EXPORTER_OTLP_HEADERS: got "[redacted]", expected key=value,key2=value2 without quotes; ignored; using no value',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'prometheus;otlp' },
    'OTEL_METRICS_EXPORTER: got "prometheus;otlp", expected names separated by commas (did you mean "prometheus,otlp"?); nothing is exported',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'console otlp' },
    'OTEL_METRICS_EXPORTER: got "console otlp", expected names separated by commas (did you mean "console,otlp"?); nothing is exported',
  ],
  [
    { OTEL_METRICS_EXPORTER: 'none', OTELIER_COLLECTORS: 'runtime|host' },
    'OTELIER_COLLECTORS: got "runtime|host", expected names separated by commas (did you mean "runtime,host"?); ignored; using no collector',
  ],
  // Legal, but hardly meant.
  [
    { [signal]: 'http://c:4318' },
    `${signal}: metrics go to http://c:4318, with no path appended; perhaps http://c:4318/v1/metrics`,
  ],
  [
    { [signal]: 'http://c:4318/' },
    `${signal}: metrics go to http://c:4318, with no path appended; perhaps http://c:4318/v1/metrics`,
  ],
  [
    { [signal]: 'http://me:s3cret@c:4318?key=s3cret' },
    `${signal}: metrics go to http://[redacted]@c:4318/?[redacted], with no path appended; perhaps http://[redacted]@c:4318/v1/metrics?[redacted]`,
  ],
  [
    { [signal]: 'http://c:9090', OTELIER_OTLP_PRESET: 'prometheus' },
    `${signal}: metrics go to http://c:9090, with no path appended; perhaps http://c:9090/api/v1/otlp/v1/metrics`,
  ],
  [
    { [base]: 'http://c:4318/v1/metrics' },
    `${base}: metrics go to http://c:4318/v1/metrics/v1/metrics: /v1/metrics is appended; remove /v1/metrics, or set ${signal}`,
  ],
  [
    { [base]: 'http://me:s3cret@c:4318/v1/traces' },
    `${base}: metrics go to http://[redacted]@c:4318/v1/traces/v1/metrics: /v1/metrics is appended; remove /v1/traces, or set ${signal}`,
  ],
  [
    { [signal]: 'http://c:4318/v1/metrics/v1/metrics' },
    `${signal}: metrics go to http://c:4318/v1/metrics/v1/metrics; remove one /v1/metrics`,
  ],
  [
    { [signal]: 'http://c:4318/v1/traces/v1/metrics', [base]: 'http://d:4318' },
    `${signal}: metrics go to http://c:4318/v1/traces/v1/metrics; remove /v1/traces`,
  ],
  [
    { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: 'http://g:9091/metrics' },
    'OTELIER_PUSHGATEWAY_URL: metrics go to http://g:9091/metrics/metrics/job/..., which is appended; remove /metrics',
  ],
  [
    { [base]: 'http://c:4317' },
    `${base}: port 4317 is the port of gRPC, but the protocol is http/protobuf; set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or use port 4318`,
  ],
  [
    { [base]: 'http://c:4318', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    `${base}: port 4318 is the port of HTTP, but the protocol is grpc; use port 4317, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
  ],
];
