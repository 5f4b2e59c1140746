/** The protocol and the endpoint: variables of gRPC and HTTP, presets, and warnings about contradictions. */
import { startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { expect, test } from 'vitest';
import { closeLater, jobs, recordMessages, startPeer, valuesOf } from './grpc-scene.js';

type Environment = Readonly<Record<string, string>>;
const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };

/** Starts metrics that send nothing, and returns the endpoint with its source and the warnings. */
function endpointOf(environment: Environment, options?: Parameters<typeof otlp>[0]) {
  const messages = recordMessages();
  const { settings, shutdown } = startMetrics({
    isolated: true,
    environment,
    ...(options === undefined ? {} : { backends: [otlp(options)] }),
  });
  closeLater(shutdown);
  const { value, from } = settings.get('otlp.endpoint') ?? {};
  return { value, from, messages };
}

const general = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const ofMetrics = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';

test.each<[string, Environment, string, string]>([
  ['the default', grpc, 'http://localhost:4317/', 'protocol grpc'],
  ['a URL', { ...grpc, [general]: 'http://collector:4317' }, 'http://collector:4317/', general],
  ['a URL with TLS', { ...grpc, [ofMetrics]: 'https://collector:4317' }, 'https://collector:4317/', ofMetrics],
  ['no scheme', { ...grpc, [general]: 'collector:4317' }, 'https://collector:4317/', general],
  ['no scheme, IPv6', { ...grpc, [ofMetrics]: '[::1]:4317' }, 'https://[::1]:4317/', ofMetrics],
  [
    'no scheme, insecure',
    { ...grpc, [general]: 'collector:4317', OTEL_EXPORTER_OTLP_INSECURE: 'true' },
    'http://collector:4317/',
    general,
  ],
  [
    'the variable for metrics takes precedence',
    {
      ...grpc,
      [general]: 'http://collector:4317',
      [ofMetrics]: 'metrics:4317',
      OTEL_EXPORTER_OTLP_INSECURE: 'true',
      OTEL_EXPORTER_OTLP_METRICS_INSECURE: 'false',
    },
    'https://metrics:4317/',
    ofMetrics,
  ],
  [
    'https with insecure',
    { ...grpc, [general]: 'https://collector:4317', OTEL_EXPORTER_OTLP_INSECURE: 'true' },
    'https://collector:4317/',
    general,
  ],
  [
    'protocol for metrics',
    {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
      [general]: 'http://c:4317',
    },
    'http://c:4317/',
    general,
  ],
  ['HTTP', { [general]: 'http://collector:4318' }, 'http://collector:4318/v1/metrics', general],
  ['HTTP, default', {}, 'http://localhost:4318/v1/metrics', 'default'],
])('the endpoint: %s', (_, environment, value, from) => {
  expect(endpointOf(environment)).toEqual({ value, from, messages: [] });
});

test('a protocol in code determines the meaning of the variable: gRPC', () => {
  const environment = { [general]: 'collector:4317', OTEL_EXPORTER_OTLP_INSECURE: 'true' };
  expect(endpointOf(environment, { protocol: 'grpc' })).toMatchObject({
    value: 'http://collector:4317/',
    messages: [],
  });
});

test('a protocol in code determines the meaning of the variable: HTTP', () => {
  const environment = { ...grpc, [general]: 'collector:4317' };
  expect(endpointOf(environment, { protocol: 'http/protobuf' }).messages).toEqual([
    `${general}: got "collector:4317", expected http:// with port 4318, or with OTEL_EXPORTER_OTLP_PROTOCOL=grpc; ` +
      'ignored; using http://localhost:4318/v1/metrics',
  ]);
});

test('a path that code gives twice is not appended', () => {
  const endpoint = 'http://c:4318/v1/metrics/v1/metrics';
  expect(endpointOf({ [general]: 'http://d:4318' }, { endpoint }).messages).toEqual([
    `otlp.endpoint: metrics go to ${endpoint}; remove one /v1/metrics`,
  ]);
});

const httpOnly = 'send credentials as headers';

test.each<[string, Environment, string]>([
  [
    'port 4317 without a protocol',
    { [general]: 'http://collector:4317' },
    `${general}: port 4317 is the port of gRPC, but the protocol is http/protobuf; ` +
      'set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or use port 4318',
  ],
  [
    'port 4318 with grpc',
    { ...grpc, [general]: 'http://collector:4318' },
    `${general}: port 4318 is the port of HTTP, but the protocol is grpc; use port 4317, ` +
      'or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  ],
  [
    'a path with grpc',
    { ...grpc, [general]: 'http://collector:4317/v1/metrics' },
    `${general}: protocol grpc uses only scheme, host and port; ignored: path /v1/metrics; ${httpOnly}`,
  ],
  [
    'credentials with grpc',
    { ...grpc, [general]: 'http://me:s3cret@collector:4317?key=s3cret' },
    `${general}: protocol grpc uses only scheme, host and port; ignored: user and password, query; ${httpOnly}`,
  ],
  [
    'a preset whose receiver accepts HTTP only',
    { ...grpc, OTELIER_OTLP_PRESET: 'prometheus' },
    'OTEL_EXPORTER_OTLP_PROTOCOL: got grpc, but the receiver of preset prometheus accepts HTTP only; using http/protobuf; ' +
      'set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  ],
])('a warning about %s', (_, environment, warning) => {
  expect(endpointOf(environment).messages).toEqual([warning]);
});

test('port 4317 with an explicit protocol of HTTP is not reported', () => {
  const environment = { [general]: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
  expect(endpointOf(environment).messages).toEqual([]);
});

test.each<[string, Environment, string]>([
  ['collector', {}, 'http://localhost:4317/'],
  ['datadog-agent', {}, 'http://localhost:4317/'],
  ['newrelic', { NEW_RELIC_LICENSE_KEY: 'k' }, 'https://otlp.nr-data.net:4317/'],
  ['newrelic', { NEW_RELIC_LICENSE_KEY: 'k', NEW_RELIC_REGION: 'EU' }, 'https://otlp.eu01.nr-data.net:4317/'],
  ['honeycomb', { HONEYCOMB_API_KEY: 'k', HONEYCOMB_DATASET: 'd' }, 'https://api.honeycomb.io/'],
  [
    'honeycomb',
    { HONEYCOMB_API_KEY: 'k', HONEYCOMB_DATASET: 'd', HONEYCOMB_API_ENDPOINT: 'http://refinery:8080/x' },
    'http://refinery:8080/',
  ],
])('preset %s with %j over gRPC', (preset, environment, value) => {
  const found = endpointOf({ ...grpc, ...environment, OTELIER_OTLP_PRESET: preset });
  expect(found).toEqual({ value, from: `preset ${preset}`, messages: [] });
});

test('a preset without a default endpoint names an endpoint for gRPC', () => {
  const { value, messages } = endpointOf({ ...grpc, OTELIER_OTLP_PRESET: 'dash0', DASH0_AUTH_TOKEN: 'k' });
  expect(value).toBe('http://localhost:4317/');
  expect(messages).toEqual([
    expect.stringContaining('such as https://ingress.eu-west-1.aws.dash0.com:4317; no preset headers'),
  ]);
});

test('headers of a preset and headers in code are sent over gRPC', async () => {
  const peer = await startPeer();
  const metrics = startMetrics({
    isolated: true,
    environment: { ...grpc, HONEYCOMB_API_KEY: 'k', HONEYCOMB_DATASET: 'd', [general]: peer.url },
    withoutSelfMetrics: true,
    catalogues: { jobs },
    backends: [otlp({ preset: 'honeycomb', headers: { 'X-Honeycomb-Dataset': 'mine' } })],
  });
  closeLater(metrics.shutdown);
  metrics.jobs.done.add(3, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests[0]?.metadata).toMatchObject({ 'x-honeycomb-team': 'k', 'x-honeycomb-dataset': 'mine' });
  expect(valuesOf(peer.requests)).toEqual([[3]]);
});
