/** One HTTP attempt: how responses, broken connections and closed keep-alive connections are classified. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { createHttpClient } from '../../src/delivery/http-client.js';
import { systemClock } from '../../src/model/clock.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const body = new Uint8Array([1, 2, 3]);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function clientOf(url: string, headers: Readonly<Record<string, string>> = {}) {
  const client = createHttpClient({ url, headers, gzip: false, tls: {} }, systemClock);
  closing.push(() => client.close());
  return client;
}

async function peerThat(answer: (count: number) => Answer) {
  const peer = await startHttpPeer((_, count) => answer(count));
  closing.push(peer.close);
  return peer;
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const httpDate = (offsetMs: number) => new Date(Date.now() + offsetMs).toUTCString();

test.each([
  [200, {}, { kind: 'accepted' }],
  [204, {}, { kind: 'accepted' }],
  [429, {}, { kind: 'failed', ambiguous: false }],
  [503, {}, { kind: 'failed', ambiguous: false }],
  [502, {}, { kind: 'failed', ambiguous: true }],
  [504, {}, { kind: 'failed', ambiguous: true }],
  [503, { 'retry-after': '7' }, { kind: 'failed', retryAfterMs: 7_000 }],
  [503, { 'retry-after': httpDate(-60_000) }, { kind: 'failed', retryAfterMs: 0 }],
  [307, {}, { kind: 'refused', status: 307 }],
  [400, {}, { kind: 'refused', status: 400 }],
  [408, {}, { kind: 'refused', status: 408 }],
  [500, {}, { kind: 'refused', status: 500 }],
] as const)('classifies HTTP %i with headers %j', async (status, headers, expected) => {
  const peer = await peerThat(() => ({ status, headers }));
  expect(await clientOf(peer.url).post(body, 5_000)).toMatchObject(expected);
  expect(peer.requests).toHaveLength(1);
});

test.each([400, 503])('removes the secrets that an endpoint repeats in a response with status %i', async (status) => {
  const text = 'bad Bearer s3cret-token, s3cret-key in ?s3cret-query, application/json';
  const headers = { authorization: 'Bearer s3cret-token', 'api-key': 's3cret-key', 'content-type': 'application/json' };
  const peer = await peerThat(() => ({ status, body: text }));
  expect(await clientOf(`${peer.url}/?q=s3cret-query`, headers).post(body, 5_000)).toMatchObject({
    reason: `HTTP ${status}: bad [redacted], [redacted] in ?[redacted], application/json`,
  });
});

test.each([
  ['s3cret', '[redacted]'],
  // Shorter values occur in ordinary words.
  ['s3cre', 's3cre'],
])('removes secrets of six characters or more: %s', async (secret, shown) => {
  const peer = await peerThat(() => ({ status: 400, body: `no key ${secret}` }));
  const posted = await clientOf(peer.url, { 'api-key': secret }).post(body, 5_000);
  expect(posted).toMatchObject({ reason: `HTTP 400: no key ${shown}` });
});

test.each(['gzip', 'x-gzip', 'GZIP'])('reads a body in the encoding %s', async (encoding) => {
  const url = await listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-encoding': encoding }).end(gzipSync('too many labels'));
    }),
  );
  expect(await clientOf(url).post(body, 5_000)).toMatchObject({ reason: 'HTTP 400: too many labels' });
});

test.each([
  [4 * 2 ** 20, 4 * 2 ** 20],
  [4 * 2 ** 20 + 1, 0],
])('of a response of %i bytes, %i are returned', async (sent, returned) => {
  const url = await listen(
    createServer((request, response) => {
      request.resume();
      response.end(Buffer.alloc(sent));
    }),
  );
  const posted = await clientOf(url).post(body, 10_000);
  expect(posted.kind === 'accepted' && posted.body.length).toBe(returned);
});

test('decides by the status of a response that begins and does not end', async () => {
  const url = await listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(Number(request.headers['x-status']), { 'content-length': '9' }).write('half');
    }),
  );
  const post = (status: number) => clientOf(url, { 'x-status': String(status) }).post(body, 200);
  expect(await post(200)).toMatchObject({ kind: 'accepted' });
  expect(await post(400)).toMatchObject({ kind: 'refused', reason: 'HTTP 400: half' });
  expect(await post(503)).toMatchObject({ kind: 'failed', reason: 'HTTP 503: half', ambiguous: false });
});

test.each(['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n', 'nonsense\r\n\r\n', ''])(
  'fails with a reason if the answer is not an HTTP response: %j',
  async (answer) => {
    const url = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined).once('data', () => socket.end(answer));
      }),
    );
    const result = await clientOf(url).post(body, 5_000);
    expect(result).toMatchObject({ kind: 'failed', ambiguous: true, reason: expect.stringMatching(/./) });
  },
);

test('a request that was sent and not answered in time is ambiguous', async () => {
  const peer = await peerThat(() => 'hang');
  expect(await clientOf(peer.url).post(body, 100)).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(/^no answer within \d+ ms$/),
    ambiguous: true,
  });
});

test('a request without time left is not sent, and its reason states the time that it had', async () => {
  const peer = await peerThat(() => ({ status: 200 }));
  // Each reading is 300 ms after the one before, as of a process that compresses the body under load.
  let nowMs = 0;
  const clock = { nowUnixMs: () => nowMs, monotonicMs: () => (nowMs += 300) };
  const client = createHttpClient({ url: peer.url, headers: {}, gzip: true, tls: {} }, clock);
  closing.push(() => client.close());
  expect(await client.post(body, 200)).toEqual({ kind: 'failed', reason: 'no answer within 200 ms', ambiguous: false });
  expect(peer.requests).toEqual([]);
});

test('a request that could not be sent is not ambiguous', async () => {
  const peer = await peerThat(() => ({ status: 200 }));
  await peer.close();
  expect(await clientOf(peer.url).post(body, 5_000)).toMatchObject({ kind: 'failed', ambiguous: false });
});

/** A peer that accepts requests and lets the test act on its connections. */
async function keepAlivePeer() {
  const sockets: Socket[] = [];
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    received++;
    response.end('ok');
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => sockets.push(socket));
  const url = await listen(server);
  closing.push(() => server.closeAllConnections());
  return { url, sockets, received: () => received };
}

test.each(['closed', 'reset'])('sends once more at once if the peer has %s an idle connection', async (how) => {
  const { url, sockets, received } = await keepAlivePeer();
  const client = clientOf(url);
  expect(await client.post(body, 5_000)).toMatchObject({ kind: 'accepted' });
  // The client has not processed the close yet: the request is written to the closed connection.
  const posted = (() => {
    if (how === 'closed') sockets[0]?.destroy();
    else sockets[0]?.resetAndDestroy();
    return client.post(body, 5_000);
  })();
  expect(await posted).toMatchObject({ kind: 'accepted' });
  expect(received()).toBe(2);
  expect(sockets).toHaveLength(2);
});

test('does not send again on a new connection that the peer closes', async () => {
  let connections = 0;
  const url = await listen(
    createTcpServer((socket) => {
      connections++;
      socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
    }),
  );
  expect(await clientOf(url).post(body, 5_000)).toMatchObject({ kind: 'failed', ambiguous: true });
  expect(connections).toBe(1);
});

test('sends once more at most', async () => {
  let connections = 0;
  let answers = 1;
  const url = await listen(
    createTcpServer((socket) => {
      connections++;
      socket
        .on('error', () => undefined)
        .on('data', () => {
          if (answers-- > 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n');
          else socket.resetAndDestroy();
        });
    }),
  );
  const client = clientOf(url);
  expect(await client.post(body, 5_000)).toMatchObject({ kind: 'accepted' });
  expect(await client.post(body, 5_000)).toMatchObject({ kind: 'failed', ambiguous: true });
  await vi.waitFor(() => expect(connections).toBe(2));
});

test.each([
  ['200 OK', { kind: 'accepted' }],
  ['400 Bad Request', { kind: 'refused', status: 400 }],
  // The peer may have processed the bytes before it closed the first connection.
  ['503 Busy', { kind: 'failed', reason: 'HTTP 503', ambiguous: true }],
])('a request that is lost with an idle connection, then answered %s, is %j', async (answer, expected) => {
  let requests = 0;
  const url = await listen(
    createTcpServer((socket) => {
      socket
        .on('error', () => undefined)
        .on('data', () => {
          requests++;
          const status = requests === 1 ? '200 OK' : answer;
          if (requests === 2) socket.resetAndDestroy();
          else socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n`);
        });
      closing.push(() => socket.destroy());
    }),
  );
  const client = clientOf(url);
  expect(await client.post(body, 5_000)).toMatchObject({ kind: 'accepted' });
  expect(await client.post(body, 5_000)).toMatchObject(expected);
  expect(requests).toBe(3);
});

test('a peer that answers without reading the body does not block later requests', async () => {
  let connections = 0;
  const url = await listen(
    createTcpServer((socket) => {
      const isFirst = connections++ === 0;
      socket
        .on('error', () => undefined)
        .once('data', () => {
          if (isFirst) socket.pause();
          socket.write(`HTTP/1.1 ${isFirst ? '503 Busy' : '200 OK'}\r\ncontent-length: 0\r\n\r\n`);
        });
      closing.push(() => socket.destroy());
    }),
  );
  const client = clientOf(url);
  expect(await client.post(new Uint8Array(32 * 1024 * 1024), 5_000)).toMatchObject({ reason: 'HTTP 503' });
  expect(await client.post(body, 5_000)).toMatchObject({ kind: 'accepted' });
});
