/** Requests that ask for another protocol, by their version and the header `Host`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { exchange } from '../../support/http-raw.js';
import { afterwards, start } from '../prometheus/serving.js';
import { fakeFeed, serveLive, withFeed } from './fake-feed.js';

test.each<[string, string, RegExp]>([
  ['HTTP/1.1 without Host', 'GET /api/v1/metrics/stream HTTP/1.1\r\n', /^HTTP\/1\.1 400 .*header Host is missing/s],
  ['HTTP/1.0 with Host', 'GET /api/v1/metrics/stream HTTP/1.0\r\nHost: localhost\r\n', /^HTTP\/1\.1 400 .*needs HTTP/s],
  ['HTTP/1.0 without Host', 'GET /api/v1/metrics/stream HTTP/1.0\r\n', /^HTTP\/1\.1 400 .*needs HTTP/s],
  ['HTTP/1.1 with Host', 'GET /api/v1/metrics/stream HTTP/1.1\r\nHost: localhost\r\n', /^HTTP\/1\.1 101 /],
  ['another path in HTTP/1.1 without Host', 'GET /health HTTP/1.1\r\n', /^HTTP\/1\.1 400 .*header Host is missing/s],
  ['another path in HTTP/1.0, which has no upgrades', 'GET /health HTTP/1.0\r\n', /^HTTP\/1\.1 200 .*ok\n$/s],
])('an upgrade of %s', async (_, head, expected) => {
  const own = await serveLive();
  const endpoint = withFeed(mountedPrometheus({ page: true }), fakeFeed());
  const server = createServer(endpoint.handler).on('upgrade', endpoint.upgrade);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterwards(async () => server.close());
  start({ backends: [endpoint], logLevel: 'none' });
  const upgrade =
    `${head}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  for (const origin of [own.origin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]) {
    expect(await exchange(origin, upgrade, (received) => received.includes(' 101 '))).toMatch(expected);
  }
});
