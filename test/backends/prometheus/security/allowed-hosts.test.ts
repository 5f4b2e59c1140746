/** Hosts that requests may name, through a real endpoint. */
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { describe, expect, test } from 'vitest';
import { exchange } from '../../../support/http-raw.js';
import { serve, start } from '../serving.js';

async function statusOf(origin: string, host: string | undefined, target = '/metrics'): Promise<number> {
  const line = host === undefined ? `GET ${target} HTTP/1.0\r\n` : `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n`;
  return Number((await exchange(origin, `${line}Connection: close\r\n\r\n`)).split(' ')[1]);
}

/** Hosts that no web page has. */
const local = [
  'localhost',
  'LOCALHOST:9464',
  'localhost.',
  'app.localhost:1',
  '127.0.0.1:80',
  '[::1]:9464',
  '192.0.2.1',
];
const foreign = [
  'evil.example',
  'evil.example:9464',
  'localhost.evil.example',
  'notlocalhost',
  '127.0.0.1.evil.example',
  '',
];

test.each(local)('a loopback endpoint serves %j', async (host) => {
  expect(await statusOf((await serve()).origin, host)).toBe(200);
});

test.each(foreign)('a loopback endpoint refuses %j on every path', async (host) => {
  const { origin } = await serve();
  for (const path of ['/metrics', '/health', '/ready', '/dashboard', '/x']) {
    expect(await statusOf(origin, host, path)).toBe(403);
  }
});

test('a refusal says what to do and does not repeat the name', async () => {
  const { origin } = await serve();
  const received = await exchange(origin, 'GET /metrics HTTP/1.1\r\nHost: canary\r\nConnection: close\r\n\r\n');
  expect(received).toContain('allowedHosts (OTELIER_PROMETHEUS_ALLOWED_HOSTS)');
  expect(received).not.toContain('canary');
});

test('serves requests without Host, which are not from browsers', async () => {
  expect(await statusOf((await serve()).origin, undefined)).toBe(200);
});

test('the host of a target in absolute form takes precedence', async () => {
  const { origin } = await serve();
  expect(await statusOf(origin, 'localhost', 'http://evil.example/metrics')).toBe(403);
  expect(await statusOf(origin, 'evil.example', 'http://localhost:1/metrics')).toBe(200);
});

describe('allowedHosts', () => {
  test.each([
    [['metrics.example.org'], { 'Metrics.Example.org': 200, 'metrics.example.org:443': 200, 'example.org': 403 }],
    [['*'], { 'evil.example': 200 }],
    [['localhost'], { 'evil.example': 403, localhost: 200 }],
  ])('%j', async (allowedHosts, expected) => {
    const { origin } = await serve({ allowedHosts });
    for (const [host, status] of Object.entries(expected)) expect(await statusOf(origin, host), host).toBe(status);
  });

  test('is read from the environment', async () => {
    const environment = { OTELIER_PROMETHEUS_ALLOWED_HOSTS: 'metrics.example.org,other.example.org' };
    const { origin } = await serve({}, { environment });
    expect(await statusOf(origin, 'other.example.org')).toBe(200);
    expect(await statusOf(origin, 'evil.example')).toBe(403);
  });
});

test('an endpoint on other hosts checks names only if hosts are listed', async () => {
  const open = { host: '0.0.0.0', allowUnprotected: true };
  const { metrics } = await serve(open);
  const port = (url: string | undefined) => `http://127.0.0.1:${new URL(url as string).port}`;
  expect(await statusOf(port(metrics.status().backends[0]?.url), 'storefront')).toBe(200);
  const listed = await serve({ ...open, allowedHosts: ['storefront'] });
  const origin = port(listed.metrics.status().backends[0]?.url);
  expect(await statusOf(origin, 'storefront:9464')).toBe(200);
  expect(await statusOf(origin, 'evil.example')).toBe(403);
});

test.each([
  [[], 200, 200],
  [['shop.example'], 403, 200],
])('a mounted endpoint with the hosts %j', async (allowedHosts, foreignStatus, ownStatus) => {
  const endpoint = mountedPrometheus({ allowedHosts });
  await start({ backends: [endpoint] }).ready;
  expect((await endpoint.fetch(new Request('http://evil.example/metrics'))).status).toBe(foreignStatus);
  expect((await endpoint.fetch(new Request('http://shop.example/metrics'))).status).toBe(ownStatus);
});
