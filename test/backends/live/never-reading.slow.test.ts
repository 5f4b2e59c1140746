/**
 * 100 clients that never read, at 1 MB/s, beside a client that does.
 *
 * 20 seconds instead of a minute: the buffers of the operating system hold less than 8 MB per connection, so after eight
 * seconds each further frame would have to be held by the server. The server closes such clients after 30 to 60 seconds.
 */
import { fork } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { maxBufferedBytes } from '../../../src/backends/live/server/frame-queue.js';
import { open } from '../../support/http-raw.js';
import { afterwards } from '../prometheus/serving.js';
import { eventually, serveLive } from './fake-feed.js';

const clients = 100;
const seconds = 20;
/** Frames of 100 kB each 100 ms. */
const frameBytes = 100_000;
const frames = seconds * 10;

test('100 clients that never read hold less than 1 MB each, and delay no other client', async () => {
  const served: Socket[] = [];
  const note = (message: unknown) => served.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', note);
  afterwards(async () => unsubscribe('net.server.socket', note));
  const { feed, stream, origin } = await serveLive({ maxLiveClients: clients + 1 });
  const healthy = fork(fileURLToPath(new URL('reading-client.mjs', import.meta.url)), [stream]);
  afterwards(async () => void healthy.kill());
  await once(healthy, 'message');
  const delays: number[] = [];
  healthy.on('message', (message) => delays.push((message as { delayMs: number }).delayMs));
  const padding = 'x'.repeat(frameBytes);
  const sendAt = async (began: number, count: number) => {
    const late = began + count * 100 - performance.now();
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late));
    feed.sendAll(`${performance.timeOrigin + performance.now()} ${padding}`);
  };
  // Frames that are garbage count as resident memory: the first three seconds of them are part of what is compared.
  const warm = performance.now();
  for (let count = 0; count < 30; count++) await sendAt(warm, count);
  await eventually(() => expect(delays.length).toBe(30));
  delays.length = 0;
  const handshake =
    'GET /api/v1/metrics/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  for (let count = 0; count < clients; count++) {
    const socket = await open(origin);
    socket.write(handshake);
    afterwards(async () => socket.destroy());
  }
  await eventually(() => expect(feed.watches.size).toBe(clients + 1));
  const before = rssAfterCollection();
  let [most, mostRss] = [0, 0];
  const began = performance.now();
  for (let count = 0; count < frames; count++) {
    await sendAt(began, count);
    for (const socket of served) most = Math.max(most, socket.writableLength);
    if (count % 10 !== 9) continue;
    // Between two frames, because a collection of all garbage delays what is sent meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    mostRss = Math.max(mostRss, rssAfterCollection());
  }
  await eventually(() => expect(delays.length).toBeGreaterThan(frames * 0.9));
  delays.sort((one, two) => one - two);
  const [p50, p99] = [0.5, 0.99].map((share) => delays[Math.floor(delays.length * share)] ?? Number.POSITIVE_INFINITY);
  const grown = (mostRss - before) / 2 ** 20;
  console.log(
    `${clients} clients, ${seconds} s: at most ${most} bytes each, RSS +${grown.toFixed(1)} MB, p50 ${p50?.toFixed(1)}, p99 ${p99?.toFixed(1)} ms`,
  );
  expect(feed.watches.size).toBe(clients + 1);
  expect(served.filter((socket) => socket.writableLength > 0).length).toBe(clients);
  expect(most).toBeLessThanOrEqual(maxBufferedBytes);
  expect(grown).toBeLessThan(60);
  // Other programs of the machine delay it, too.
  expect(p50).toBeLessThan(250);
  expect(p99).toBeLessThan(2_000);
}, 120_000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Resident bytes without garbage. */
function rssAfterCollection(): number {
  collectGarbage();
  return process.memoryUsage.rss();
}
