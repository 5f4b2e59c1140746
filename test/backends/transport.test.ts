/** Retrying, which no flush waits for and so is seen at the transport itself, on a clock that the test moves. */
import { afterEach, expect, test, vi } from 'vitest';
import { createTransport } from '../../src/backends/transport.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const body = new Uint8Array([1, 2, 3]);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

async function transportTo(answer: (count: number) => Answer) {
  const peer = await startHttpPeer((_, count) => answer(count));
  closing.push(peer.close);
  const clock = { nowUnixMs: () => Date.now(), monotonicMs: () => performance.now() };
  const transport = createTransport({ url: peer.url, headers: {}, gzip: false, tls: {} }, clock);
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

test('hurry ends a wait, and the batch with it', async () => {
  const { peer, transport } = await transportTo(() => ({ status: 503, headers: { 'retry-after': '4' } }));
  const sent = transport.send(body, 20_000);
  await vi.waitFor(() => expect(peer.requests).toHaveLength(1));
  // The response is read some turns of the event loop after the request arrived.
  const hurrying = setInterval(() => transport.hurry(true), 10);
  closing.push(() => clearInterval(hurrying));
  expect(await sent).toMatchObject({ kind: 'unavailable' });
});
