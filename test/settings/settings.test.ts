import { inspect } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type Environment, type Setting, type StartSettings, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { generalOptions } from '../../src/settings/general.js';

let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  warnings = [];
});

afterEach(() => diag.disable());

/** Returns the settings for an environment and shuts down at once. */
function settingsOf(environment: Environment, options: StartSettings = {}) {
  const { settings, shutdown } = startMetrics({ isolated: true, environment, shutdownTimeoutMs: 1, ...options });
  void shutdown();
  return settings;
}

const none = { OTEL_METRICS_EXPORTER: 'none' };

test('without configuration, metrics are exported to a local OTLP endpoint', () => {
  expect(Object.fromEntries(Object.entries(settingsOf({}).toJSON()).map(([name, { value }]) => [name, value]))).toEqual(
    {
      configFile: '',
      disabled: 'false',
      exporters: '',
      packNames: '',
      collectorNames: '',
      runtimeNames: 'otel',
      hostSource: '',
      serviceName: '',
      resourceAttributes: '',
      exportIntervalMs: '',
      exportTimeoutMs: '30000',
      spoolDirectory: '',
      spoolMaxBytes: '67108864',
      maxRetryAfterMs: '',
      spoolMaxAgeMs: '86400000',
      exemplarFilter: 'trace_based',
      maxInstruments: '10000',
      maxScopes: '1000',
      withoutSelfMetrics: 'false',
      logLevel: 'warn',
      shutdownTimeoutMs: '1',
      'otlp.preset': '',
      'otlp.insecure': 'false',
      'otlp.endpoint': 'http://localhost:4318/v1/metrics',
      'otlp.headers': '',
      'otlp.presetHeaders': '',
      'otlp.protocol': 'http/protobuf',
      'otlp.compression': 'none',
      'otlp.timeoutMs': '10000',
      'otlp.certificate': '',
      'otlp.clientKey': '',
      'otlp.clientCertificate': '',
      'otlp.temporality': 'cumulative',
      'otlp.histogramAggregation': 'explicit_bucket_histogram',
      'otlp.maxRequestBytes': '4194304',
    },
  );
});

test.each([
  ['OTEL_SDK_DISABLED', 'TRUE', 'disabled', 'true'],
  ['OTEL_SERVICE_NAME', ' shop ', 'serviceName', 'shop'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,b=%C3%A9%2C', 'resourceAttributes', 'a=1,b=é,'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '5000', 'exportIntervalMs', '5000'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '700', 'exportTimeoutMs', '700'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '0', 'exportTimeoutMs', '2147483647'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'Always_On', 'exemplarFilter', 'always_on'],
  ['OTEL_LOG_LEVEL', 'ERROR', 'logLevel', 'error'],
])('%s=%s sets %s', (variable, raw, name, value) => {
  expect(settingsOf({ ...none, [variable]: raw }).get(name)).toEqual({ name, value, from: variable });
  expect(warnings).toEqual([]);
});

test.each([
  ['ENDPOINT', 'http://c:1/x', 'http://c:1/x', 'endpoint'],
  ['PROTOCOL', 'http/json', 'http/json', 'protocol'],
  ['COMPRESSION', 'gzip', 'gzip', 'compression'],
  ['TIMEOUT', '99', '99', 'timeoutMs'],
  ['HEADERS', 'k=v', 'k=[redacted]', 'headers'],
])('OTEL_EXPORTER_OTLP_METRICS_%s wins over the variable for all signals', (suffix, raw, value, name) => {
  const both = {
    OTEL_METRICS_EXPORTER: 'otlp',
    [`OTEL_EXPORTER_OTLP_METRICS_${suffix}`]: raw,
    [`OTEL_EXPORTER_OTLP_${suffix}`]: suffix === 'ENDPOINT' ? 'http://other:2' : raw,
  };
  const settings = settingsOf(both);
  expect(settings.get(`otlp.${name}`)).toMatchObject({ value, from: `OTEL_EXPORTER_OTLP_METRICS_${suffix}` });
});

test.each([
  ['http://collector:4318', 'http://collector:4318/v1/metrics'],
  ['http://collector:4318/', 'http://collector:4318/v1/metrics'],
  ['https://host/otlp', 'https://host/otlp/v1/metrics'],
  ['https://host/otlp?key=v', 'https://host/otlp/v1/metrics?[redacted]'],
])('OTEL_EXPORTER_OTLP_ENDPOINT=%s is a base URL', (base, endpoint) => {
  const environment = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: base };
  expect(settingsOf(environment).get('otlp.endpoint')?.value).toBe(endpoint);
});

test.each([
  ['OTEL_SDK_DISABLED', 'yes', 'disabled', 'true or false'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '-5', 'exportIntervalMs', 'milliseconds from 1'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '5s', 'exportIntervalMs', 'milliseconds from 1'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'sometimes', 'exemplarFilter', 'one of always_on, always_off, trace_based;'],
  [
    'OTEL_METRICS_EXEMPLAR_FILTER',
    'always-on',
    'exemplarFilter',
    'one of always_on, always_off, trace_based (did you mean "always_on"?);',
  ],
  ['OTEL_RESOURCE_ATTRIBUTES', 'novalue', 'resourceAttributes', 'comma-separated key=value pairs'],
  ['OTEL_RESOURCE_ATTRIBUTES', '=value', 'resourceAttributes', 'comma-separated key=value pairs'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,=2', 'resourceAttributes', 'comma-separated key=value pairs'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=%', 'resourceAttributes', 'comma-separated key=value pairs'],
])('an invalid variable is reported and ignored: %s=%s', (variable, raw, name, expected) => {
  const settings = settingsOf({ ...none, [variable]: raw });
  expect(settings.get(name)?.from).toBe('default');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`${variable}: got "${raw}", expected ${expected}`);
  const { value } = settings.get(name) as Setting;
  expect(warnings[0]).toMatch(value === '' ? /; ignored; using [\w ,]+$/ : new RegExp(`; ignored; using ${value}$`));
});

test('an empty variable counts as unset', () => {
  const settings = settingsOf({ ...none, OTEL_METRIC_EXPORT_INTERVAL: '', OTEL_SERVICE_NAME: '  ' });
  expect(settings.get('serviceName')?.from).toBe('default');
  expect(warnings).toEqual([]);
});

test('an unknown exporter is reported with the nearest name, and the others start', () => {
  const settings = settingsOf({ OTEL_METRICS_EXPORTER: 'prometheu,console', OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  expect(settings.get('exporters')?.value).toBe('prometheu,console');
  expect(warnings).toEqual([
    expect.stringMatching(
      /^OTEL_METRICS_EXPORTER: got "prometheu", expected one of prometheus, .*, none \(did you mean "prometheus"\?\); ignored; using console$/,
    ),
  ]);
});

test('the description of exportIntervalMs names every push backend', () => {
  const named: readonly string[] = generalOptions.exportIntervalMs.description.match(/\w+/g) ?? [];
  const pushing = Object.values(backendKinds).filter(({ pull }) => pull !== true);
  expect(pushing.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
});

test.each([
  [{ OTELIER_METRICS_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' }, 'console', 'OTELIER_METRICS_EXPORTER'],
  [{ OTELIER_METRICS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console' }, 'none', 'OTELIER_METRICS_EXPORTER'],
  [{ OTELIER_METRICS_EXPORTER: ' ', OTEL_METRICS_EXPORTER: 'console' }, 'console', 'OTEL_METRICS_EXPORTER'],
])('OTELIER_METRICS_EXPORTER wins unless it is empty: %j', (environment, value, from) => {
  const settings = settingsOf(environment);
  expect(settings.get('exporters')).toEqual({ name: 'exporters', value, from });
  expect(settings.get('otlp.endpoint')).toBeUndefined();
  expect(warnings).toEqual([]);
});

test.each([
  ['prometheu', /^OTELIER_METRICS_EXPORTER: got "prometheu", .* \(did you mean "prometheus"\?\); nothing is exported$/],
  ['none,console', /^OTELIER_METRICS_EXPORTER: "none" is combined with other names/],
  [',', /^OTELIER_METRICS_EXPORTER: names no exporter; nothing is exported$/],
])('messages name OTELIER_METRICS_EXPORTER when it was read: %s', (value, message) => {
  settingsOf({ OTELIER_METRICS_EXPORTER: value, OTEL_METRICS_EXPORTER: 'console' });
  expect(warnings[0]).toMatch(message);
  expect(warnings.filter((warning) => warning.includes('OTEL_METRICS_EXPORTER'))).toEqual([]);
});

test.each<[Environment, StartSettings, string[], RegExp | undefined]>([
  [
    { OTEL_METRICS_EXPORTER: 'none' },
    {},
    [],
    /^OTEL_METRICS_EXPORTER: "none" disables the backends of the code \(prometheus, otlp\); to disable .* also set OTELIER_METRICS_EXPORTER=prometheus$/,
  ],
  [
    { OTELIER_METRICS_EXPORTER: 'none' },
    {},
    [],
    /^OTELIER_METRICS_EXPORTER: "none" disables the backends of the code \(prometheus, otlp\)$/,
  ],
  [{}, { exporters: ['none'] }, [], /^exporters: "none" disables the backends of the code \(prometheus, otlp\)$/],
  [
    { OTELIER_METRICS_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' },
    {},
    ['prometheus', 'otlp', 'console'],
    undefined,
  ],
  [{ OTEL_METRICS_EXPORTER: 'otlp,console' }, {}, ['prometheus', 'otlp', 'console'], undefined],
  [{}, {}, ['prometheus', 'otlp'], undefined],
])('%j and %j with backends in code', async (environment, options, started, warning) => {
  const backends = [prometheus({ port: 0 }), otlp({ endpoint: 'http://127.0.0.1:1' })];
  const metrics = startMetrics({ isolated: true, environment, backends, shutdownTimeoutMs: 1, ...options });
  expect(metrics.status().backends.map(({ name }) => name)).toEqual(started);
  await metrics.shutdown();
  const disabling = warnings.filter((message) => message.includes('"none"'));
  expect(disabling).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

test('backends that are disabled by none are checked all the same', () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  expect(() => startMetrics({ isolated: true, environment, backends: [prometheus({ port: -1 })] })).toThrow(
    /prometheus\.port: got -1/,
  );
});

test('none overrides other names', () => {
  expect(settingsOf({ OTEL_METRICS_EXPORTER: 'none,console' }).get('console.exportIntervalMs')).toBeUndefined();
  expect(warnings).toEqual(['OTEL_METRICS_EXPORTER: "none" is combined with other names; the other names are ignored']);
});

test('a warning says when no valid exporter remains', () => {
  settingsOf({ OTEL_METRICS_EXPORTER: 'prometheu' });
  expect(warnings).toEqual([expect.stringMatching(/\(did you mean "prometheus"\?\); nothing is exported$/)]);
});

test('code wins over the environment', () => {
  const environment = { ...none, OTEL_SERVICE_NAME: 'of-the-environment', OTEL_METRIC_EXPORT_INTERVAL: '5' };
  const settings = settingsOf(environment, { serviceName: 'of-the-code', exportIntervalMs: 7 });
  expect(settings.get('serviceName')).toMatchObject({ value: 'of-the-code', from: 'code' });
  expect(settings.get('exportIntervalMs')).toMatchObject({ value: '7', from: 'code' });
});

test('a backend named in the environment and in code starts once, configured by code', () => {
  const environment = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '1' };
  const metrics = startMetrics({ isolated: true, environment, backends: [prometheus({ port: 0 })] });
  expect(metrics.settings.get('prometheus.port')).toMatchObject({ value: '0', from: 'code' });
  expect(metrics.status().backends).toHaveLength(1);
  void metrics.shutdown();
});

test('secrets are never printed', () => {
  const environment = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:SECRET1@127.0.0.1:1',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=SECRET2',
  };
  const settings = settingsOf(environment);
  const bad = settingsOf({
    ...environment,
    OTEL_EXPORTER_OTLP_HEADERS: 'SECRET3',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'SECRET4',
  });
  const printed = [settings, bad].flatMap((each) => [String(each), inspect(each), JSON.stringify(each)]);
  const swapped = settingsOf({ ...environment, OTEL_EXPORTER_OTLP_HEADERS: 'Authorization: Basic SECRET5==' });
  printed.push(String(swapped));
  for (const misplaced of [{ headers: { 'x-key': 'SECRET6' } }, () => 'SECRET7', [{ key: 'SECRET8' }]]) {
    try {
      startMetrics({
        isolated: true,
        environment: none,
        backends: [misplaced as never],
        readers: [misplaced as never],
      });
    } catch (error) {
      printed.push(String(error), inspect(error), JSON.stringify(error));
    }
  }
  expect(printed).toHaveLength(7 + 9);
  expect([...printed, ...warnings].join('\n')).not.toContain('SECRET');
  expect(settings.get('otlp.endpoint')?.value).toBe('http://[redacted]@127.0.0.1:1/v1/metrics');
  expect(warnings.join('\n')).toContain('OTEL_EXPORTER_OTLP_HEADERS: got "[redacted]"');
});

test('an attribute limit above the limit of its metric logs a warning', async () => {
  const { counter, defineCatalogue, text } = await import('otelier');
  const shop = defineCatalogue({
    orders: counter({
      name: 'o',
      unit: '1',
      description: 'O.',
      attributes: { who: text({ limit: 50 }) },
      cardinalityLimit: 10,
    }),
  });
  startMetrics({ isolated: true, environment: none, catalogues: { shop } });
  expect(warnings[0]).toContain('o, attribute who: got 50');
});
