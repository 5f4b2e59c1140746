/** Tests how the pack `http` measures servers of `node:http` and `node:https`. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { http } from 'otelier/packs/http';
import { expect, test } from 'vitest';
import { makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { ask, exchange, open } from '../support/http-raw.js';
import { stockReader } from '../support/stock.js';
import { afterTest, eventually, expectCounts, get, serve, start } from './http-traffic.js';

test('times a request from its start to the end of its response, with the attributes of the conventions', async () => {
  const { clock, collect, recorder } = start({ client: false });
  const url = await serve((request, response) => {
    recorder.route(request, '/orders/:id');
    response.write('so far');
    clock.advance(120);
    response.end();
  });
  await get(`${url}/orders/17`);
  await eventually(async () => {
    const points = await collect();
    expect(points.find(({ name }) => name === 'http.server.request.duration')).toEqual({
      name: 'http.server.request.duration',
      attributes: {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'http.route': '/orders/:id',
        'http.response.status_code': 200,
        'network.protocol.version': '1.1',
      },
      value: expect.objectContaining({
        count: 1,
        sum: 0.12,
        buckets: {
          boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
          counts: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        },
      }),
    });
    expect(points.find(({ name }) => name === 'http.server.active_requests')).toEqual({
      name: 'http.server.active_requests',
      attributes: { 'http.request.method': 'GET', 'url.scheme': 'http' },
      value: 0,
    });
  });
});

test('counts a request as active until its response ends', async () => {
  const { active, server } = start();
  const responses: ServerResponse[] = [];
  const url = await serve((_, response) => responses.push(response));
  const requests = ['/a', '/b'].map((path) => get(url + path));
  await expectCounts(active, { GET: 2 });
  expect(await server()).toEqual({});
  responses[0]?.end();
  await expectCounts(active, { GET: 1 });
  responses[1]?.end();
  await Promise.all(requests);
  await expectCounts(active, { GET: 0 });
  await expectCounts(server, { 'GET 200': 2 });
});

test('records a status as an error from 500 on', async () => {
  const { server } = start({ client: false });
  const url = await serve((request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end();
  });
  for (const status of [204, 301, 404, 499, 500, 503]) await ask(`${url}/${status}`);
  await expectCounts(server, {
    'GET 204': 1,
    'GET 301': 1,
    'GET 404': 1,
    'GET 499': 1,
    'GET 500 500': 1,
    'GET 503 503': 1,
  });
});

test('records a request that the client aborts as aborted, with the status if it was sent', async () => {
  const { active, server } = start({ client: false });
  const url = await serve((request, response) => {
    if (request.url === '/begun') response.write('some');
  });
  for (const path of ['/begun', '/waiting']) {
    const socket = await open(url);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await expectCounts(active, { GET: 1 });
    socket.destroy();
    await expectCounts(active, { GET: 0 });
  }
  await expectCounts(server, { 'GET 200 aborted': 1, 'GET aborted': 1 });
});

test('counts aborted and complete requests of the same status separately', async () => {
  const { server } = start({ client: false });
  const url = await serve((request, response) => {
    response.write('some');
    if (request.url === '/whole') response.end();
  });
  for (const round of [1, 2]) {
    await get(`${url}/whole`);
    const socket = await open(url);
    socket.write('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await expectCounts(server, { 'GET 200': round, 'GET 200 aborted': round });
  }
});

test('records a request whose response the server destroys as aborted', async () => {
  const { active, server } = start({ client: false });
  const url = await serve((_, response) => response.destroy());
  await expect(ask(url)).rejects.toThrow('socket hang up');
  await expectCounts(server, { 'GET aborted': 1 });
  expect(await active()).toEqual({ GET: 0 });
});

test('counts each pipelined request', async () => {
  const { server } = start({ client: false });
  const url = await serve((request, response) => {
    // The first request is answered last; the others wait for it.
    setTimeout(() => response.end(request.url), request.url === '/1' ? 20 : 0);
  });
  const requests = [1, 2, 3].map((id) => `GET /${id} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
  const received = await exchange(url, requests, (text) => text.endsWith('/3'));
  expect(received.match(/200 OK/g)).toHaveLength(3);
  await expectCounts(server, { 'GET 200': 3 });
});

test('records pipelined requests that wait as aborted when their connection closes', async () => {
  const { active, server } = start({ client: false });
  // Node reports nothing more about a request that was read to its end.
  const url = await serve((request) => void request.resume());
  const socket = await open(url);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20));
  await expectCounts(active, { GET: 20 });
  socket.destroy();
  await expectCounts(server, { 'GET aborted': 20 });
  expect(await active()).toEqual({ GET: 0 });
});

test('adds one close listener per connection, for any number of requests', async () => {
  const { server } = start({ client: false });
  let listeners = 0;
  const url = await serve((request, response) => {
    listeners = Math.max(listeners, request.socket.listenerCount('close'));
    response.end();
  });
  const before = await exchange(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (text) => text.endsWith('\r\n\r\n'));
  expect(before).toContain('200 OK');
  const once = listeners;
  let answered = 0;
  const socket = await open(url);
  const next = () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.on('data', () => (++answered < 50 ? next() : socket.end()));
  next();
  await expectCounts(server, { 'GET 200': 51 });
  expect(listeners).toBe(once);
});

test('records known methods, and _OTHER for all others', async () => {
  const { server, rejected } = start({ client: false });
  const url = await serve((_, response) => response.end());
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'PURGE', 'LINK'];
  for (const method of methods) await ask(url, { method });
  await expectCounts(server, {
    'GET 200': 1,
    'HEAD 200': 1,
    'POST 200': 1,
    'PUT 200': 1,
    'DELETE 200': 1,
    'OPTIONS 200': 1,
    'TRACE 200': 1,
    'PATCH 200': 1,
    '_OTHER 200': 3,
  });
  expect(rejected()).toEqual({});
});

test('records ten thousand undeclared paths in one series', async () => {
  const { server, collect } = start({ client: false });
  const url = await serve((_, response) => {
    response.statusCode = 404;
    response.end();
  });
  let sent = 0;
  const socket = await open(url);
  const next = () => socket.write(`GET /made-up/${++sent} HTTP/1.1\r\nHost: a\r\n\r\n`);
  socket.on('data', () => (sent < 10_000 ? next() : socket.end()));
  next();
  await expectCounts(server, { 'GET 404': 10_000 });
  expect(await collect()).toHaveLength(2);
});

test('records TLS in url.scheme', async () => {
  const { collect } = start();
  const files = makeCertificate(makeFolder(), 'local', ['IP:127.0.0.1']);
  const [cert, key] = [files.certificate, files.key].map((file) => readFileSync(file));
  const url = await serve(createSecureServer({ cert, key }, (_, response) => response.end()));
  await ask(url);
  await eventually(async () => {
    const schemes = (await collect()).map(({ name, attributes }) => [name, attributes['url.scheme']]);
    expect(schemes.toSorted()).toEqual([
      ['http.client.request.duration', 'https'],
      ['http.server.active_requests', 'https'],
      ['http.server.request.duration', 'https'],
    ]);
  });
});

test('records HTTP/1.0 in network.protocol.version', async () => {
  const { collect } = start({ client: false });
  const url = await serve((_, response) => response.end());
  await exchange(url, 'GET / HTTP/1.0\r\n\r\n');
  await eventually(async () => {
    const duration = (await collect()).find(({ name }) => name === 'http.server.request.duration');
    expect(duration?.attributes['network.protocol.version']).toBe('1.0');
  });
});

test('counts a request without a Host header, which Node rejects', async () => {
  const { server } = start({ client: false });
  const url = await serve((_, response) => response.end());
  await exchange(url, 'GET / HTTP/1.1\r\n\r\n');
  await expectCounts(server, { 'GET 400': 1 });
});

test('records listed host names, and _OTHER for all others', async () => {
  const { collect, rejected } = start({ client: false, hosts: ['shop.example', 'LOCALHOST:8080', '[::1]:81'] });
  const url = await serve((_, response) => response.end());
  const hosts = ['shop.example', 'Shop.Example', 'localhost:8080', '[::1]:81', 'shop.example:81', 'made.up', 'up.made'];
  for (const host of hosts) await ask(url, { headers: { host } });
  await eventually(async () => {
    const points = (await collect()).filter(({ name }) => name === 'http.server.request.duration');
    expect(
      points.map(({ attributes, value }) => [attributes['server.address'], attributes['server.port'], value.count]),
    ).toEqual([
      ['shop.example', 80, 2],
      ['localhost', 8080, 1],
      ['::1', 81, 1],
      ['_OTHER', undefined, 3],
    ]);
  });
  expect(rejected()).toEqual({});
});

test('neither times nor counts ignored requests', async () => {
  const { active, server } = start({ client: false, ignoreIncoming: ({ url }) => url === '/health' });
  const url = await serve((_, response) => response.end());
  await get(`${url}/health`);
  await get(`${url}/orders`);
  await expectCounts(server, { 'GET 200': 1 });
  expect(await active()).toEqual({ GET: 0 });
});

test('does not measure scrapes of its own endpoint', async () => {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    packs: { http: http({ client: false }) },
    backends: [prometheus({ port: 0, withoutScopeLabels: true })],
  });
  afterTest(() => metrics.shutdown());
  await metrics.ready;
  const scrape = async () => (await ask(metrics.status().backends[0]?.url as string)).text;
  await scrape();
  expect(await scrape()).not.toMatch(/^http_server_request_duration_seconds_count/m);
  const url = await serve((_, response) => response.end());
  await ask(url);
  await eventually(async () => expect(await scrape()).toMatch(/^http_server_request_duration_seconds_count.* 1$/m));
});

test('does not measure a WebSocket upgrade', async () => {
  const { active, server } = start({ client: false });
  const url = await serve((_, response) => response.end());
  const { createServer } = await import('node:http');
  const upgrading = createServer();
  upgrading.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  const upgradingUrl = await serve(upgrading);
  await exchange(upgradingUrl, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await ask(url);
  await expectCounts(server, { 'GET 200': 1 });
  expect(await active()).toEqual({ GET: 0 });
});

test('measures separately for two starts, and nothing after a shutdown', async () => {
  const first = start({ client: false });
  const second = start({ client: false });
  const url = await serve((_, response) => response.end());
  await ask(url);
  await expectCounts(first.server, { 'GET 200': 1 });
  await expectCounts(second.server, { 'GET 200': 1 });
  const { channel } = await import('node:diagnostics_channel');
  await first.metrics.shutdown();
  await ask(url);
  await expectCounts(second.server, { 'GET 200': 2 });
  await second.metrics.shutdown();
  for (const name of ['http.server.request.start', 'undici:request:create', 'http.client.request.start']) {
    expect([name, channel(name).hasSubscribers]).toEqual([name, false]);
  }
});

test('counts once when the pack is started several times', async () => {
  const pack = http({ client: false });
  const { reader, collect } = stockReader();
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ environment, readers: [reader], packs: { http: pack }, withoutSelfMetrics: true });
  afterTest(() => metrics.shutdown());
  expect(startMetrics({ packs: { http: pack } }).http).toBe(metrics.http);
  expect(startMetrics({ packs: { again: http({ client: false }) } }).again).toBe(metrics.http);
  await ask(await serve((_, response) => response.end()));
  await eventually(async () => {
    const points = await collect();
    expect(points.find(({ name }) => name === 'http.server.request.duration')?.value.count).toBe(1);
  });
});
