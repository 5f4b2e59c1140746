/** Responses by path and method; no part of a request is ever echoed. */
import { prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { expect, test } from 'vitest';
import { ask, exchange } from '../../support/http-raw.js';
import { serve, start } from './serving.js';

const dashboardUrl = 'https://grafana.example.org/d/shop?orgId=1';

test.each([
  ['/metrics', 200, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['/metrics?', 200, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['/metrics?name=x&debug', 200, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['/health', 200, 'text/plain; charset=utf-8'],
  ['/ready', 200, 'application/json; charset=utf-8'],
  ['/dashboard', 302, 'text/plain; charset=utf-8'],
  ['/', 200, 'text/html; charset=utf-8'],
  ['/api/v1/metrics/stream', 426, 'text/plain; charset=utf-8'],
  ['/api/v1/metrics', 404, 'text/plain; charset=utf-8'],
  ['/metrics/', 404, 'text/plain; charset=utf-8'],
  ['/metrics/x', 404, 'text/plain; charset=utf-8'],
  ['/metricsx', 404, 'text/plain; charset=utf-8'],
  ['/Metrics', 404, 'text/plain; charset=utf-8'],
  ['//metrics', 404, 'text/plain; charset=utf-8'],
  ['/%6Detrics', 404, 'text/plain; charset=utf-8'],
  ['/x/../metrics;y', 404, 'text/plain; charset=utf-8'],
])('%s responds %i to GET, and the same without a body to HEAD', async (path, status, type) => {
  const { metrics, origin } = await serve({ dashboardUrl });
  metrics.shop.orders.add(2, { channel: 'web' });
  const got = await exchangeOne(origin, 'GET', path);
  const head = await exchangeOne(origin, 'HEAD', path);
  expect(got.status).toBe(status);
  expect(got.headers).toMatchObject({ 'content-type': type, 'x-content-type-options': 'nosniff' });
  expect(Number(got.headers['content-length'])).toBe(Buffer.byteLength(got.body, 'latin1'));
  expect(head).toEqual({ ...got, body: '' });
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY'])(
  '%s gets 405 with Allow on every path',
  async (method) => {
    const { origin } = await serve();
    for (const path of ['/metrics', '/health', '/nowhere']) {
      const answer = await ask(origin + path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
  },
);

const sampled = ['target_info', 'shop_orders_total', 'shop_wait_seconds'];
/** All families, including the ones without samples. */
const allNames = [...sampled, 'shop_stock', 'crowd_visits_total', 'crowd_waits_seconds'];

test.each([
  ['', allNames],
  ['name[]=shop_orders_total', ['shop_orders_total']],
  ['name%5B%5D=shop_orders_total', ['shop_orders_total']],
  ['name[]=shop_wait_seconds', ['shop_wait_seconds']],
  ['name[]=shop_wait_seconds_bucket', ['shop_wait_seconds']],
  ['name[]=shop_orders_total&x=1&name[]=target_info', ['target_info', 'shop_orders_total']],
  ['name[]=nothing', []],
  ['name[]=', []],
  ['name[]=shop_orders_total&name[]=nothing', ['shop_orders_total']],
  ['name[]=shop', []],
  ['name=shop_orders_total', allNames],
])('%j selects the families %j', async (query, names) => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(2, { channel: 'web' });
  metrics.shop.wait.record(0.5);
  const whole = parseExposition((await ask(url)).text);
  const part = await ask(`${url}?${query}`);
  expect(part.status).toBe(200);
  expect(parseExposition(part.text)).toEqual(whole.filter(({ name }) => names.includes(name)));
  const openMetrics = await ask(`${url}?${query}`, { headers: { accept: 'application/openmetrics-text' } });
  expect(openMetrics.text.endsWith('# EOF\n')).toBe(true);
  expect(parseExposition(openMetrics.text)).toHaveLength(names.length);
  const protobuf = await ask(`${url}?${query}`, { headers: { accept: 'application/vnd.google.protobuf' } });
  for (const name of sampled) expect(protobuf.body.includes(name)).toBe(names.includes(name));
  const compressed = await ask(`${url}?${query}`, { headers: { 'accept-encoding': 'gzip' } });
  expect(compressed.status).toBe(200);
});

test.each([
  [undefined, false],
  ['*/*', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['text/plain, application/json', false],
  ['application/json;q=0.5, text/plain', false],
  ['application/json;q=0', false],
  ['application/vnd.google.protobuf', false],
  ['application/json', true],
  ['APPLICATION/JSON; charset=utf-8', true],
  ['application/json, text/plain, */*', true],
  ['text/plain;q=0.5, application/json;q=0.9', true],
  ['application/*', true],
])('Accept %j gets JSON from /health and /dashboard: %s', async (accept, isJson) => {
  const { origin } = await serve({ dashboardUrl });
  const headers = accept === undefined ? {} : { accept };
  const health = await ask(`${origin}/health`, { headers });
  const dashboard = await ask(`${origin}/dashboard`, { headers });
  for (const { headers } of [health, dashboard]) expect(headers.vary).toBe('Accept');
  if (isJson) {
    expect([health.status, JSON.parse(health.text)]).toEqual([200, { status: 'healthy' }]);
    expect([dashboard.status, JSON.parse(dashboard.text)]).toEqual([200, { dashboard: dashboardUrl }]);
    expect(dashboard.headers['content-type']).toBe('application/json; charset=utf-8');
  } else {
    expect([health.status, health.text]).toEqual([200, 'ok\n']);
    expect([dashboard.status, dashboard.headers.location]).toEqual([302, dashboardUrl]);
  }
});

test('/dashboard redirects to dashboardUrl', async () => {
  const { origin } = await serve({ dashboardUrl });
  expect((await ask(`${origin}/dashboard?x=1`)).headers.location).toBe(dashboardUrl);
});

test('/dashboard responds 404 without dashboardUrl', async () => {
  const { origin } = await serve();
  expect((await ask(`${origin}/dashboard`)).status).toBe(404);
});

test.each([
  ['/internal/metrics', 200],
  ['/internal/metrics?name[]=target_info', 200],
  ['/internal/health', 200],
  ['/internal/ready', 200],
  ['/internal/dashboard', 302],
  ['/internal', 308],
  ['/internal/', 200],
  ['/internalmetrics', 404],
  ['/internal/internal/metrics', 404],
  ['/metrics', 404],
  ['/health', 404],
  ['/x/internal/metrics', 404],
  ['/external/metrics', 404],
])('with basePath /internal, %s responds %i', async (path, status) => {
  const { origin, url } = await serve({ basePath: '/internal', dashboardUrl });
  expect(url).toBe(`${origin}/internal/metrics`);
  expect((await ask(origin + path)).status).toBe(status);
});

test.each(['internal', '/internal/', '/', '/a//b', '/a?b', '/a#b', '/ä', '/a b', 7])(
  'rejects basePath %j',
  (basePath) => {
    const started = () => start({ backends: [prometheus({ basePath: basePath as string, port: 0 })] });
    expect(started).toThrow(/prometheus\.basePath.*expected a path such as \/internal/s);
  },
);

test.each([
  '/canary',
  '/metrics?canary=canary&name[]=canary',
  '/metrics/canary',
  '/health?canary',
  '/ready?canary',
  '/dashboard?canary',
  'http://canary/canary',
  '*canary',
])('does not echo any part of a request for %s', async (path) => {
  const bearerTokens = { someone: 'a-token-of-some-length' };
  const endpoints = [await serve({ dashboardUrl }), await serve({ bearerTokens })];
  const basic = Buffer.from('canary:canary').toString('base64');
  const hosts = endpoints.flatMap(({ origin }) => [[origin, 'canary'] as const, [origin, 'localhost'] as const]);
  for (const [origin, host] of hosts) {
    for (const method of ['GET', 'HEAD', 'POST', 'CANARY']) {
      for (const accept of ['*/*', 'canary/canary', 'text/plain;version=canary;escaping=canary']) {
        const names = [
          'Accept-Encoding',
          'X-Prometheus-Scrape-Timeout-Seconds',
          'User-Agent',
          'Cookie',
          'Referer',
          'X-Canary',
        ];
        const headers = [`Host: ${host}`, `Accept: ${accept}`, `Authorization: Basic ${basic}`, 'Connection: close'];
        const lines = [...headers, ...names.map((name) => `${name}: canary`)].join('\r\n');
        const received = await exchange(origin, `${method} ${path} HTTP/1.1\r\n${lines}\r\n\r\n`);
        expect(received).toMatch(/^HTTP\/1\.1 \d{3} /);
        expect(received).not.toMatch(/canary/i);
        expect(received).not.toContain(basic);
      }
    }
  }
});

/** Sends one raw request and parses the response, including a body after HEAD. */
async function exchangeOne(origin: string, method: string, path: string) {
  const received = await exchange(origin, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const end = received.indexOf('\r\n\r\n');
  const [line = '', ...fields] = received.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) =>
      field
        .toLowerCase()
        .split(/: (.*)/)
        .slice(0, 2),
    ),
  );
  delete headers['date'];
  return { status: Number(line.split(' ')[1]), headers, body: received.slice(end + 4) };
}
