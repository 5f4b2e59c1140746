/** The endpoint mounted in an application's server, in each supported framework. */
import { gunzipSync } from 'node:zlib';
import { hashPassword, mountedPrometheus } from 'otelier/backends/prometheus';
import { beforeAll, expect, test } from 'vitest';
import { ask, open } from '../../support/http-raw.js';
import { type Mount, mounts } from './frameworks.js';
import { type Arrival, afterwards, start, watchArrivals } from './serving.js';

const each = Object.entries(mounts) as [keyof typeof mounts, Mount][];

/** Starts metrics and an application that mounts the endpoint. */
async function serveIn(mount: Mount, options: Parameters<typeof mountedPrometheus>[0] = {}) {
  const endpoint = mountedPrometheus(options);
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  const origin = await mount(endpoint);
  metrics.shop.orders.add(2, { channel: 'web' });
  return { metrics, origin, url: `${origin}${options.basePath ?? ''}/metrics` };
}

test.each(each)('%s: negotiates format and encoding', async (_, mount) => {
  const { url } = await serveIn(mount);
  const plain = await ask(url);
  expect(plain.status).toBe(200);
  expect(plain.headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    'content-length': String(plain.body.length),
    vary: 'Accept, Accept-Encoding',
  });
  expect(plain.text).toMatch(/^shop_orders_total{.*channel="web".*} 2$/m);
  const openMetrics = await ask(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
  expect(openMetrics.headers['content-type']).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
  );
  expect(openMetrics.text.endsWith('# EOF\n')).toBe(true);
  const protobuf = await ask(url, { headers: { accept: 'application/vnd.google.protobuf' } });
  expect(protobuf.headers['content-type']).toMatch(/^application\/vnd\.google\.protobuf;/);
  expect(protobuf.body.includes('shop_orders_total')).toBe(true);
  const compressed = await ask(url, { headers: { 'accept-encoding': 'gzip' } });
  expect(compressed.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-length': String(compressed.body.length),
  });
  expect(gunzipSync(compressed.body)).toEqual(plain.body);
  expect((await ask(`${url}?name[]=shop_orders_total`)).text).toMatch(/^# HELP shop_orders_total/);
  expect((await ask(url, { headers: { accept: 'image/png' } })).text).toBe(plain.text);
});

test.each(each)('%s: HEAD responds like GET, without a body', async (_, mount) => {
  const { url } = await serveIn(mount);
  const got = await ask(url);
  const head = await ask(url, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.body).toHaveLength(0);
  for (const name of ['content-type', 'content-length', 'vary']) expect(head.headers[name]).toBe(got.headers[name]);
});

test.each(each)('%s: other paths and methods, and routes of the application', async (_, mount) => {
  const { origin, url } = await serveIn(mount, { basePath: '/internal', dashboardUrl: 'https://grafana.example.org/' });
  expect(await ask(`${origin}/hello`)).toMatchObject({ status: 200, text: 'hello' });
  for (const path of ['/metrics', '/internal/nowhere', '/']) expect((await ask(origin + path)).status).toBe(404);
  const posted = await ask(url, { method: 'POST' });
  expect({ status: posted.status, allow: posted.headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
  expect(await ask(`${origin}/internal/health`)).toMatchObject({ status: 200, text: 'ok\n' });
  expect(JSON.parse((await ask(`${origin}/internal/ready`)).text)).toMatchObject({ ready: true });
  const redirect = await ask(`${origin}/internal/dashboard`);
  expect({ status: redirect.status, to: redirect.headers.location }).toEqual({
    status: 302,
    to: 'https://grafana.example.org/',
  });
});

const token = 'a-token-of-some-length';
let hash: string;
beforeAll(async () => {
  hash = await hashPassword('correct');
});

test.each(each)('%s: users, tokens and a check control access', async (framework, mount) => {
  const checked: unknown[] = [];
  const { origin, url } = await serveIn(mount, {
    users: { prometheus: hash },
    bearerTokens: { other: token },
    check: (request) => {
      checked.push(request.url, request.method, request.remoteAddress);
      return request.headers['x-tenant'] === 'mine';
    },
  });
  const basic = (password: string) => `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;
  const statusOf = async (authorization?: string, tenant = 'mine') => {
    const headers = { 'x-tenant': tenant, ...(authorization === undefined ? {} : { authorization }) };
    return (await ask(url, { headers })).status;
  };
  const denied = await ask(url);
  expect(denied.status).toBe(401);
  expect(denied.headers['www-authenticate']).toBe('Basic realm="metrics", charset="UTF-8", Bearer realm="metrics"');
  expect(await statusOf(basic('wrong'))).toBe(401);
  expect(await statusOf('Bearer a-token-of-same-length')).toBe(401);
  expect(checked).toEqual([]);
  expect(await statusOf(basic('correct'), 'theirs')).toBe(403);
  expect(await statusOf(basic('correct'))).toBe(200);
  expect(await statusOf(`Bearer ${token}`)).toBe(200);
  // A fetch `Request` does not contain the remote address.
  expect(checked.slice(0, 3)).toEqual(['/metrics', 'GET', framework === 'hono' ? undefined : '127.0.0.1']);
  expect((await ask(`${origin}/health`)).status).toBe(200);
});

test.each(each)('%s: responds 503 before metrics start, while the application serves', async (_, mount) => {
  const endpoint = mountedPrometheus();
  const origin = await mount(endpoint);
  for (const path of ['/metrics', '/ready']) {
    const early = await ask(origin + path);
    expect(early.status).toBe(503);
    expect(early.headers['retry-after']).toBe('1');
    expect(early.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(early.text).toMatch(/^Metrics have not started: call startMetrics\(\{ backends: \[endpoint\] \}\)\..*\n$/);
  }
  expect((await ask(`${origin}/hello`)).status).toBe(200);
  const metrics = start({ backends: [endpoint] });
  expect((await ask(`${origin}/metrics`)).status).toBe(200);
  expect(metrics.status().backends[0]).toMatchObject({ name: 'prometheus', state: 'ok', delivered: 1 });
});

test.each(each)('%s: buffers little for a stalled client, and sends the rest when it reads', async (_, mount) => {
  const { metrics, url } = await serveIn(mount);
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const { body } = await ask(url);
  const arrivals = watchArrivals();
  const reader = await open(url);
  afterwards(async () => reader.destroy());
  reader.pause().write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await expect.poll(() => arrivals.length).toBe(1);
  const [{ socket, response }] = arrivals as [Arrival];
  let [written, turns] = [-1, 0];
  await expect
    .poll(
      () => {
        turns = socket.writableLength > 0 && socket.bytesWritten === written ? turns + 1 : 0;
        written = socket.bytesWritten;
        return turns;
      },
      { interval: 10, timeout: 5_000 },
    )
    .toBeGreaterThan(5);
  expect(response.writableFinished).toBe(false);
  expect(socket.bytesWritten).toBeLessThan(body.length);
  expect(socket.writableLength + response.writableLength).toBeLessThan(400_000);
  const parts: Buffer[] = [];
  await new Promise((resolve) => {
    reader
      .on('data', (part: Buffer) => parts.push(part))
      .on('close', resolve)
      .resume();
  });
  const received = Buffer.concat(parts);
  expect(received.subarray(received.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true);
});

test.each(each)('%s: a client that disconnects during a response does not affect others', async (_, mount) => {
  const { metrics, url } = await serveIn(mount);
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const arrivals = watchArrivals();
  const reader = await open(url);
  reader.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await new Promise((resolve) => reader.once('data', resolve));
  reader.destroy();
  await expect.poll(() => arrivals[0]?.socket.destroyed).toBe(true);
  expect((await ask(url)).status).toBe(200);
});

test('hono serves the endpoint without a server', async () => {
  const endpoint = mountedPrometheus();
  const metrics = start({ backends: [endpoint] });
  metrics.shop.orders.add(2, { channel: 'app' });
  const { Hono } = await import('hono');
  const application = new Hono().get('/metrics', (context) => endpoint.fetch(context.req.raw));
  const response = await application.request('/metrics', { headers: { accept: 'application/openmetrics-text' } });
  expect(response.headers.get('content-type')).toContain('openmetrics');
  expect(await response.text()).toMatch(/^shop_orders_total{.*channel="app".*} 2$/m);
  const head = await endpoint.fetch(new Request('http://localhost/metrics', { method: 'HEAD' }));
  expect(head.body).toBeNull();
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
});

test('ignores host and port when mounted', async () => {
  const metrics = start({ backends: [mountedPrometheus({ host: '0.0.0.0', port: 1 } as object)], logLevel: 'none' });
  await metrics.ready;
  expect(metrics.status().backends[0]?.url).toBeUndefined();
});
