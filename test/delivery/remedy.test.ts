/** What a message about a failed export suggests, by the reason of the failure. */
import { expect, test } from 'vitest';
import { briefly, remedyFor, settingOf } from '../../src/delivery/remedy.js';

const settings = {
  endpoint: 'ENDPOINT',
  credentials: 'HEADERS',
  protocol: 'PROTOCOL',
  maxRequestBytes: 'BYTES',
  interval: 'INTERVAL',
};
const log = "see the server's log";

test.each([
  ['ECONNREFUSED 127.0.0.1:4318', 'check ENDPOINT'],
  ['ETIMEDOUT 10.0.0.1:4318', 'check ENDPOINT'],
  ['no answer within 10000 ms', 'check ENDPOINT'],
  ['host not found (ENOTFOUND)', 'check the host in ENDPOINT'],
  ['host not resolved (EAI_AGAIN)', 'check the host in ENDPOINT'],
  ['HTTP 404: not found', 'check the path in ENDPOINT'],
  ['HTTP 405', 'check the path in ENDPOINT'],
  ['HTTP 401', 'check HEADERS'],
  ['HTTP 403: forbidden', 'check HEADERS'],
  ['HTTP 407', 'check HEADERS'],
  ['HTTP 413', 'lower BYTES'],
  ['HTTP 415', 'check PROTOCOL'],
  ['HTTP 302', 'check ENDPOINT'],
  ['HTTP 200, but the response is an HTML page: Login', 'check ENDPOINT'],
  ['gRPC UNIMPLEMENTED: unknown service', 'check the path in ENDPOINT'],
  ['gRPC UNAUTHENTICATED', 'check HEADERS'],
  ['HTTP 400: invalid metric name', "see the server's answer"],
  ['HTTP 422: out of bounds', "see the server's answer"],
  ['HTTP 400', log],
  ['HTTP 429', 'raise INTERVAL'],
  ['HTTP 429: too many requests', 'raise INTERVAL'],
  ['HTTP 500', log],
  ['HTTP 500: internal error', log],
  ['HTTP 501', log],
  ['HTTP 502', 'check the server behind the proxy'],
  ['HTTP 504: gateway timeout', 'check the server behind the proxy'],
  ['HTTP 503', 'check if the server is ready'],
  ['gRPC INVALID_ARGUMENT: bad name', "see the server's answer"],
  ['gRPC RESOURCE_EXHAUSTED', 'raise INTERVAL'],
  ['gRPC INTERNAL: broken', log],
  ['HTTP 4041', undefined],
  ['HTTP 5031', undefined],
  ['gRPC UNAVAILABLE', undefined],
  ['the server does not use TLS; perhaps http://c:4318', undefined],
  ['the server does not speak HTTP/1.1; use the port of HTTP, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc', undefined],
  ['site datadoghq.eu (DD_SITE) does not accept the API key, check DD_API_KEY: HTTP 403', undefined],
])('%s: %s', (reason, remedy) => {
  expect(remedyFor(reason, settings)).toBe(remedy);
});

test.each([['ECONNREFUSED 127.0.0.1:4318'], ['HTTP 404']])(
  '%s at the default endpoint of a backend that nobody chose: set the endpoint, or disable it',
  (reason) => {
    expect(remedyFor(reason, { ...settings, disable: 'EXPORTER=none' })).toBe('set ENDPOINT, or EXPORTER=none');
  },
);

test.each([
  ['HTTP 400: bad', "see the server's answer"],
  ['HTTP 413', 'lower BYTES'],
  ['HTTP 429', 'raise INTERVAL'],
  ['HTTP 500', log],
  ['HTTP 503', 'check if the server is ready'],
])('%s from a receiver at the default endpoint: the receiver is there', (reason, remedy) => {
  expect(remedyFor(reason, { ...settings, disable: 'EXPORTER=none' })).toBe(remedy);
});

test('a setting without a name has no remedy', () => {
  expect(remedyFor('HTTP 413', { endpoint: 'ENDPOINT' })).toBe("raise the server's limit of requests");
  expect(remedyFor('HTTP 429', { endpoint: 'ENDPOINT' })).toBe("see the server's limits");
  expect(remedyFor('HTTP 401', { endpoint: 'ENDPOINT' })).toBeUndefined();
});

test.each([
  ['connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED 127.0.0.1:9'],
  ['getaddrinfo ENOTFOUND collector', 'host not found (ENOTFOUND)'],
  ['getaddrinfo EAI_AGAIN collector', 'host not resolved (EAI_AGAIN)'],
  ['connect to the moon', 'connect to the moon'],
  ['HTTP 503', 'HTTP 503'],
])('%s is logged as %s', (reason, logged) => {
  expect(briefly(reason)).toBe(logged);
});

test.each([
  ['default', 'otlp.endpoint', 'VARIABLE'],
  ['environment', 'otlp.endpoint', 'VARIABLE'],
  ['environment', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
  ['environment', 'otel.yaml:meter_provider.x', 'otel.yaml:meter_provider.x'],
  ['code', 'otlp.endpoint', 'otlp.endpoint'],
] as const)('chosen by %s, set by %s: %s', (chosenBy, source, name) => {
  expect(settingOf({ chosenBy, sourceOf: () => source }, 'endpoint', 'VARIABLE')).toBe(name);
});
