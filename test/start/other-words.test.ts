/** Words for values that people know from other libraries: the message suggests the word that is valid here. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, type Environment, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import type { OptionTable } from '../../src/options/option.js';
import { generalOptions } from '../../src/settings/general.js';

/** Returns what an isolated start warns about. */
async function warningsOf(environment: Environment): Promise<string[]> {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const metrics = startMetrics({ isolated: true, environment, shutdownTimeoutMs: 1 });
  await metrics.shutdown();
  diag.disable();
  return messages;
}

const exporters = 'OTEL_METRICS_EXPORTER';
const level = 'OTEL_LOG_LEVEL';
const protocol = 'OTEL_EXPORTER_OTLP_PROTOCOL';
const compression = 'OTEL_EXPORTER_OTLP_COMPRESSION';
const preset = 'OTELIER_OTLP_PRESET';
const histograms = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';

const words: readonly (readonly [variable: string, word: string, suggestion: string])[] = [
  [exporters, 'prom', 'prometheus'],
  [exporters, 'prom-client', 'prometheus'],
  [exporters, 'stdout', 'console'],
  [exporters, 'logging', 'console'],
  [exporters, 'otel', 'otlp'],
  [exporters, 'otlphttp', 'otlp'],
  [exporters, 'otlp_http', 'otlp'],
  [exporters, 'otlp/http', 'otlp'],
  [exporters, 'otlpgrpc', 'otlp'],
  [exporters, 'otlp_proto_grpc', 'otlp'],
  [exporters, 'dd', 'datadog'],
  [exporters, 'push-gateway', 'pushgateway'],
  [exporters, 'pushgw', 'pushgateway'],
  [exporters, 'off', 'none'],
  [level, 'warning', 'warn'],
  [level, 'trace', 'verbose'],
  [level, 'fatal', 'error'],
  [level, 'critical', 'error'],
  [level, 'off', 'none'],
  [level, 'silent', 'none'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'trace-based', 'trace_based'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'with_sampled_trace', 'trace_based'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'on', 'always_on'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'none', 'always_off'],
  ['OTEL_SDK_DISABLED', 'yes', 'true'],
  ['OTEL_SDK_DISABLED', '1', 'true'],
  ['OTEL_SDK_DISABLED', '0', 'false'],
  [protocol, 'http', 'http/protobuf'],
  [protocol, 'protobuf', 'http/protobuf'],
  [protocol, 'http-protobuf', 'http/protobuf'],
  [protocol, 'json', 'http/json'],
  [protocol, 'grpc/protobuf', 'grpc'],
  [compression, 'gz', 'gzip'],
  [compression, 'true', 'gzip'],
  [compression, 'off', 'none'],
  [preset, 'grafana', 'grafana-cloud'],
  [preset, 'grafana_cloud', 'grafana-cloud'],
  [preset, 'grafanacloud', 'grafana-cloud'],
  [preset, 'new-relic', 'newrelic'],
  [preset, 'dd', 'datadog'],
  [preset, 'dd-agent', 'datadog-agent'],
  [preset, 'otel', 'collector'],
  [preset, 'vm', 'victoriametrics'],
  [histograms, 'exponential', 'base2_exponential_bucket_histogram'],
  [histograms, 'explicit', 'explicit_bucket_histogram'],
  ['OTELIER_PROMETHEUS_TRANSLATION_STRATEGY', 'no_translation', 'NoTranslation'],
  ['OTELIER_PUSHGATEWAY_COMPRESSION', 'gz', 'gzip'],
];

/** Variables whose option belongs to one backend; it is then the one that starts. */
const backendOf = (variable: string) => /^OTELIER_(PROMETHEUS|PUSHGATEWAY)/.exec(variable)?.[1]?.toLowerCase();

test.each(words)('%s=%s', async (variable, word, suggestion) => {
  const environment = {
    [exporters]: backendOf(variable) ?? 'otlp',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    [variable]: word,
  };
  expect(await warningsOf(environment)).toContainEqual(
    expect.stringMatching(new RegExp(`^${variable}: got "${word}".* \\(did you mean "${suggestion}"\\?\\); `)),
  );
});

test.each<[object, string]>([
  [{ exporters: ['prom'] }, 'exporters: got "prom"'],
  [{ logLevel: 'warning' }, 'logLevel: got "warning"'],
  [{ backends: [otlp({ protocol: 'http' as never })] }, 'otlp.protocol: got "http"'],
  [{ backends: [otlp({ preset: 'grafana' as never })] }, 'otlp.preset: got "grafana"'],
])('in code: %j', (options, start) => {
  expect(() => startMetrics({ isolated: true, environment: {}, ...options })).toThrow(
    new RegExp(`${start}.* \\(did you mean "(?:prometheus|warn|http/protobuf|grafana-cloud)"\\?\\)`),
  );
});

test('every other word stands for a valid one, and is not valid itself', () => {
  const tables: OptionTable[] = [generalOptions, ...Object.values(backendKinds).map(({ options }) => options)];
  for (const { keywords = [], aliases = {} } of tables.flatMap((table) => Object.values(table))) {
    expect(keywords).toEqual(expect.arrayContaining(Object.values(aliases)));
    expect(Object.keys(aliases).filter((word) => keywords.includes(word) || !/^[a-z0-9]+$/.test(word))).toEqual([]);
  }
  const names = Object.keys(backendKinds);
  const others = Object.values(backendKinds).flatMap(({ aliases = [] }) => aliases);
  expect(new Set([...names, ...others]).size).toBe(names.length + others.length);
});

test.each([
  [{ backend: [] }, 'backend: expected a known option (did you mean "backends"?)'],
  [{ prefix: 'shop_' }, 'prefix: expected a namespace in its place: defineCatalogue(definitions, { namespace })'],
  [
    { defaultLabels: { region: 'eu' } },
    'defaultLabels: expected resource in its place, and prometheus({ resourceLabels }) for labels of every sample',
  ],
  [{ register: {} }, 'register: expected no registry in its place: metrics.exposition() returns the metrics'],
  [
    { exporters: ['prometheus otlp'] },
    'exporters: got "prometheus otlp", expected names separated by commas (did you mean "prometheus,otlp"?)',
  ],
])('%j suggests what to use', (options, problem) => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  expect(() => startMetrics({ isolated: true, environment, ...options } as never)).toThrow(`- ${problem}\n`);
});

test('a catalogue where a map of catalogues is expected is one problem, in a later call as well', async () => {
  const orders = counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' });
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const catalogues = defineCatalogue({ orders }) as never;
  const metrics = startMetrics({ environment });
  for (const start of [
    () => startMetrics({ isolated: true, environment, catalogues }),
    () => startMetrics({ catalogues }),
  ])
    expect(start).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ where: 'catalogues' })] }));
  await metrics.shutdown();
});

test('an ignored option of a later call is shown with its value and the running value', async () => {
  const messages: string[] = [];
  const ignore = () => undefined;
  const log = { error: ignore, warn: (message: string) => messages.push(message) };
  const metrics = startMetrics({ environment: { OTEL_METRICS_EXPORTER: 'none' }, serviceName: 'storefront' });
  diag.setLogger({ ...log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  startMetrics({ serviceName: 'checkout' });
  startMetrics({ exportIntervalMs: 5 });
  diag.disable();
  await metrics.shutdown();
  const start = 'startMetrics: metrics are already running; options that differ are ignored: ';
  expect(messages).toEqual([
    `${start}serviceName "checkout" (running: storefront)`,
    expect.stringContaining(`${start}exportIntervalMs 5 (running: `),
  ]);
});
