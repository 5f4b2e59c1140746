/** Options of backends by their names in OpenTelemetry's SDK, prom-client and clients of Datadog: the message names the option here. */
import { startMetrics } from 'otelier';
import { consoleTable } from 'otelier/backends/console';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { otherNamesOf } from '../../src/options/resolve.js';
import { generalOptions } from '../../src/settings/general.js';
import { thrownBy } from '../support/thrown.js';

const makers = { otlp, prometheus, datadog, console: consoleTable, pushgateway };

function problemOf(kind: keyof typeof makers, option: string): string | undefined {
  const backends = [makers[kind]({ [option]: 'x' } as never)];
  const error = thrownBy(() => startMetrics({ isolated: true, environment: {}, backends }));
  expect(error?.problems).toHaveLength(1);
  return /^ {2}- (.*)$/m.exec(error?.message ?? '')?.[1];
}

const interval = 'startMetrics({ exportIntervalMs })';

/** Options of OpenTelemetry's exporters and readers, prom-client, hot-shots, dd-trace and datadog-metrics. */
const words: readonly (readonly [kind: keyof typeof makers, option: string, suggestion: string])[] = [
  // OTLPMetricExporter and PeriodicExportingMetricReader.
  ['otlp', 'url', 'endpoint'],
  ['otlp', 'metadata', 'headers'],
  ['otlp', 'timeoutMillis', 'timeoutMs'],
  ['otlp', 'temporalityPreference', 'temporality'],
  ['otlp', 'aggregationTemporality', 'temporality'],
  ['otlp', 'aggregationPreference', 'histogramAggregation'],
  ['otlp', 'compressionAlgorithm', 'compression'],
  ['otlp', 'exportIntervalMillis', interval],
  ['otlp', 'exportIntervalMs', interval],
  ['otlp', 'exportTimeoutMillis', 'startMetrics({ exportTimeoutMs })'],
  ['otlp', 'collectionInterval', interval],
  ['otlp', 'interval', interval],
  ['otlp', 'serviceName', 'startMetrics({ serviceName })'],
  ['otlp', 'resource', 'startMetrics({ resource })'],
  ['otlp', 'views', 'startMetrics({ views })'],
  ['otlp', 'rootCertificate', 'certificate'],
  ['otlp', 'privateKey', 'clientKey'],
  ['otlp', 'certChain', 'clientCertificate'],
  ['otlp', 'maxBatchSize', 'maxRequestBytes'],
  ['otlp', 'endpont', 'endpoint'],
  ['otlp', 'exportIntervalMilis', interval],
  // PrometheusExporter and prom-client.
  ['prometheus', 'address', 'host'],
  ['prometheus', 'withoutScopeInfo', 'withoutScopeLabels'],
  ['prometheus', 'withResourceConstantLabels', 'resourceLabels'],
  ['prometheus', 'defaultLabels', 'resourceLabels'],
  ['prometheus', 'basicAuth', 'users'],
  ['prometheus', 'bearerToken', 'bearerTokens'],
  ['prometheus', 'certFile', 'tlsCertificateFile'],
  ['prometheus', 'keyFile', 'tlsKeyFile'],
  ['prometheus', 'ca', 'tlsClientCaFile'],
  ['prometheus', 'timeout', 'startMetrics({ exportTimeoutMs })'],
  // hot-shots, dd-trace, datadog-metrics and the API client.
  ['datadog', 'api_key', 'apiKey'],
  ['datadog', 'apiKeyAuth', 'apiKey'],
  ['datadog', 'apiHost', 'endpoint'],
  ['datadog', 'baseUrl', 'endpoint'],
  ['datadog', 'host', 'hostname'],
  ['datadog', 'globalTags', 'tags'],
  ['datadog', 'defaultTags', 'tags'],
  ['datadog', 'serviceName', 'service'],
  ['datadog', 'environment', 'env'],
  ['datadog', 'flushIntervalSeconds', interval],
  ['datadog', 'flushInterval', interval],
  ['datadog', 'bufferFlushInterval', interval],
  ['datadog', 'histogram', 'histograms'],
  // ConsoleMetricExporter and tables.
  ['console', 'interval', interval],
  ['console', 'exportIntervalMillis', interval],
  ['console', 'width', 'columns'],
  ['console', 'limit', 'maxSeries'],
  ['console', 'refresh', 'redraw'],
  // Pushgateway of prom-client, and other clients of it.
  ['pushgateway', 'endpoint', 'url'],
  ['pushgateway', 'jobName', 'job'],
  ['pushgateway', 'groupings', 'groupingKey'],
  ['pushgateway', 'interval', 'intervalMs'],
  ['pushgateway', 'exportIntervalMillis', 'intervalMs'],
  ['pushgateway', 'timeout', 'timeoutMs'],
  ['pushgateway', 'user', 'username'],
  ['pushgateway', 'token', 'bearerToken'],
  ['pushgateway', 'ca', 'certificate'],
  ['pushgateway', 'withoutScopeInfo', 'withoutScopeLabels'],
];

test.each(words)('%s({ %s }): %s', (kind, option, suggestion) => {
  expect(problemOf(kind, option)).toBe(`${kind}.${option}: expected a known option (did you mean "${suggestion}"?)`);
});

const bearer = "headers: { authorization: 'Bearer TOKEN' } in its place";
const key = "headers: { 'api-key': 'KEY' } in its place, or preset, which reads a variable for the key";
const metricsPath =
  "no option in its place: the path is always /metrics; basePath: '/internal' serves /internal/metrics";
const namespace = 'a namespace in its place: defineCatalogue(definitions, { namespace })';

test.each<[keyof typeof makers, string, string]>([
  ['prometheus', 'prefix', namespace],
  ...['endpoint', 'path', 'metricsPath', 'metricsEndpoint', 'metrics_path'].map(
    (name) => ['prometheus', name, metricsPath] as [keyof typeof makers, string, string],
  ),
  ['prometheus', 'register', 'no registry in its place: metrics.exposition() returns the metrics'],
  ['prometheus', 'preventServerStart', 'mountedPrometheus() in place of prometheus()'],
  ['prometheus', 'appendTimestamp', 'no option in its place: Prometheus sets the time of each scrape'],
  ['datadog', 'prefix', namespace],
  ['datadog', 'appKey', 'no option in its place: the API key suffices'],
  ['datadog', 'port', "otlp({ preset: 'datadog-agent' }) for an Agent; datadog() sends to Datadog's API"],
  ['otlp', 'token', bearer],
  ['otlp', 'bearerToken', bearer],
  ['otlp', 'apiKey', key],
  ['otlp', 'licenseKey', key],
  ['otlp', 'username', bearer.replace('Bearer TOKEN', 'Basic CREDENTIALS')],
  ['otlp', 'password', bearer.replace('Bearer TOKEN', 'Basic CREDENTIALS')],
  ['otlp', 'tls', 'certificate, clientKey and clientCertificate in its place'],
  ['prometheus', 'tls', 'tlsCertificateFile and tlsKeyFile in its place'],
  ['prometheus', 'username', 'users in its place, with hashes of hashPassword()'],
  ['prometheus', 'password', 'users in its place, with hashes of hashPassword()'],
  ['prometheus', 'apiKey', 'bearerTokens in its place'],
  ['datadog', 'token', 'apiKey in its place'],
  ['datadog', 'headers', 'apiKey in its place'],
  ['pushgateway', 'basicAuth', 'username and password in its place'],
  ['pushgateway', 'apiKey', 'bearerToken in its place, or headers'],
  ['pushgateway', 'tls', 'certificate, clientKey and clientCertificate in its place'],
  ['otlp', 'concurrencyLimit', 'no option in its place: one export runs at a time'],
  ['otlp', 'keepAlive', 'no option in its place: connections are kept alive'],
  ['otlp', 'httpAgentOptions', 'certificate, clientKey and clientCertificate in its place'],
  ['otlp', 'credentials', 'certificate, clientKey and clientCertificate in its place'],
  ['otlp', 'userAgent', "headers: { 'user-agent': ... } in its place"],
  ['pushgateway', 'auth', 'username and password in its place'],
  ['pushgateway', 'prefix', namespace],
])('%s({ %s }): expected %s', (kind, option, expected) => {
  expect(problemOf(kind, option)).toBe(`${kind}.${option}: expected ${expected}`);
});

test.each([
  [{ url: 'http://c:4318' }, 'url: expected backends: [otlp({ endpoint })], because it is an option of a backend'],
  [{ metricsPath: 'x' }, `metricsPath: expected ${metricsPath.replace('basePath', 'prometheus() with basePath')}`],
  [{ apiHost: 'x' }, 'apiHost: expected backends: [datadog({ endpoint })], because it is an option of a backend'],
  [{ flushIntervalSeconds: 1 }, 'flushIntervalSeconds: expected a known option (did you mean "exportIntervalMs"?)'],
  [{ shutdownTimeoutMillis: 1 }, 'shutdownTimeoutMillis: expected a known option (did you mean "shutdownTimeoutMs"?)'],
])('startMetrics(%j)', (options, problem) => {
  expect(() => startMetrics({ isolated: true, environment: {}, ...options } as never)).toThrow(`- ${problem}\n`);
});

test.each<[keyof typeof makers, string, string]>([
  ['prometheus', 'tlsFiles', 'tlsCertificateFile, tlsKeyFile, tlsClientCaFile, tlsMinVersion, '],
  ['prometheus', 'userList', 'users, '],
  ['prometheus', 'scopes', 'withoutScopeLabels, '],
  ['otlp', 'clientTls', 'clientKey, clientCertificate, '],
  ['pushgateway', 'tokenFile', 'bearerToken, '],
])('%s({ %s }): the options of the same words come first: %s', (kind, option, first) => {
  const found = problemOf(kind, option) ?? '';
  expect(found).toContain(`expected a known option: ${first}`);
  expect(found.length).toBeLessThanOrEqual(183);
});

test('a mounted endpoint has the same words', () => {
  const backends = [mountedPrometheus({ withoutScopeInfo: true } as never)];
  expect(() => startMetrics({ isolated: true, environment: {}, backends })).toThrow(
    'prometheus.withoutScopeInfo: expected a known option (did you mean "withoutScopeLabels"?)',
  );
});

test('every other name stands for one option, and is not an option itself', () => {
  for (const options of [generalOptions, ...Object.values(backendKinds).map((kind) => kind.options)]) {
    const names = Object.values(options).flatMap((option) => (option as { otherNames?: string[] }).otherNames ?? []);
    expect(names.filter((name) => !/^[a-z0-9]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const own = Object.keys(options).map((name) => name.toLowerCase());
    expect(Object.keys(otherNamesOf(options)).filter((name) => own.includes(name))).toEqual([]);
  }
});
