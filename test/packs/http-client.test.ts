/** Tests how the pack `http` measures outgoing requests of fetch, undici and node:http. */
import { readFileSync } from 'node:fs';
import { createServer, Agent as HttpAgent, request as requestHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { http } from 'otelier/packs/http';
import { Agent, request as requestUndici } from 'undici';
import { describe, expect, test } from 'vitest';
import { makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { startHttpPeer } from '../support/http-peer.js';
import { ask } from '../support/http-raw.js';
import { stockReader } from '../support/stock.js';
import { afterTest, closedUrl, eventually, expectCounts, get, serve, serveSockets, start } from './http-traffic.js';

/** Answers by the path: `/status/404`, `/redirect`, `/half` a response; never answers other paths. */
function serveAnswers(): Promise<string> {
  return serve((request, response) => {
    const [, what, status] = request.url?.split(/[/?]/) ?? [];
    if (what === 'redirect') response.writeHead(302, { location: '/status/200' }).end();
    else if (what === 'half')
      response.writeHead(200, { 'content-length': '10' }).write('half.', () => response.destroy());
    else if (what === 'begin') response.write('begun');
    else if (what === 'status') response.writeHead(Number(status)).end('answer');
  });
}

/** Sends a request, and ignores its errors. */
type Send = (url: string, signal?: AbortSignal) => Promise<unknown>;
const sendByFetch: Send = (url, signal) => get(url, signal === undefined ? {} : { signal }).catch(() => undefined);
const sendByNode: Send = (url, signal) =>
  new Promise((resolve) => {
    requestHttp(url, signal === undefined ? {} : { signal }, (response) =>
      response.on('error', () => undefined).resume(),
    )
      .on('error', () => undefined)
      .on('close', () => resolve(undefined))
      .end();
  });

describe.each([
  ['fetch', sendByFetch, { aborted: 'AbortError', broken: 'UND_ERR_SOCKET' }],
  ['node:http', sendByNode, { aborted: 'ABORT_ERR', broken: 'ECONNRESET' }],
])('a request by %s', (_, send, errors) => {
  test('has the attributes of the conventions', async () => {
    const { collect } = start({ server: false });
    const url = await serveAnswers();
    await send(`${url}/status/200?a=b`);
    await eventually(async () =>
      expect(await collect()).toEqual([
        {
          name: 'http.client.request.duration',
          attributes: {
            'http.request.method': 'GET',
            'url.scheme': 'http',
            'server.address': '127.0.0.1',
            'server.port': Number(new URL(url).port),
            'http.response.status_code': 200,
            'network.protocol.version': '1.1',
          },
          value: expect.objectContaining({
            count: 1,
            buckets: expect.objectContaining({
              boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
            }),
          }),
        },
      ]),
    );
  });

  test('records its status as an error from 400 on', async () => {
    const { client } = start({ server: false });
    const url = await serveAnswers();
    for (const status of [204, 304, 400, 404, 503]) await send(`${url}/status/${status}`);
    await expectCounts(client, {
      'GET 127.0.0.1 204': 1,
      'GET 127.0.0.1 304': 1,
      'GET 127.0.0.1 400 400': 1,
      'GET 127.0.0.1 404 404': 1,
      'GET 127.0.0.1 503 503': 1,
    });
  });

  test('records the code or the name of its error', async () => {
    const { client } = start({ server: false });
    const url = await serveAnswers();
    await send(await closedUrl());
    const abort = new AbortController();
    const aborted = send(`${url}/never`, abort.signal);
    setImmediate(() => abort.abort());
    await aborted;
    await send(`${url}/half`);
    await expectCounts(client, {
      'GET 127.0.0.1 ECONNREFUSED': 1,
      [`GET 127.0.0.1 ${errors.aborted}`]: 1,
      [`GET 127.0.0.1 200 ${errors.broken}`]: 1,
    });
  });

  test('is timed from its creation until its response is read', async () => {
    const { clock, collect } = start({ server: false });
    const url = await serve((_, response) => {
      clock.advance(300);
      response.write('some');
      setImmediate(() => {
        clock.advance(400);
        response.end();
      });
    });
    const sent = send(url);
    // The request is not connected yet.
    clock.advance(1_000);
    await sent;
    await eventually(async () => expect((await collect())[0]?.value).toMatchObject({ count: 1, sum: 1.7 }));
  });

  test('is not measured when ignored', async () => {
    const seen: unknown[] = [];
    const { client } = start({
      server: false,
      ignoreOutgoing: (request) => {
        seen.push(request);
        return request.path.startsWith('/status/200');
      },
    });
    const url = await serveAnswers();
    await send(`${url}/status/200?a`);
    await send(`${url}/status/201`);
    await expectCounts(client, { 'GET 127.0.0.1 201': 1 });
    expect(seen[0]).toEqual({ method: 'GET', origin: url, path: '/status/200?a' });
  });
});

test('counts a redirect that fetch follows as two requests', async () => {
  const { client } = start({ server: false });
  expect(await get(`${await serveAnswers()}/redirect`)).toBe(200);
  await expectCounts(client, { 'GET 127.0.0.1 302': 1, 'GET 127.0.0.1 200': 1 });
});

test('records the status and AbortError for a response that is canceled while it is read', async () => {
  const { client } = start({ server: false });
  const response = await fetch(`${await serveAnswers()}/begin`);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await expectCounts(client, { 'GET 127.0.0.1 200 AbortError': 1 });
});

test('measures the package undici, also over HTTP/2', async () => {
  const { collect } = start({ server: false });
  const files = makeCertificate(makeFolder(), 'local', ['IP:127.0.0.1']);
  const [cert, key] = [files.certificate, files.key].map((file) => readFileSync(file));
  const secure = createSecureServer({ cert, key }, (_, response) => response.end('answer'));
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
  afterTest(async () => {
    await dispatcher.close();
    secure.close();
  });
  const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  await (await requestUndici(url, { dispatcher })).body.text();
  await (await requestUndici(`${await serveAnswers()}/status/202`)).body.text();
  await eventually(async () =>
    expect(
      (await collect()).map(({ attributes }) =>
        ['url.scheme', 'http.response.status_code', 'network.protocol.version'].map((key) => attributes[key]),
      ),
    ).toEqual([
      ['https', 200, '2'],
      ['http', 202, '1.1'],
    ]),
  );
});

test('counts requests of node:http with any agent, and each request of a reused connection', async () => {
  const { client, collect, rejected } = start({ server: false });
  const url = `${await serveAnswers()}/status/200`;
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  afterTest(async () => agent.destroy());
  const send = (options: object) =>
    new Promise((resolve) =>
      requestHttp(url, options, (response) => response.resume())
        .on('close', resolve)
        .end(),
    );
  await Promise.all([{ agent }, { agent }, { agent: false }, {}, { headers: { host: 'other.example' } }].map(send));
  await send({ agent });
  await send({ method: 'POST', headers: ['Host', 'a', 'Content-Length', '0'] });
  await expectCounts(client, { 'GET 127.0.0.1 200': 6, 'POST 127.0.0.1 200': 1 });
  const ports = (await collect()).map(({ attributes }) => String(attributes['server.port']));
  expect(new Set(ports)).toEqual(new Set([new URL(url).port]));
  expect(rejected()).toEqual({});
});

test('includes the upload in the duration, also when it fails', async () => {
  const { clock, collect } = start({ server: false });
  const url = await serve((request, response) => {
    request.on('end', () => response.end()).on('error', () => undefined);
    request.on('data', (part) => String(part) === 'break' && request.destroy());
  });
  for (const last of ['end', 'break']) {
    await new Promise((resolve) => {
      const request = requestHttp(url, { method: 'POST', agent: false }, (response) => response.resume());
      request.on('error', () => undefined).on('close', resolve);
      request.write('begin', () => {
        clock.advance(2_000);
        if (last === 'end') request.end(last);
        else request.write(last);
      });
    });
  }
  await eventually(async () =>
    expect((await collect()).map(({ attributes, value }) => [attributes['error.type'], value.sum])).toEqual([
      [undefined, 2],
      ['ECONNRESET', 2],
    ]),
  );
});

test('counts a request once that is ended after it failed', async () => {
  const { client } = start({ server: false });
  const breaking = await serveSockets((socket) => socket.once('data', () => socket.destroy()));
  for (const url of [await closedUrl(), breaking]) {
    const request = requestHttp(url, { method: 'POST', agent: false });
    const closed = new Promise((resolve) => request.on('close', resolve));
    request.on('error', () => request.end()).write('some');
    await closed;
  }
  await expectCounts(client, { 'POST 127.0.0.1 ECONNREFUSED': 1, 'POST 127.0.0.1 ECONNRESET': 1 });
});

test('records the HTTP version of the response', async () => {
  const { collect } = start({ server: false });
  let version = '';
  const url = await serveSockets((socket) =>
    socket.once('data', () => socket.end(`HTTP/${version} 204 No Content\r\n\r\n`)),
  );
  for (version of ['1.0', '1.1', '1.0']) await ask(url);
  const counts = async () =>
    (await collect()).map(({ attributes, value }) => [attributes['network.protocol.version'], value.count]);
  await eventually(async () => expect(Object.fromEntries(await counts())).toEqual({ '1.0': 2, '1.1': 1 }));
});

test('records no port for a server that was not reached and has another name in Host', async () => {
  const { collect } = start({ server: false });
  const request = requestHttp(await closedUrl(), { headers: { host: 'other.example' } });
  await new Promise((resolve) => request.on('error', resolve).end());
  const [point] = await collect();
  expect(point?.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'error.type': 'ECONNREFUSED' });
  expect(point?.attributes).not.toHaveProperty('server.port');
});

test('records a Unix domain socket as a server without a port', async () => {
  const { collect } = start({ server: false });
  const socketPath = join(makeFolder(), 'http.sock');
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  await serve(server);
  await new Promise((resolve) =>
    requestHttp({ socketPath }, (response) => response.resume())
      .on('close', resolve)
      .end(),
  );
  const [point] = await collect();
  expect(point?.attributes).toMatchObject({ 'url.scheme': 'http', 'server.address': socketPath });
  expect(point?.attributes).not.toHaveProperty('server.port');
});

test('records a WebSocket upgrade as a successful request', async () => {
  const { client } = start({ server: false });
  const server = createServer();
  const sockets: Socket[] = [];
  server.on('upgrade', (_, socket) => {
    sockets.push(socket as Socket);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  const request = requestHttp(await serve(server), { headers });
  const upgraded = new Promise<Socket>((resolve) => request.on('upgrade', (_, socket) => resolve(socket as Socket)));
  request.end();
  (await upgraded).destroy();
  for (const socket of sockets) socket.destroy();
  await expectCounts(client, { 'GET 127.0.0.1 101': 1 });
});

test('does not measure requests that export metrics', async () => {
  const peer = await startHttpPeer();
  afterTest(peer.close);
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    packs: { http: http({ server: false }) },
    backends: [otlp({ endpoint: peer.url })],
    readers: [reader],
    withoutSelfMetrics: true,
  });
  afterTest(() => metrics.shutdown());
  await ask(peer.url);
  const counts = async () => (await collect()).map(({ value }) => value.count);
  await eventually(async () => expect(await counts()).toEqual([1]));
  await metrics.forceFlush();
  await metrics.forceFlush();
  expect(peer.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  expect(await counts()).toEqual([1]);
});

test('records servers beyond the limit as _OTHER, with an exact count', async () => {
  const { collect, rejected } = start({ server: false, servers: 3 });
  const sent = 20;
  const agent = new HttpAgent({ maxSockets: 1 });
  const url = new URL(`${await serveAnswers()}/status/200`);
  for (let id = 0; id < sent; id++) {
    // Resolves every name to the loopback address.
    const lookup = (_: string, __: object, done: (error: null, addresses: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    const options = { agent, host: `made-up-${id}.example`, port: url.port, path: url.pathname, lookup };
    await new Promise((resolve) =>
      requestHttp(options as object, (response) => response.resume())
        .on('close', resolve)
        .end(),
    );
  }
  const points = await collect();
  expect(points.map(({ attributes, value }) => [attributes['server.address'], value.count])).toEqual([
    ['made-up-0.example', 1],
    ['made-up-1.example', 1],
    ['made-up-2.example', 1],
    ['_OTHER', sent - 3],
  ]);
  expect(rejected()).toEqual({ attribute_other: sent - 3 });
});
