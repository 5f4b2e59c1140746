/** Scrapes of real HTTP servers: content negotiation, compression, and failures that name cause and next step. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { scrape } from '../../../src/cli/top/scrape.js';
import { targetOf } from '../../../src/cli/top/target.js';
import { systemClock } from '../../../src/model/clock.js';
import { type Answer, startHttpPeer } from '../../support/http-peer.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function peerWith(answer: Parameters<typeof startHttpPeer>[0]) {
  const peer = await startHttpPeer(answer);
  closing.push(peer.close);
  return peer;
}

const scrapeOf = (url: string, header: string[] = [], signal = new AbortController().signal) =>
  scrape(targetOf(url, { interval: '1s', header }), systemClock, signal);

const exposition = '# TYPE a_total counter\na_total 3\n';

test('a scrape accepts both text formats and sends the headers', async () => {
  const peer = await peerWith(() => ({ status: 200, body: exposition }));
  const { metrics, seriesCount, bytes } = await scrapeOf(peer.url, ['Authorization: Bearer abc']);
  expect({ metrics: metrics.map(({ name }) => name), seriesCount, bytes }).toEqual({
    metrics: ['a_total'],
    seriesCount: 1,
    bytes: exposition.length,
  });
  const [request] = peer.requests;
  expect(request).toMatchObject({ method: 'GET', path: '/metrics', headers: { authorization: 'Bearer abc' } });
  expect(request?.headers.accept).toMatch(
    /^application\/openmetrics-text;version=1\.0\.0.*text\/plain;version=0\.0\.4/,
  );
  expect(request?.headers['accept-encoding']).toContain('gzip');
});

test('a compressed response is read', async () => {
  const peer = await peerWith(() => ({
    status: 200,
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(exposition),
  }));
  expect(await scrapeOf(peer.url)).toMatchObject({ seriesCount: 1, bytes: exposition.length });
});

test('redirects are followed', async () => {
  const peer = await peerWith(({ path }) =>
    path === '/m' ? { status: 200, body: exposition } : { status: 302, headers: { location: '/m' } },
  );
  expect(await scrapeOf(peer.url)).toMatchObject({ seriesCount: 1 });
});

test('an empty exposition is valid', async () => {
  const peer = await peerWith(() => ({ status: 200, body: '' }));
  expect(await scrapeOf(peer.url)).toMatchObject({ seriesCount: 0, bytes: 0 });
});

const html = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<h1>Shop</h1>' };

describe('failures', () => {
  test.each<[string, Answer, RegExp]>([
    ['401', { status: 401 }, /failed: HTTP 401; check --header 'Authorization: …', or user and password in the URL$/],
    ['403', { status: 403 }, /failed: HTTP 403; check --header/],
    ['404', { status: 404, body: 'no' }, /failed: HTTP 404; check the path, usually \/metrics$/],
    ['503', { status: 503 }, /failed: HTTP 503; see the log of the server$/],
    ['a page', html, /failed: the response is not metrics, but text\/html; check the path, usually \/metrics$/],
    ['a page without a type', { status: 200, body: '<!doctype html>' }, /not metrics, but HTML; check the path/],
    [
      'JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
      /not metrics, but application\/json; check the path/,
    ],
    ['other text', { status: 200, body: 'Hello \u001b[31mWorld!\n' }, /not metrics: line 1: .*; check the path/],
    ['a location that leads nowhere', { status: 302 }, /failed: HTTP 302; check the path/],
    [
      'a damaged body',
      { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'plain' },
      /failed: the response cannot be decompressed \(incorrect header check\); see the log of the server, or of a proxy/,
    ],
  ])('%s', async (_, answer, message) => {
    const peer = await peerWith(() => answer);
    const thrown = await scrapeOf(peer.url).catch((error: Error) => error.message);
    expect(thrown).toMatch(message);
    expect(thrown).toContain(`scrape of ${peer.url}/metrics failed: `);
    expect(thrown).not.toMatch(/\p{Cc}/u);
  });

  test('no server', async () => {
    const peer = await startHttpPeer();
    await peer.close();
    await expect(scrapeOf(peer.url)).rejects.toThrow(
      `scrape of ${peer.url}/metrics failed: connection refused (ECONNREFUSED); start the program, or check host and port`,
    );
  });

  test('no server under a name with several addresses', async () => {
    const peer = await startHttpPeer();
    await peer.close();
    await expect(scrapeOf(`localhost:${peer.port}`)).rejects.toThrow(/connection refused \(ECONNREFUSED\); start/);
  });

  test('an unknown host', async () => {
    await expect(scrapeOf('http://no-such-host.invalid')).rejects.toThrow(/failed: host not .*; check the host$/);
  });

  test('https in place of http', async () => {
    const peer = await peerWith(() => ({ status: 200 }));
    await expect(scrapeOf(`https://127.0.0.1:${peer.port}`)).rejects.toThrow(
      `failed: the server does not use TLS; perhaps http://127.0.0.1:${peer.port}`,
    );
  });

  test('a server that closes the connection', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    closing.push(async () => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(scrapeOf(`127.0.0.1:${port}`)).rejects.toThrow(
      /failed: .*; check the port, and whether it needs https:\/\/$/,
    );
  });

  test.each([
    ['content-length: 900', exposition],
    ['transfer-encoding: chunked', `${exposition.length.toString(16)}\r\n${exposition}\r\n`],
  ])('a response with %s that ends early', async (header, body) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`));
    }).listen(0, '127.0.0.1');
    closing.push(async () => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(scrapeOf(`127.0.0.1:${port}`)).rejects.toThrow(
      /failed: the response ended early \(.*\); see the log of the server, or of a proxy before it$/,
    );
  });

  test('a request that is aborted', async () => {
    const end = new AbortController();
    const peer = await peerWith(() => {
      end.abort();
      return 'hang';
    });
    await expect(scrapeOf(peer.url, [], end.signal)).rejects.toThrow(/aborted/);
  });

  test('a message contains no secret and is short', async () => {
    const secret = 'hunter2hunter2';
    const peer = await peerWith(() => ({ status: 403, body: `wrong ${secret}` }));
    const url = `http://joe:${secret}@127.0.0.1:${peer.port}/${'a'.repeat(300)}?token=${secret}`;
    const thrown = (await scrapeOf(url, [`X-Key: ${secret}`]).catch((error: Error) => error)) as Error;
    expect(thrown.message).not.toContain(secret);
    expect(thrown.message.length).toBeLessThanOrEqual(183);
    expect(thrown.message).toContain('HTTP 403');
  });
});
