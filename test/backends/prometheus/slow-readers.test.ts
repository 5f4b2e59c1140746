/** Clients that request a large response and do not read it: memory stays bounded, and other scrapes are served. */
import type { Socket } from 'node:net';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { heapUsed } from '../../engine/heap.js';
import { ask, exchange, open } from '../../support/http-raw.js';
import { makeCertificate, makeFolder } from './security/certificates.js';
import { type Arrival, afterwards, serve, start, watchArrivals } from './serving.js';

const folder = makeFolder();

/** Serves 10,000 series: several megabytes, more than the buffers of a local connection hold. */
async function serveLarge() {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  return { metrics, url, body: (await ask(url)).body };
}

const scrape = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Sends a scrape and stops reading after the first bytes of the response. */
async function stallScrape(url: string, existing?: Socket): Promise<Socket> {
  const socket = existing ?? (await open(url));
  afterwards(async () => socket.destroy());
  const begun = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write(scrape);
  await begun;
  socket.pause();
  return socket;
}

/** Resolves when the response has stalled or is complete. */
async function settled({ socket, response }: Arrival): Promise<void> {
  let [written, turns] = [-1, 0];
  const turnsWithoutProgress = () => {
    if (response.writableFinished || socket.destroyed) return 4;
    turns = socket.writableLength > 0 && socket.bytesWritten === written ? turns + 1 : 0;
    written = socket.bytesWritten;
    return turns;
  };
  await expect.poll(turnsWithoutProgress, { interval: 10, timeout: 5_000 }).toBeGreaterThan(3);
}

test('buffers little for a stalled client, and sends the rest when it reads', async () => {
  const { url, body } = await serveLarge();
  const arrivals = watchArrivals();
  const reader = await stallScrape(url);
  const [arrival] = arrivals as [Arrival];
  await settled(arrival);
  expect(arrival.response.writableFinished).toBe(false);
  expect(arrival.socket.bytesWritten).toBeLessThan(body.length);
  expect(arrival.socket.writableLength + arrival.response.writableLength).toBeLessThan(300_000);
  const parts: Buffer[] = [];
  reader.on('data', (part: Buffer) => parts.push(part)).resume();
  await expect.poll(() => arrival.response.writableFinished).toBe(true);
  await expect.poll(() => Buffer.concat(parts).subarray(-100).equals(body.subarray(-100))).toBe(true);
});

test('memory does not grow with the number of stalled clients, and scrapes are served', async () => {
  const { metrics, url, body } = await serveLarge();
  const arrivals = watchArrivals();
  const count = 20;
  const inUse: number[] = [];
  for (let batch = 0; batch < 2; batch++) {
    for (let reader = 0; reader < count; reader++) {
      metrics.crowd.waits.record(1, { visitor: reader });
      await stallScrape(url);
    }
    await Promise.all(arrivals.map(settled));
    inUse.push(heapUsed());
  }
  const [first = 0, second = 0] = inUse;
  expect((second - first) / count).toBeLessThan(body.length / 10);
  const began = performance.now();
  expect((await ask(url)).body.length).toBeGreaterThanOrEqual(body.length);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('every connection has a stall timeout, also after the first request', async () => {
  const { url } = await serveLarge();
  const arrivals = watchArrivals();
  const socket = await open(url);
  let received = '';
  socket.on('data', (part: Buffer) => {
    received = part.toString('latin1').slice(-3);
  });
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await expect.poll(() => received).toBe('ok\n');
  await stallScrape(url, socket);
  expect(arrivals).toHaveLength(2);
  for (const arrival of arrivals) {
    expect(arrival.socket.timeout).toBeGreaterThan(0);
    expect(arrival.socket.timeout).toBeLessThanOrEqual(60_000);
  }
});

test('keeps connections between scrapes a minute apart, also with TLS', async () => {
  const { certificate, key } = makeCertificate(folder, 'server', ['IP:127.0.0.1']);
  for (const options of [{}, { tlsCertificateFile: certificate, tlsKeyFile: key }]) {
    const { origin } = await serve(options);
    const arrivals = watchArrivals();
    const socket = await open(origin);
    afterwards(async () => socket.destroy());
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const [{ socket: served, response }] = arrivals as [Arrival];
    await expect.poll(() => response.writableFinished).toBe(true);
    // A TLS socket wraps a TCP socket, which has its own timeout.
    const limits = [served, (served as Socket & { _parent?: Socket })._parent].map((each) => each?.timeout || Infinity);
    expect(Math.min(...limits)).toBeGreaterThan(60_000);
    expect(Math.min(...limits)).toBeLessThan(120_000);
  }
});

test('a large response leaves no listeners behind', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  afterwards(async () => process.off('warning', note));
  const { url } = await serveLarge();
  const arrivals = watchArrivals();
  await stallScrape(url);
  await settled(arrivals[0] as Arrival);
  expect(arrivals[0]?.response.listenerCount('close')).toBeLessThan(10);
  expect(warnings).toEqual([]);
});

test('an error response does not end up within a response in transfer', async () => {
  const { url, body } = await serveLarge();
  const arrivals = watchArrivals();
  const reader = await stallScrape(url);
  await settled(arrivals[0] as Arrival);
  reader.write('CANARY\r\n\r\n');
  let received = '';
  reader.setEncoding('latin1').on('data', (part: string) => {
    received += part;
  });
  // The server parses the malformed request while the response is in transfer.
  reader.resume();
  await expect.poll(() => reader.closed || received.length > body.length - 200_000).toBe(true);
  for (const text of ['HTTP/1.1', '400', 'CANARY']) expect(received.includes(`${text} `), text).toBe(false);
});

test('a client that disconnects during a response leaves nothing behind', async () => {
  const { url, body } = await serveLarge();
  const arrivals = watchArrivals();
  const readers = await Promise.all(Array.from({ length: 20 }, () => stallScrape(url)));
  await Promise.all(arrivals.map(settled));
  for (const reader of readers) reader.destroy();
  await expect.poll(() => arrivals.every(({ socket }) => socket.destroyed)).toBe(true);
  expect((await ask(url)).body.equals(body)).toBe(true);
});

test('bounds the memory of 500 pipelined requests for a large response', async () => {
  const { url, body } = await serveLarge();
  const before = heapUsed();
  const socket = await open(url);
  afterwards(async () => socket.destroy());
  const arrivals = watchArrivals();
  socket.pause().write(scrape.repeat(500));
  await expect.poll(() => arrivals.length).toBe(500);
  await settled(arrivals[0] as Arrival);
  expect(heapUsed() - before).toBeLessThan(20 * body.length);
  const last = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  expect(await exchange(url, last)).toContain('ok');
});

test('aborts the slowest of many unread fetch responses', async () => {
  const endpoint = mountedPrometheus();
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const url = 'http://localhost/metrics';
  const responses: Response[] = [];
  for (let reader = 0; reader < 20; reader++) {
    metrics.crowd.waits.record(1, { visitor: reader });
    responses.push(await endpoint.fetch(new Request(url)));
  }
  const aborted = await Promise.all(
    responses.map(async (response) =>
      response.text().then(
        () => false,
        () => true,
      ),
    ),
  );
  // The latest responses are complete; the ones that waited longest were aborted.
  expect(aborted.slice(-8)).toEqual(new Array(8).fill(false));
  expect(aborted.filter(Boolean).length).toBeGreaterThanOrEqual(8);
  expect((await (await endpoint.fetch(new Request(url))).text()).length).toBeGreaterThan(500_000);
});
