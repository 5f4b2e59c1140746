/** Presets through the public entry point: printed settings, requests to the endpoint, and warnings. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { presets } from '../../src/backends/otlp/presets.js';
import { type ReceivedRequest, startHttpPeer } from '../support/http-peer.js';

type Environment = Readonly<Record<string, string>>;

const jobs = defineCatalogue({
  done: counter({
    name: 'jobs.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { queue: text({ limit: 20_000 }) },
    cardinalityLimit: 20_000,
  }),
  time: histogram({ name: 'jobs.time', unit: 's', description: 'Time.', buckets: [0.5, 1, 5] }),
});

const secret = 'do-not-show-5f2c';
/** Variables of all presets. */
const keys: Environment = {
  MIMIR_TENANT_ID: `tenant-${secret}`,
  DD_API_KEY: `dd-${secret}`,
  NEW_RELIC_LICENSE_KEY: `nr-${secret}`,
  HONEYCOMB_API_KEY: `hc-${secret}`,
  HONEYCOMB_DATASET: `data-${secret}`,
  DASH0_AUTH_TOKEN: `d0-${secret}`,
  DASH0_DATASET: `set-${secret}`,
  GRAFANA_CLOUD_INSTANCE_ID: '4711',
  GRAFANA_CLOUD_API_KEY: `gc-${secret}`,
};

const closing: (() => Promise<unknown>)[] = [];
let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  diag.disable();
});

function start(environment: Environment, options?: Parameters<typeof otlp>[0]) {
  const metrics = startMetrics({
    isolated: true,
    environment,
    // Tests without a peer record nothing, so nothing is sent.
    shutdownTimeoutMs: 1_000,
    catalogues: { jobs },
    ...(options === undefined ? {} : { backends: [otlp(options)] }),
  });
  closing.push(metrics.shutdown);
  return metrics;
}

function settingsOf(environment: Environment, options?: Parameters<typeof otlp>[0]) {
  const { settings } = start(environment, options);
  expect(String(settings) + JSON.stringify(settings) + warnings.join()).not.toContain(secret);
  return settings;
}

/** Returns the requests of two pushes with one counter and one histogram. */
async function pushed(environment: Environment, options?: Parameters<typeof otlp>[0]) {
  const peer = await startHttpPeer();
  closing.push(peer.close);
  const address = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${peer.url}/in` };
  const metrics = start({ ...environment, ...address, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, options);
  for (const count of [3, 4]) {
    metrics.jobs.done.add(count, { queue: 'mail' });
    metrics.jobs.time.record(count);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  }
  expect(JSON.stringify(metrics.status()) + warnings.join()).not.toContain(secret);
  return peer.requests;
}

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON of a request.
function metricsOf({ body }: ReceivedRequest): Record<string, any> {
  const { metrics } = JSON.parse(body.toString()).resourceMetrics[0].scopeMetrics[0];
  return Object.fromEntries(metrics.map((metric: { name: string }) => [metric.name, metric]));
}

test.each([
  ['collector', 'http://localhost:4318/v1/metrics', 'cumulative', '4194304', 'none', ''],
  ['prometheus', 'http://localhost:9090/api/v1/otlp/v1/metrics', 'cumulative', '4194304', 'none', ''],
  ['mimir', 'http://localhost:8080/otlp/v1/metrics', 'cumulative', '4194304', 'none', 'x-scope-orgid=[redacted]'],
  ['victoriametrics', 'http://localhost:8428/opentelemetry/v1/metrics', 'cumulative', '4194304', 'gzip', ''],
  [
    'datadog',
    'https://otlp.datadoghq.com/v1/metrics',
    'delta',
    '500000',
    'gzip',
    'dd-api-key=[redacted],dd-otel-metric-config=[redacted]',
  ],
  ['datadog-agent', 'http://localhost:4318/v1/metrics', 'delta', '4194304', 'none', ''],
  ['newrelic', 'https://otlp.nr-data.net/v1/metrics', 'delta', '999999', 'gzip', 'api-key=[redacted]'],
  [
    'honeycomb',
    'https://api.honeycomb.io/v1/metrics',
    'cumulative',
    '4194304',
    'gzip',
    'x-honeycomb-team=[redacted],x-honeycomb-dataset=[redacted]',
  ],
])(
  'preset %s sets options, and settings name it as their source',
  (preset, endpoint, temporality, limit, compression, headers) => {
    const settings = settingsOf({ ...keys, OTELIER_OTLP_PRESET: preset.toUpperCase() });
    const from = `preset ${preset}`;
    expect(settings.get('otlp.preset')).toMatchObject({ value: preset, from: 'OTELIER_OTLP_PRESET' });
    expect(settings.get('otlp.endpoint')).toMatchObject({ value: endpoint, from });
    expect(settings.get('otlp.temporality')).toMatchObject({ value: temporality, from });
    expect(settings.get('otlp.compression')).toMatchObject({ value: compression, from });
    expect(settings.get('otlp.presetHeaders')).toMatchObject({ value: headers, from });
    expect(settings.get('otlp.maxRequestBytes')).toMatchObject({
      value: limit,
      from: limit === '4194304' ? 'default' : from,
    });
    expect(settings.get('otlp.timeoutMs')?.from).toBe('default');
    expect(warnings).toEqual([]);
  },
);

test.each([
  ['dash0', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'https://ingress.eu-west-1.aws.dash0.com'],
  ['grafana-cloud', 'GRAFANA_CLOUD_OTLP_ENDPOINT or ', 'https://otlp-gateway-prod-eu-west-0.grafana.net/otlp'],
])('preset %s requires an endpoint, and sends no secrets without it', (preset, variables, example) => {
  const settings = settingsOf({ ...keys, OTELIER_OTLP_PRESET: preset });
  expect(settings.get('otlp.endpoint')?.from).toBe('default');
  expect(settings.get('otlp.presetHeaders')?.value).toBe('');
  expect(warnings).toHaveLength(1);
  for (const part of [`preset ${preset}: set `, variables, example]) expect(warnings[0]).toContain(part);
});

test.each([
  ['datadog', 'DD_SITE', 'us5.datadoghq.com', 'https://otlp.us5.datadoghq.com/v1/metrics'],
  ['datadog', 'DD_SITE', ' datadoghq.eu ', 'https://otlp.datadoghq.eu/v1/metrics'],
  ['newrelic', 'NEW_RELIC_REGION', 'eu', 'https://otlp.eu01.nr-data.net/v1/metrics'],
  ['newrelic', 'NEW_RELIC_REGION', 'JP', 'https://otlp.jp.nr-data.net/v1/metrics'],
  ['newrelic', 'NEW_RELIC_REGION', 'gov', 'https://gov-otlp.nr-data.net/v1/metrics'],
  ['honeycomb', 'HONEYCOMB_API_ENDPOINT', 'https://api.eu1.honeycomb.io', 'https://api.eu1.honeycomb.io/v1/metrics'],
  [
    'grafana-cloud',
    'GRAFANA_CLOUD_OTLP_ENDPOINT',
    'https://otlp-gateway-prod-us-east-0.grafana.net/otlp/',
    'https://otlp-gateway-prod-us-east-0.grafana.net/otlp/v1/metrics',
  ],
])('preset %s derives its endpoint from %s=%s', (preset, variable, raw, endpoint) => {
  const settings = settingsOf({ ...keys, OTELIER_OTLP_PRESET: preset, [variable]: raw });
  expect(settings.get('otlp.endpoint')).toMatchObject({ value: endpoint, from: `preset ${preset}` });
  expect(warnings).toEqual([]);
});

test.each([
  ['datadog', 'DD_SITE', `evil.example/${secret}?`],
  ['newrelic', 'NEW_RELIC_REGION', secret],
  ['newrelic', 'NEW_RELIC_REGION', 'constructor'],
  ['honeycomb', 'HONEYCOMB_API_ENDPOINT', `${secret}:443`],
  ['honeycomb', 'HONEYCOMB_API_ENDPOINT', `https://[${secret}`],
  ['grafana-cloud', 'GRAFANA_CLOUD_OTLP_ENDPOINT', secret],
])('preset %s sends nothing to another region if %s is invalid: %s', (preset, variable, raw) => {
  const settings = settingsOf({ ...keys, OTELIER_OTLP_PRESET: preset, [variable]: raw });
  const local = 'http://localhost:4318/v1/metrics';
  expect(settings.get('otlp.endpoint')).toMatchObject({ value: local, from: 'default' });
  expect(settings.get('otlp.presetHeaders')?.value).toBe('');
  expect(warnings).toEqual([
    expect.stringMatching(
      `^${variable}: got "\\[redacted\\]", expected .*; ignored; using ${local} without preset headers$`,
    ),
  ]);
});

test.each([
  ['https://app.datadoghq.eu/', 'datadoghq.eu'],
  ['api.datadoghq.eu', 'datadoghq.eu'],
  ['EU1', 'datadoghq.eu'],
  ['https://us5.datadoghq.com', 'us5.datadoghq.com'],
])('preset datadog takes the site from DD_SITE=%s', (raw, site) => {
  const settings = settingsOf({ ...keys, OTELIER_OTLP_PRESET: 'datadog', DD_SITE: raw });
  expect(settings.get('otlp.endpoint')?.value).toBe(`https://otlp.${site}/v1/metrics`);
  expect(warnings).toEqual([expect.stringMatching(`^DD_SITE: got .*, expected a site such as .*; using ${site}$`)]);
});

const basic = `Basic ${Buffer.from(`4711:gc-${secret}`).toString('base64')}`;

test.each([
  ['collector', {}],
  ['prometheus', {}],
  ['mimir', { 'x-scope-orgid': `tenant-${secret}` }],
  ['victoriametrics', {}],
  ['datadog', { 'dd-api-key': `dd-${secret}`, 'dd-otel-metric-config': '{"resource_attributes_as_tags":true}' }],
  ['datadog-agent', {}],
  ['newrelic', { 'api-key': `nr-${secret}` }],
  ['honeycomb', { 'x-honeycomb-team': `hc-${secret}`, 'x-honeycomb-dataset': `data-${secret}` }],
  ['dash0', { authorization: `Bearer d0-${secret}`, 'dash0-dataset': `set-${secret}` }],
  ['grafana-cloud', { authorization: basic }],
] as const)('requests of preset %s to an endpoint that the user set', async (preset, headers) => {
  const requests = await pushed({ ...keys, OTELIER_OTLP_PRESET: preset });
  const { temporality, compression, histogramAggregation } = presets[preset];
  expect(requests.map(({ path }) => path)).toEqual(['/in', '/in']);
  for (const { headers: got } of requests) {
    expect(got).toMatchObject(headers);
    expect(got['content-encoding']).toBe(compression === 'gzip' ? 'gzip' : undefined);
    // Each preset sends only the headers of its own variables.
    const shown = Object.keys(got).filter((name) => JSON.stringify(got[name]).includes(secret) || got[name] === basic);
    expect(shown.every((name) => name in headers)).toBe(true);
  }
  const delta = temporality === 'delta';
  expect(requests.map((request) => metricsOf(request)['jobs.done'].sum)).toMatchObject([
    { aggregationTemporality: delta ? 1 : 2, dataPoints: [{ asDouble: 3 }] },
    { aggregationTemporality: delta ? 1 : 2, dataPoints: [{ asDouble: delta ? 4 : 7 }] },
  ]);
  const kind = histogramAggregation === undefined ? 'histogram' : 'exponentialHistogram';
  expect(metricsOf(requests[0] as ReceivedRequest)['jobs.time']).toHaveProperty(kind);
  expect(warnings).toEqual([]);
});

test.each(['datadog', 'newrelic'] as const)('requests of preset %s stay within its limit', async (preset) => {
  const peer = await startHttpPeer();
  closing.push(peer.close);
  const metrics = start({ ...keys, OTELIER_OTLP_PRESET: preset, OTEL_EXPORTER_OTLP_ENDPOINT: peer.url });
  const limit = presets[preset].maxRequestBytes as number;
  for (let index = 0; index < 15_000; index++) metrics.jobs.done.add(1, { queue: `${'q'.repeat(60)}${index}` });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests.length).toBeGreaterThan(1);
  for (const { body } of peer.requests) expect(body.length).toBeLessThanOrEqual(limit);
  expect(Math.max(...peer.requests.map(({ body }) => body.length))).toBeGreaterThan(limit * 0.9);
});

test.each([
  ['datadog', 'DD_API_KEY', 'dd-api-key'],
  ['newrelic', 'NEW_RELIC_LICENSE_KEY', 'api-key'],
  ['honeycomb', 'HONEYCOMB_API_KEY', 'x-honeycomb-team'],
  ['honeycomb', 'HONEYCOMB_DATASET', 'x-honeycomb-dataset'],
  ['dash0', 'DASH0_AUTH_TOKEN', 'authorization'],
  ['grafana-cloud', 'GRAFANA_CLOUD_INSTANCE_ID', 'authorization'],
  ['grafana-cloud', 'GRAFANA_CLOUD_API_KEY', 'authorization'],
])('preset %s warns if %s is not set', (preset, variable, header) => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1/otlp' };
  const environment = { ...keys, ...endpoint, OTELIER_OTLP_PRESET: preset, [variable]: ' ' };
  expect(settingsOf(environment).get('otlp.presetHeaders')?.value).not.toContain(`${header}=`);
  expect(warnings).toEqual([expect.stringContaining(`${variable} is not set: preset ${preset} sends no header`)]);
  expect(warnings[0]).toContain(header);
  warnings = [];
  settingsOf({ ...environment, OTEL_EXPORTER_OTLP_HEADERS: `${header.toUpperCase()}=${secret}` });
  expect(warnings).toEqual([]);
});

test('ignores a key that is not a valid header value, without printing it', () => {
  const settings = settingsOf({ OTELIER_OTLP_PRESET: 'newrelic', NEW_RELIC_LICENSE_KEY: `a\r\n${secret}` });
  expect(settings.get('otlp.presetHeaders')?.value).toBe('');
  expect(warnings).toEqual([expect.stringMatching(/^NEW_RELIC_LICENSE_KEY: got "\[redacted\]", .*; ignored; .*$/)]);
});

test('strips a trailing line break from a key', async () => {
  const [request] = await pushed({ OTELIER_OTLP_PRESET: 'newrelic', NEW_RELIC_LICENSE_KEY: `${secret}\n` });
  expect(request?.headers['api-key']).toBe(secret);
});

test('user headers are added to the headers of the preset and override them', async () => {
  const environment = { ...keys, OTELIER_OTLP_PRESET: 'honeycomb', OTEL_EXPORTER_OTLP_HEADERS: 'team=shop' };
  const [request] = await pushed(environment);
  expect(request?.headers).toMatchObject({ team: 'shop', 'x-honeycomb-team': `hc-${secret}` });
  const [other] = await pushed({ ...environment, OTEL_EXPORTER_OTLP_HEADERS: 'X-Honeycomb-Team=mine' });
  expect(other?.headers).toMatchObject({ 'x-honeycomb-team': 'mine', 'x-honeycomb-dataset': `data-${secret}` });
});

test('code and environment override the preset', async () => {
  const environment = {
    ...keys,
    OTELIER_OTLP_PRESET: 'datadog',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative',
    OTELIER_OTLP_MAX_REQUEST_BYTES: '4194304',
  };
  const options = { preset: 'newrelic', compression: 'none' } as const;
  const settings = settingsOf(environment, options);
  const shown = (name: string) => settings.get(`otlp.${name}`);
  expect(shown('preset')).toMatchObject({ value: 'newrelic', from: 'code' });
  expect(shown('compression')).toMatchObject({ value: 'none', from: 'code' });
  // The values equal the defaults, but they are set explicitly.
  expect(shown('temporality')?.from).toBe('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
  expect(shown('maxRequestBytes')).toMatchObject({ value: '4194304', from: 'OTELIER_OTLP_MAX_REQUEST_BYTES' });
  expect(shown('histogramAggregation')).toMatchObject({ value: 'base2_exponential_bucket_histogram' });
  const requests = await pushed(environment, options);
  expect(requests[1]?.headers['content-encoding']).toBeUndefined();
  expect(metricsOf(requests[1] as ReceivedRequest)['jobs.done'].sum).toMatchObject({
    aggregationTemporality: 2,
    dataPoints: [{ asDouble: 7 }],
  });
});

test('presetHeaders in code replace the variables of the preset', () => {
  const presetHeaders = { 'api-key': secret };
  const settings = settingsOf({}, { preset: 'newrelic', presetHeaders });
  expect(settings.get('otlp.presetHeaders')).toMatchObject({ value: 'api-key=[redacted]', from: 'code' });
  expect(warnings).toEqual([]);
});

test('the option headers overrides presetHeaders case-insensitively', async () => {
  const peer = await startHttpPeer();
  closing.push(peer.close);
  const presetHeaders = { 'api-key': secret };
  const metrics = start({}, { preset: 'newrelic', endpoint: peer.url, presetHeaders, headers: { 'Api-Key': 'mine' } });
  metrics.jobs.time.record(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests[0]?.headers['api-key']).toBe('mine');
});

test.each([
  ['prometheus', '/api/v1/otlp'],
  ['mimir', '/otlp'],
  ['victoriametrics', '/opentelemetry'],
  ['grafana-cloud', '/otlp'],
])('warns about a base URL without the path of preset %s (%s)', (preset, path) => {
  const environment = { ...keys, OTELIER_OTLP_PRESET: preset };
  const settings = settingsOf({ ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://metrics:9' });
  expect(settings.get('otlp.endpoint')).toMatchObject({ value: 'http://metrics:9/v1/metrics' });
  expect(warnings).toEqual([
    expect.stringMatching(`^OTEL_EXPORTER_OTLP_ENDPOINT: .* preset ${preset} .* should end in ${path}$`),
  ]);
  warnings = [];
  const right = settingsOf({ ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: `http://metrics:9${path}` });
  expect(right.get('otlp.endpoint')).toMatchObject({ value: `http://metrics:9${path}/v1/metrics` });
  settingsOf({ ...environment, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://proxy/of/mine' });
  expect(warnings).toEqual([]);
});

test('an endpoint that is set to the default value counts as set', () => {
  settingsOf({ ...keys, OTELIER_OTLP_PRESET: 'dash0', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' });
  expect(warnings).toEqual([]);
});

test('rejects an unknown preset', () => {
  const settings = settingsOf({ OTELIER_OTLP_PRESET: 'unknown' });
  expect(settings.get('otlp.preset')).toMatchObject({ value: '', from: 'default' });
  expect(warnings).toEqual([expect.stringMatching(/^OTELIER_OTLP_PRESET: .*grafana-.*; ignored; using none$/)]);
  expect(() => settingsOf({}, { preset: 'unknown' as 'mimir' })).toThrow(
    /otlp\.preset: got "unknown", expected one of/,
  );
});
