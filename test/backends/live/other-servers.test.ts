/** The stream over TLS, and through a server of the application. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { exchange } from '../../support/http-raw.js';
import { makeCertificate, makeFolder } from '../prometheus/security/certificates.js';
import { afterwards, start } from '../prometheus/serving.js';
import { closed, eventually, fakeFeed, nextMessage, serveLive, update, withFeed } from './fake-feed.js';

const folder = makeFolder();

test('the stream over TLS requires the client certificate that /metrics requires', async () => {
  const authority = makeCertificate(folder, 'authority');
  const own = makeCertificate(folder, 'localhost', ['DNS:localhost'], authority);
  const { feed, stream, pageUrl, metrics } = await serveLive({
    tlsCertificateFile: own.certificate,
    tlsKeyFile: own.key,
    tlsClientCaFile: authority.certificate,
  });
  expect(pageUrl).toMatch(/^https:/);
  expect(stream).toMatch(/^wss:/);
  const without = new WebSocket(stream, { rejectUnauthorized: false });
  without.on('error', () => undefined);
  await closed(without);
  expect(feed.watches.size).toBe(0);
  const { readFileSync } = await import('node:fs');
  const client = makeCertificate(folder, 'client', ['DNS:client'], authority);
  const socket = new WebSocket(stream, {
    rejectUnauthorized: false,
    cert: readFileSync(client.certificate),
    key: readFileSync(client.key),
  });
  await once(socket, 'open');
  await eventually(() => expect(feed.watches.size).toBe(1));
  const messages = [nextMessage(socket)];
  // Larger than a part: the client gets it in one message.
  const large = { ...update, application_id: 'x'.repeat(700_000) };
  feed.sendAll(JSON.stringify(large));
  expect(await messages[0]).toEqual(large);
  const end = closed(socket);
  await metrics.shutdown();
  expect(await end).toEqual([1001, 'shutting down']);
});

test('endpoint.upgrade serves the WebSocket in a server of the application, and answers before the start', async () => {
  const feed = fakeFeed();
  const token = 'a-token-of-some-length';
  const endpoint = withFeed(mountedPrometheus({ page: true, bearerTokens: { page: token } }), feed);
  const server = createServer(endpoint.handler).on('upgrade', endpoint.upgrade);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterwards(async () => server.close());
  const { port } = server.address() as AddressInfo;
  const handshake =
    'GET /api/v1/metrics/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
  expect(await exchange(`http://127.0.0.1:${port}`, handshake)).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*Metrics have not started/,
  );
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  const url = `ws://127.0.0.1:${port}/api/v1/metrics/stream`;
  expect(await exchange(`http://127.0.0.1:${port}`, handshake)).toMatch(/^HTTP\/1\.1 401 /);
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  await once(socket, 'open');
  await eventually(() => expect(feed.watches.size).toBe(1));
  const message = nextMessage(socket);
  feed.sendAll(JSON.stringify(update));
  expect(await message).toEqual(update);
  const end = closed(socket);
  await metrics.shutdown();
  expect((await end)[0]).toBe(1001);
});
