/** Retrying, which no flush waits for and so is seen at the transport itself, on a clock that the test moves. */
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createTransport } from '../../src/delivery/transport.js';
import { systemClock } from '../../src/model/clock.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const body = new Uint8Array([1, 2, 3]);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

async function transportTo(answer: (count: number) => Answer, target: { query?: string; headers?: object } = {}) {
  const peer = await startHttpPeer((_, count) => answer(count));
  closing.push(peer.close);
  const transport = createTransport(
    { url: `${peer.url}${target.query ?? ''}`, headers: { ...target.headers }, gzip: false, tls: {} },
    systemClock,
  );
  closing.push(() => transport.close());
  return { peer, transport };
}

test.each([429, 502, 503, 504])('%i is posted again when the server says so', async (status) => {
  const { peer, transport } = await transportTo((count) =>
    count < 3 ? { status, headers: { 'retry-after': '0' } } : { status: 200, body: 'ok' },
  );
  expect(await transport.send(body, 5_000)).toMatchObject({ kind: 'accepted' });
  expect(peer.requests).toHaveLength(3);
});

test('a date to retry after is understood', async () => {
  const past = new Date(Date.now() - 60_000).toUTCString();
  const { peer, transport } = await transportTo((count) =>
    count === 1 ? { status: 503, headers: { 'retry-after': past } } : { status: 200 },
  );
  expect(await transport.send(body, 5_000)).toMatchObject({ kind: 'accepted' });
  expect(peer.requests).toHaveLength(2);
});

test('a wait that would outlast the time given is not begun', async () => {
  const { peer, transport } = await transportTo(() => ({ status: 503, headers: { 'retry-after': '60' } }));
  expect(await transport.send(body, 5_000)).toMatchObject({ kind: 'unavailable' });
  expect(peer.requests).toHaveLength(1);
});

test('a wait that would leave no time for an answer is not begun', async () => {
  const { peer, transport } = await transportTo(() => ({ status: 503, headers: { 'retry-after': '1' } }));
  // It ends after 1,000 to 1,100 ms.
  expect(await transport.send(body, 1_105)).toMatchObject({ kind: 'unavailable' });
  expect(peer.requests).toHaveLength(1);
});

test('hurry ends a wait, and the batch with it', async () => {
  const { peer, transport } = await transportTo(() => ({ status: 503, headers: { 'retry-after': '4' } }));
  const sent = transport.send(body, 20_000);
  await vi.waitFor(() => expect(peer.requests).toHaveLength(1));
  // The response is read some turns of the event loop after the request arrived.
  const hurrying = setInterval(() => transport.hurry(true), 10);
  closing.push(() => clearInterval(hurrying));
  expect(await sent).toMatchObject({ kind: 'unavailable' });
});

test.each([400, 503])(
  'an endpoint that repeats the key it does not accept, with %i, does not make it known',
  async (status) => {
    const said = 'bad Bearer s3cret-token, s3cret-key in ?s3cret-query, application/json';
    const headers = {
      authorization: 'Bearer s3cret-token',
      'api-key': 's3cret-key',
      'content-type': 'application/json',
    };
    const { transport } = await transportTo(() => ({ status, body: said }), { query: '/?q=s3cret-query', headers });
    transport.hurry(true);
    expect(await transport.send(body, 5_000)).toMatchObject({
      reason: `HTTP ${status}: bad [redacted], [redacted] in ?[redacted], application/json`,
    });
  },
);

test('an answer that begins and does not end is an answer', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(Number(request.headers['x-status']), { 'content-length': '9' }).write('half');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (status: number) => {
    const headers = { 'x-status': String(status) };
    const transport = createTransport({ url, headers, gzip: false, tls: {} }, systemClock);
    closing.push(() => transport.close());
    return transport.send(body, 200);
  };
  expect(await send(200)).toMatchObject({ kind: 'accepted' });
  expect(await send(400)).toMatchObject({ kind: 'refused', reason: 'HTTP 400: half' });
  expect(await send(503)).toMatchObject({ kind: 'unavailable', reason: 'HTTP 503: half' });
});

test.each(['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n', 'nonsense\r\n\r\n', ''])(
  'an answer that is none is told: %j',
  async (answer) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = createTransport({ url, headers: {}, gzip: false, tls: {} }, systemClock);
    closing.push(() => transport.close());
    transport.hurry(true);
    expect(await transport.send(body, 5_000)).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/./),
    });
  },
);
