/** Clients that ask for a large answer and do not read it: each costs little, and keeps nobody else waiting. */
import type { Socket } from 'node:net';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { heapUsed } from '../../engine/heap.js';
import { ask, exchange, open } from '../../support/http-raw.js';
import { makeCertificate, makeFolder } from './security/certificates.js';
import { type Arrival, afterwards, serve, start, watchArrivals } from './serving.js';

const folder = makeFolder();

/** An answer of 10,000 series and some megabytes, more than a connection of this machine holds. */
async function serveMuch() {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  return { metrics, url, body: (await ask(url)).body };
}

const scrape = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

/** Asks, and stops reading when the answer has begun. */
async function askAndWait(url: string, already?: Socket): Promise<Socket> {
  const socket = already ?? (await open(url));
  afterwards(async () => socket.destroy());
  const begun = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write(scrape);
  await begun;
  socket.pause();
  return socket;
}

/** Resolves when a connection has taken all that it can, or all that there is. */
async function settled({ socket, response }: Arrival): Promise<void> {
  let [written, turns] = [-1, 0];
  const turnsWithout = () => {
    if (response.writableFinished || socket.destroyed) return 4;
    turns = socket.writableLength > 0 && socket.bytesWritten === written ? turns + 1 : 0;
    written = socket.bytesWritten;
    return turns;
  };
  await expect.poll(turnsWithout, { interval: 10, timeout: 5_000 }).toBeGreaterThan(3);
}

test('whoever does not read keeps little of the answer, and gets the rest when it does', async () => {
  const { url, body } = await serveMuch();
  const arrivals = watchArrivals();
  const reader = await askAndWait(url);
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

test('however many do not read, memory stays what it is, and scrapes go on', async () => {
  const { metrics, url, body } = await serveMuch();
  const arrivals = watchArrivals();
  const count = 20;
  const inUse: number[] = [];
  for (let batch = 0; batch < 2; batch++) {
    for (let reader = 0; reader < count; reader++) {
      metrics.crowd.waits.record(1, { visitor: reader });
      await askAndWait(url);
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

test('every connection has a time in which something must move, also from the second request on', async () => {
  const { url } = await serveMuch();
  const arrivals = watchArrivals();
  const socket = await open(url);
  let received = '';
  socket.on('data', (part: Buffer) => {
    received = part.toString('latin1').slice(-3);
  });
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => received).toBe('ok\n');
  await askAndWait(url, socket);
  expect(arrivals).toHaveLength(2);
  for (const arrival of arrivals) {
    expect(arrival.socket.timeout).toBeGreaterThan(0);
    expect(arrival.socket.timeout).toBeLessThanOrEqual(60_000);
  }
});

test('between scrapes a minute apart a connection is kept, by TLS too', async () => {
  const { certificate, key } = makeCertificate(folder, 'server', ['IP:127.0.0.1']);
  for (const options of [{}, { tlsCertificateFile: certificate, tlsKeyFile: key }]) {
    const { origin } = await serve(options);
    const arrivals = watchArrivals();
    const socket = await open(origin);
    afterwards(async () => socket.destroy());
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const [{ socket: served, response }] = arrivals as [Arrival];
    await expect.poll(() => response.writableFinished).toBe(true);
    // A socket of TLS lies on another one, which has a time of its own.
    const limits = [served, (served as Socket & { _parent?: Socket })._parent].map((each) => each?.timeout || Infinity);
    expect(Math.min(...limits)).toBeGreaterThan(60_000);
    expect(Math.min(...limits)).toBeLessThan(120_000);
  }
});

test('a large answer leaves no listeners behind', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  afterwards(async () => process.off('warning', note));
  const { url } = await serveMuch();
  const arrivals = watchArrivals();
  await askAndWait(url);
  await settled(arrivals[0] as Arrival);
  expect(arrivals[0]?.response.listenerCount('close')).toBeLessThan(10);
  expect(warnings).toEqual([]);
});

test('nonsense that follows a request does not get into its answer', async () => {
  const { url, body } = await serveMuch();
  const arrivals = watchArrivals();
  const reader = await askAndWait(url);
  await settled(arrivals[0] as Arrival);
  reader.write('CANARY\r\n\r\n');
  let received = '';
  reader.setEncoding('latin1').on('data', (part: string) => {
    received += part;
  });
  // The nonsense is found while the answer is under way.
  reader.resume();
  await expect.poll(() => reader.closed || received.length > body.length - 200_000).toBe(true);
  for (const text of ['HTTP/1.1', '400', 'CANARY']) expect(received.includes(`${text} `), text).toBe(false);
});

test('whoever leaves in the middle of an answer leaves nothing behind', async () => {
  const { url, body } = await serveMuch();
  const arrivals = watchArrivals();
  const readers = await Promise.all(Array.from({ length: 20 }, () => askAndWait(url)));
  await Promise.all(arrivals.map(settled));
  for (const reader of readers) reader.destroy();
  await expect.poll(() => arrivals.every(({ socket }) => socket.destroyed)).toBe(true);
  expect((await ask(url)).body.equals(body)).toBe(true);
});

test('requests for a large answer that come all at once are each answered, and not kept in memory', async () => {
  const { url, body } = await serveMuch();
  const before = heapUsed();
  const socket = await open(url);
  afterwards(async () => socket.destroy());
  const arrivals = watchArrivals();
  socket.pause().write(scrape.repeat(500));
  await expect.poll(() => arrivals.length).toBe(500);
  await settled(arrivals[0] as Arrival);
  expect(heapUsed() - before).toBeLessThan(20 * body.length);
  const last = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  expect(await exchange(url, last)).toContain('ok');
});

test('of answers to fetch, too, only a few are kept for those who do not read', async () => {
  const endpoint = mountedPrometheus();
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const url = 'http://localhost/metrics';
  const responses: Response[] = [];
  for (let reader = 0; reader < 20; reader++) {
    metrics.crowd.waits.record(1, { visitor: reader });
    responses.push(await endpoint.fetch(new Request(url)));
  }
  const cut = await Promise.all(
    responses.map(async (response) =>
      response.text().then(
        () => false,
        () => true,
      ),
    ),
  );
  // Those who came last are served, those who waited longest are not.
  expect(cut.slice(-8)).toEqual(new Array(8).fill(false));
  expect(cut.filter(Boolean).length).toBeGreaterThanOrEqual(8);
  expect((await (await endpoint.fetch(new Request(url))).text()).length).toBeGreaterThan(500_000);
});
