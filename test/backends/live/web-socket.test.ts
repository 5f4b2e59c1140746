/** The stream over WebSocket: admission, messages, limits and the end. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { hashPassword } from 'otelier/backends/prometheus';
import { expect, test, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { maxBufferedBytes } from '../../../src/backends/live/server/frame-queue.js';
import { exchange } from '../../support/http-raw.js';
import { afterwards } from '../prometheus/serving.js';
import { closed, eventually, type FakeFeed, nextMessage, serveLive, update } from './fake-feed.js';

/** Connects; the status of a refusal is `unexpected-response`. */
function connect(stream: string, options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(stream, options);
  socket.on('error', () => undefined);
  return socket;
}

async function open(stream: string, options?: ClientOptions): Promise<WebSocket> {
  const socket = connect(stream, options);
  await once(socket, 'open');
  return socket;
}

/** Resolves with the status of a refused handshake, or 101. */
function handshake(stream: string, options?: ClientOptions): Promise<number | undefined> {
  const socket = connect(stream, options);
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode);
    });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
  });
}

const watching = (feed: FakeFeed, count: number) => eventually(() => expect(feed.watches.size).toBe(count));
/** The only watch of a feed. */
const only = (feed: FakeFeed) =>
  [...feed.watches][0] as NonNullable<typeof feed.watches extends Set<infer W> ? W : never>;

test('a client gets the frames of the feed, and its subscriptions reach it', async () => {
  const { feed, stream } = await serveLive();
  const socket = await open(stream);
  await watching(feed, 1);
  expect(only(feed).subscriptions).toEqual([undefined]);
  const first = nextMessage(socket);
  feed.sendAll(JSON.stringify(update));
  expect(await first).toEqual(update);
  const subscription = {
    type: 'subscribe',
    packs: ['gateway'],
    metrics: ['shop.orders'],
    where: { region: 'eu' },
    interval_ms: 2000,
    page: { dashboard: 'gateway', metric: 'shop.orders' },
  };
  socket.send(JSON.stringify(subscription));
  await eventually(() => expect(only(feed).subscriptions).toEqual([undefined, subscription]));
  socket.close();
  expect(await closed(socket)).toEqual([1005, '']);
  await watching(feed, 0);
});

test('a client that reconnects is a new watch', async () => {
  const { feed, stream } = await serveLive();
  for (let round = 0; round < 3; round++) {
    const socket = await open(stream);
    await watching(feed, 1);
    socket.terminate();
    await watching(feed, 0);
  }
});

test.each<[string, string | Buffer]>([
  ['expected a JSON text', 'canary'],
  ['expected a JSON text', ''],
  ['expected an object', '"canary"'],
  ['expected an object', '[]'],
  ['expected an object', 'null'],
  ['expected a text message', Buffer.from('{"type":"subscribe"}')],
  ['type: expected "subscribe"', '{}'],
  ['type: expected "subscribe"', '{"type":"canary"}'],
  ['unknown field; known fields: type, packs', '{"type":"subscribe","canary":1}'],
  ['unknown field', '{"type":"subscribe","__proto__":{"packs":["canary"]}}'],
  ['unknown field', '{"type":"subscribe","constructor":1}'],
  ['packs: expected a list of names', '{"type":"subscribe","packs":"canary"}'],
  ['packs: unknown name; known names: gateway', '{"type":"subscribe","packs":["canary","unknown"]}'],
  ['packs: expected a list of names', '{"type":"subscribe","packs":[1]}'],
  ['packs: expected a list of names', '{"type":"subscribe","packs":[""]}'],
  ['packs: expected a list of names', '{"type":"subscribe","packs":null}'],
  ['metrics: expected a list of names', '{"type":"subscribe","metrics":[["canary"]]}'],
  ['where: expected an object of texts', '{"type":"subscribe","where":{"canary":1}}'],
  ['where: expected an object of texts', '{"type":"subscribe","where":[]}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":1500}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":"1000"}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":0}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":-1000}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":[1000]}'],
  ['interval_ms: expected a multiple of 1000', '{"type":"subscribe","interval_ms":1e300}'],
  ['page: expected an object', '{"type":"subscribe","page":true}'],
  ['page: expected an object', '{"type":"subscribe","page":{"canary":"x"}}'],
  ['page: expected an object', '{"type":"subscribe","page":{"metric":1}}'],
])('the error %s answers %s, and closes nothing', async (expected, message) => {
  const { feed, stream } = await serveLive();
  const socket = await open(stream);
  const other = await open(stream);
  await watching(feed, 2);
  const answer = nextMessage(socket);
  socket.send(message);
  const error = (await answer) as { type: string; message: string };
  expect(error.type).toBe('error');
  expect(error.message).toContain(expected);
  expect(error.message).not.toContain('canary');
  const messages = Promise.all([nextMessage(socket), nextMessage(other)]);
  feed.sendAll(JSON.stringify(update));
  expect(await messages).toEqual([update, update]);
  for (const { subscriptions } of feed.watches) expect(subscriptions).toEqual([undefined]);
});

test('messages above 4 KB, invalid UTF-8 and a flood of messages close the connection of their client only', async () => {
  const { feed, stream } = await serveLive();
  const other = await open(stream);
  const long = await open(stream);
  const allowed = `{"type":"subscribe"${' '.repeat(4_096 - 20)}}`;
  long.send(allowed);
  await eventually(() => expect([...feed.watches][1]?.subscriptions).toHaveLength(2));
  long.send(`${allowed} `);
  expect((await closed(long))[0]).toBe(1009);
  const invalid = await open(stream);
  invalid.send(Buffer.from([0xff, 0xfe]), { binary: false });
  expect((await closed(invalid))[0]).toBe(1007);
  const flooding = await open(stream);
  for (let count = 0; count < 700; count++) flooding.send('{"type":"subscribe"}');
  expect(await closed(flooding)).toEqual([1008, 'too many messages']);
  await watching(feed, 1);
  const message = nextMessage(other);
  feed.sendAll(JSON.stringify(update));
  expect(await message).toEqual(update);
});

test('a frame of random bytes, an unmasked frame and a half frame disturb no other client', async () => {
  const { feed, stream, origin } = await serveLive();
  const other = await open(stream);
  const handshakeOf = (rest: string) =>
    'GET /api/v1/metrics/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n${rest}`;
  for (const bytes of ['\xff\xff\xff\xff', '\x81\x02hi', '\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff', '\x00\x80']) {
    const received = await exchange(origin, handshakeOf(bytes));
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
  }
  await watching(feed, 1);
  const message = nextMessage(other);
  feed.sendAll(JSON.stringify(update));
  expect(await message).toEqual(update);
});

test.each<[string, ClientOptions, number]>([
  ['without Origin', {}, 101],
  ['own Origin', { origin: 'http://HOST' }, 101],
  ['own Origin behind a proxy with TLS', { origin: 'https://HOST' }, 101],
  ['another Origin', { origin: 'http://evil.example' }, 403],
  ['another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['Origin null', { origin: 'null' }, 403],
  ['another Origin in version 8', { protocolVersion: 8, origin: 'http://evil.example' }, 403],
  ['another Host', { headers: { host: 'rebound.example' }, origin: 'http://rebound.example' }, 403],
])('%s', async (_, options, status) => {
  const { stream } = await serveLive();
  const { host } = new URL(stream);
  const origin = options.origin?.replace('HOST', host);
  expect(await handshake(stream, { ...options, ...(origin === undefined ? {} : { origin }) })).toBe(status);
});

test('users and tokens are required as for /metrics, before anything is said about the stream', async () => {
  const users = { alice: await hashPassword('correct') };
  const { stream, feed } = await serveLive({ users, bearerTokens: { other: 'a-token-of-some-length' } });
  const basic = (password: string) => ({ headers: { authorization: `Basic ${btoa(`alice:${password}`)}` } });
  expect(await handshake(stream)).toBe(401);
  expect(await handshake(stream, basic('wrong'))).toBe(401);
  expect(await handshake(stream.replace('stream', 'other'))).toBe(401);
  expect(await handshake(stream, { headers: { authorization: 'Bearer wrong' } })).toBe(401);
  expect(feed.watches.size).toBe(0);
  expect(await handshake(stream, basic('correct'))).toBe(101);
  expect(await handshake(stream, { headers: { authorization: 'Bearer a-token-of-some-length' } })).toBe(101);
  expect(await handshake(stream.replace('stream', 'other'), basic('correct'))).toBe(404);
});

test('a check of the application that refuses gets 403', async () => {
  const { stream } = await serveLive({ check: ({ url }) => url === '/elsewhere' });
  expect(await handshake(stream)).toBe(403);
});

test('another protocol and other paths get the plain response, and the connection ends', async () => {
  const { origin } = await serveLive();
  const h2c =
    'Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';
  const metrics = await exchange(origin, `GET /metrics HTTP/1.1\r\n${h2c}`);
  expect(metrics).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(metrics).toContain('# TYPE target_info gauge');
  expect(await exchange(origin, `HEAD /health HTTP/1.1\r\n${h2c}`)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
  expect(await exchange(origin, `GET /api/v1/metrics/stream HTTP/1.1\r\n${h2c}`)).toMatch(/^HTTP\/1\.1 426 /);
  expect(await exchange(origin, `POST /api/v1/metrics/stream HTTP/1.1\r\n${h2c}`)).toMatch(/^HTTP\/1\.1 405 /);
  expect(await exchange(origin, `GET /nowhere HTTP/1.1\r\n${h2c}`)).toMatch(/^HTTP\/1\.1 404 /);
});

test('the client above maxLiveClients gets 503, until another disconnects', async () => {
  const { stream, feed } = await serveLive({ maxLiveClients: 2 });
  const sockets = [await open(stream), await open(stream)];
  await watching(feed, 2);
  expect(await handshake(stream)).toBe(503);
  sockets[0]?.terminate();
  await watching(feed, 1);
  expect(await handshake(stream)).toBe(101);
});

/** The connection of the only client, on the side of the client. */
const socketOf = (client: WebSocket) => (client as unknown as { _socket: Socket })._socket;

test('a client that reads again gets the latest update, and none that it replaced', async () => {
  const { stream, feed } = await serveLive();
  const socket = await open(stream);
  await watching(feed, 1);
  socket.pause();
  // Larger than the buffers of both sockets together.
  const padding = 'x'.repeat(900_000);
  for (let count = 0; count < 30; count++) {
    feed.sendAll(JSON.stringify({ count, padding: count < 12 ? padding : '' }));
    await new Promise(setImmediate);
  }
  const counts: number[] = [];
  socket.on('message', (data) => counts.push((JSON.parse(String(data)) as { count: number }).count));
  socket.resume();
  await eventually(() => expect(counts.at(-1)).toBe(29));
  expect(counts).toEqual([...counts].sort((one, two) => one - two));
  expect(counts).not.toContain(20);
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('a client that waits for more than 1 MB is closed with 1013', async () => {
  const { stream, feed } = await serveLive();
  const socket = await open(stream);
  const healthy = await open(stream);
  await watching(feed, 2);
  healthy.resume();
  socketOf(socket).pause();
  const frame = 'x'.repeat(maxBufferedBytes / 4);
  for (let count = 0; count < 100 && feed.watches.size === 2; count++) {
    feed.sendAll(JSON.stringify(frame), true);
    await new Promise(setImmediate);
  }
  socketOf(socket).resume();
  expect(await closed(socket)).toEqual([1013, 'too slow']);
  expect(healthy.readyState).toBe(WebSocket.OPEN);
});

test('a client that took nothing is closed with 1013, which it sees if it reads on within two seconds', async () => {
  const { stream, feed } = await serveLive();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const closing = vi.spyOn(WebSocket.prototype, 'close');
  afterwards(async () => void vi.restoreAllMocks().useRealTimers());
  const [early, late] = [await open(stream), await open(stream)];
  for (const socket of [early, late]) socketOf(socket).pause();
  // More than the buffers of both sockets of a connection take.
  for (let count = 0; count < 100; count++) {
    feed.sendAll('x'.repeat(maxBufferedBytes / 4));
    await new Promise(setImmediate);
  }
  for (const check of [1, 2]) {
    expect([check, closing.mock.calls]).toEqual([check, []]);
    vi.advanceTimersByTime(30_000);
  }
  expect(closing.mock.calls).toEqual([1, 2].map(() => [1013, 'too slow']));
  vi.useRealTimers();
  socketOf(early).resume();
  expect(await closed(early)).toEqual([1013, 'too slow']);
  await watching(feed, 0);
  socketOf(late).resume();
  expect((await closed(late))[0]).toBe(1006);
});

test('a client that does not answer a ping is disconnected, a client that does stays', async () => {
  const { stream, feed } = await serveLive({}, { pingMs: 500 });
  const silent = await open(stream, { autoPong: false });
  const healthy = await open(stream);
  await watching(feed, 2);
  expect((await closed(silent))[0]).toBe(1006);
  let pings = 0;
  healthy.on('ping', () => pings++);
  await eventually(() => expect(pings).toBeGreaterThan(1));
  expect([healthy.readyState, feed.watches.size]).toEqual([WebSocket.OPEN, 1]);
});

test('a shutdown closes with 1001, also a client that does not read', async () => {
  const { metrics, stream, feed } = await serveLive();
  const socket = await open(stream);
  const deaf = await open(stream);
  await watching(feed, 2);
  socketOf(deaf).pause();
  const code = closed(socket);
  await metrics.shutdown();
  expect(await code).toEqual([1001, 'shutting down']);
  expect([feed.isClosed, feed.watches.size]).toEqual([true, 0]);
});

test('no timer runs without a client', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const intervals = vi.spyOn(globalThis, 'setInterval');
  const { stream, feed } = await serveLive();
  const before = timers();
  expect(intervals).not.toHaveBeenCalled();
  const cleared = vi.spyOn(globalThis, 'clearInterval');
  const socket = await open(stream);
  await watching(feed, 1);
  expect(intervals).toHaveBeenCalledOnce();
  const timer = intervals.mock.results[0]?.value as NodeJS.Timeout;
  // A timer that is not referenced does not keep the process alive.
  expect(timer.hasRef()).toBe(false);
  socket.terminate();
  await watching(feed, 0);
  expect(cleared).toHaveBeenCalledWith(timer);
  expect(timers()).toBeLessThanOrEqual(before);
  vi.restoreAllMocks();
});
