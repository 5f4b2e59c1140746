/** The page, the values now and the refusals of the live view over plain HTTP. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, exchange } from '../../support/http-raw.js';
import { serve } from '../prometheus/serving.js';
import { serveLive, update } from './fake-feed.js';

const paths = ['/', '/api/v1/metrics/stream', '/api/v1/metrics/events', '/api/v1/metrics/summary'];

test('the page is served compressed or plain, with its policy, and 304 to a client that has it', async () => {
  const { origin, pageUrl } = await serveLive();
  expect(pageUrl).toBe(`${origin}/`);
  const plain = await ask(`${origin}/`);
  const gzip = await ask(`${origin}/?x=1`, { headers: { 'accept-encoding': 'br, gzip;q=0.5' } });
  for (const { status, headers, body } of [plain, gzip]) {
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
    });
    expect(headers.etag).toMatch(/^"[\w-]{22}"$/);
  }
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  expect(plain.text).toMatch(/^<!doctype html>/i);
  expect(plain.headers.etag).toContain(createHash('sha256').update(plain.body).digest('base64url').slice(0, 22));
  const { etag = '' } = plain.headers;
  for (const tag of [etag, `"other", W/${etag}`]) {
    const again = await ask(`${origin}/`, { headers: { 'if-none-match': tag } });
    expect([again.status, again.body.length, again.headers['content-length']]).toEqual([304, 0, undefined]);
  }
  expect((await ask(`${origin}/`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test.each(['gzip;q=0', 'identity', 'gzip2', 'br, gzip;q=0.0'])(
  'Accept-Encoding %s gets the plain page',
  async (encoding) => {
    const { origin } = await serveLive();
    const { headers } = await ask(`${origin}/`, { headers: { 'accept-encoding': encoding } });
    expect(headers['content-encoding']).toBeUndefined();
  },
);

test('the summary is the snapshot of the feed', async () => {
  const { origin, feed } = await serveLive();
  const answer = await ask(`${origin}/api/v1/metrics/summary`);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(JSON.parse(answer.text)).toEqual(update);
  const query = 'packs=gateway,agent&metrics=shop.orders&where=region=eu&where=path=a%3Db&interval=5000';
  await ask(`${origin}/api/v1/metrics/summary?${query}`);
  expect(feed.snapshots).toEqual([
    undefined,
    {
      type: 'subscribe',
      packs: ['gateway', 'agent'],
      metrics: ['shop.orders'],
      where: { region: 'eu', path: 'a=b' },
      interval_ms: 5000,
    },
  ]);
});

test('a query can hold the subscription of a message', async () => {
  const { origin, feed } = await serveLive();
  const subscription = { type: 'subscribe', where: { 'a b': 'c&d' }, page: { dashboard: 'gateway' } };
  const query = new URLSearchParams({ subscription: JSON.stringify(subscription) });
  await ask(`${origin}/api/v1/metrics/summary?${query}`);
  expect(feed.snapshots).toEqual([subscription]);
});

test.each([
  ['colour=red', 'unknown parameter; known parameters: packs, metrics, where, interval, subscription'],
  ['subscription=', 'subscription: expected a JSON text such as'],
  ['subscription={}', 'subscription: type: expected "subscribe"'],
  ['subscription={"type":"subscribe","page":7}', 'subscription: page: expected an object'],
  ['subscription={"type":"subscribe"}&packs=gateway', 'subscription: expected no other parameter'],
  ['subscription={"type":"subscribe"}&subscription={}', 'subscription: expected no other parameter'],
  ['packs=', 'packs: expected names separated by commas, such as packs=gateway\n'],
  ['packs=unknown', 'packs: unknown name; known names: gateway'],
  ['subscription={"type":"subscribe","packs":["unknown"]}', 'packs: unknown name; known names: gateway'],
  ['metrics=a,,b', 'metrics: expected names separated by commas, such as metrics=shop.orders\n'],
  ['interval=1500', 'interval: expected milliseconds, a multiple of 1000'],
  ['interval=1s', 'interval: expected milliseconds, a multiple of 1000'],
  ['interval=0', 'interval: expected milliseconds, a multiple of 1000'],
  ['interval=1e3', 'interval: expected milliseconds, a multiple of 1000'],
  ['interval=61000', 'interval: expected milliseconds, a multiple of 1000'],
  ['where=region', 'where: expected name=value'],
  ['where==eu', 'where: expected name=value'],
  ['__proto__=canary', 'unknown parameter'],
])('the query %s gets 400 from the summary and the events', async (query, expected) => {
  const { origin, feed } = await serveLive();
  for (const path of ['summary', 'events']) {
    const answer = await ask(`${origin}/api/v1/metrics/${path}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(expected);
    expect(answer.text).not.toContain('canary');
  }
  expect([feed.snapshots.length, feed.watches.size]).toEqual([0, 0]);
});

test('a plain request to the stream gets 426 with a hint', async () => {
  const { origin } = await serveLive();
  const answer = await ask(`${origin}/api/v1/metrics/stream`);
  expect(answer.status).toBe(426);
  expect(answer.headers).toMatchObject({ upgrade: 'websocket' });
  expect(answer.text).toContain('/api/v1/metrics/events');
});

test('HEAD responds like GET, without a body, and starts no watch', async () => {
  const { origin, feed } = await serveLive();
  for (const path of paths) {
    const head = await ask(origin + path, { method: 'HEAD' });
    expect([path, head.status, head.body.length]).toEqual([path, path.endsWith('stream') ? 426 : 200, 0]);
  }
  expect(feed.watches.size).toBe(0);
  for (const path of paths) expect((await ask(origin + path, { method: 'POST' })).status).toBe(405);
});

test.each([
  ['http://evil.example', 403],
  ['null', 403],
  ['file://', 403],
  ['http://127.0.0.1', 403],
  ['http://127.0.0.1:1', 403],
  ['http://HOST.evil.example', 403],
  ['http://HOST/x', 403],
  ['http://evil.example@HOST', 403],
  ['javascript:alert(1)//HOST', 403],
  ['http://HOST', 200],
  ['https://HOST', 200],
  ['HTTP://HOST', 200],
])('the origin %s gets %i', async (template, status) => {
  const { origin } = await serveLive();
  const host = new URL(origin).host;
  for (const path of ['/', '/api/v1/metrics/summary']) {
    const answer = await ask(origin + path, { headers: { origin: template.replace('HOST', host) } });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.text).not.toContain('evil');
  }
});

test('another host is refused, as for /metrics', async () => {
  const { origin, feed } = await serveLive();
  for (const path of paths) {
    const headers = { host: 'rebound.example', origin: 'http://rebound.example' };
    expect((await ask(origin + path, { headers })).status).toBe(403);
  }
  expect(feed.snapshots).toEqual([]);
});

test('with basePath, the page and its stream are below it', async () => {
  const { origin, pageUrl } = await serveLive({ basePath: '/internal' });
  expect(pageUrl).toBe(`${origin}/internal/`);
  for (const path of ['/', '/internal/api/v1/metrics', '/api/v1/metrics/summary']) {
    expect((await ask(origin + path)).status).toBe(404);
  }
  expect((await ask(`${origin}/internal/`)).status).toBe(200);
  expect((await ask(`${origin}/internal/api/v1/metrics/summary`)).status).toBe(200);
  const bare = await ask(`${origin}/internal`);
  expect([bare.status, bare.headers.location]).toEqual([308, '/internal/']);
});

test.each<[string, Record<string, string>, { page?: boolean }, boolean]>([
  ['by default', {}, {}, true],
  ['in development', { NODE_ENV: 'development' }, {}, true],
  ['in production', { NODE_ENV: 'production' }, {}, false],
  ['in production, enabled by the environment', { NODE_ENV: 'production', OTELIER_PROMETHEUS_PAGE: 'true' }, {}, true],
  ['in production, enabled in code', { NODE_ENV: 'production' }, { page: true }, true],
  ['disabled by the environment', { OTELIER_PROMETHEUS_PAGE: 'false' }, {}, false],
  ['disabled in code', { OTELIER_PROMETHEUS_PAGE: 'true' }, { page: false }, false],
])('%s', async (_, environment, options, isOn) => {
  const { origin, pageUrl, metrics } = await serveLive(options, { environment });
  expect(pageUrl !== undefined).toBe(isOn);
  expect(metrics.settings.get('prometheus.page')?.value).toBe(String(isOn));
  for (const path of paths) {
    const answer = await ask(origin + path, { method: 'HEAD' });
    expect(answer.status === 404).toBe(!isOn);
    if (isOn) continue;
    expect((await ask(origin + path)).text).toMatch(/^Not found: metrics are at .*OTELIER_PROMETHEUS_PAGE=true/);
  }
  expect((await ask(`${origin}/nowhere`)).text).toBe('Not found: metrics are at /metrics.\n');
});

test('no request is echoed', async () => {
  const { origin } = await serveLive();
  for (const path of paths.filter((each) => !each.endsWith('events'))) {
    const lines = [
      'Host: localhost',
      'Origin: http://canary',
      'If-None-Match: canary',
      'Accept: canary',
      'Cookie: canary',
    ];
    const upgrade = ['Upgrade: canary', 'Connection: Upgrade', 'Sec-WebSocket-Protocol: canary'];
    for (const headers of [lines, lines.slice(2), [...lines, ...upgrade], [...lines.slice(2), ...upgrade]]) {
      const request = `GET ${path}?canary=canary HTTP/1.1\r\nHost: localhost\r\n${headers.slice(1).join('\r\n')}\r\nConnection: close\r\n\r\n`;
      const received = await exchange(origin, request);
      expect(received).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect(received).not.toMatch(/canary/i);
    }
  }
});

test('without live routes, the paths are unknown', async () => {
  const { origin } = await serve({ page: false });
  expect((await ask(`${origin}/`)).status).toBe(404);
});
