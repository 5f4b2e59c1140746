/** OTLP over gRPC: requests, headers and connections. */
import { readFileSync } from 'node:fs';
import { ServerCredentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { decodeRequest } from '../formats/otlp/message.js';
import { peerHeader, startGrpcRelay } from '../support/grpc-relay.js';
import { startHttpPeer } from '../support/http-peer.js';
import { closeLater, recordMessages, startOver, startPeer, valuesOf } from './grpc-scene.js';
import { makeCertificate, makeFolder } from './prometheus/security/certificates.js';

test('values, headers and the user agent arrive; one connection serves all exports', async () => {
  const peer = await startPeer();
  const { metrics, done, status } = await startOver(peer.url, { headers: { 'Api-Key': 'k', tenant: 'a b' } });
  done.add(3, { queue: 'mail' });
  expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });
  done.add(4, { queue: 'mail' });
  await metrics.forceFlush();
  expect(valuesOf(peer.requests)).toEqual([[3], [7]]);
  const [request] = peer.requests;
  expect(request?.metadata).toMatchObject({ 'api-key': 'k', tenant: 'a b' });
  expect(String(request?.metadata['user-agent'])).toMatch(/^otelier\//);
  const [{ scope_metrics: [{ metrics: [sent] = [] } = {}] = [] } = {}] = decodeRequest(request?.body as Buffer)
    .resource_metrics as { scope_metrics: { metrics: unknown[] }[] }[];
  expect(sent).toMatchObject({ name: 'jobs.done', unit: '{job}', sum: { aggregation_temporality: 2n } });
  expect(new Set(peer.requests.map(({ from }) => from)).size).toBe(1);
  expect(status()).toMatchObject({ state: 'ok', url: peer.url, delivered: 2, points: { exported: 2 } });
});

test('temporality delta sends the sum since the last export', async () => {
  const peer = await startPeer();
  const { metrics, done } = await startOver(peer.url, { temporality: 'delta' });
  for (const value of [3, 4]) {
    done.add(value, { queue: 'mail' });
    await metrics.forceFlush();
  }
  expect(valuesOf(peer.requests)).toEqual([[3], [4]]);
});

test('a collection above the request limit is split', async () => {
  const peer = await startPeer();
  const { metrics, done, status } = await startOver(peer.url, { maxRequestBytes: 2_048 });
  for (let queue = 0; queue < 100; queue++) done.add(1, { queue: `q${queue}` });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests.length).toBeGreaterThan(1);
  for (const { body } of peer.requests) expect(body.length).toBeLessThanOrEqual(2_048);
  expect(status()?.points).toEqual({ exported: 100, rejected: 0, dropped: {} });
});

test('the default request limit fits the limit of servers', async () => {
  const peer = await startPeer();
  const { metrics, done, status } = await startOver(peer.url);
  const text = 'x'.repeat(3_000);
  for (let queue = 0; queue < 1_900; queue++) done.add(1, { queue: `${queue}${text}` });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(Math.max(...peer.requests.map(({ body }) => body.length))).toBeGreaterThan(4_100_000);
  expect(status()?.points.dropped).toEqual({});
});

test.each([
  ['gzip', 'gzip'],
  ['none', undefined],
] as const)('compression %s', async (compression, encoding) => {
  const relay = await startGrpcRelay();
  closeLater(relay.close);
  const peer = await startHttpPeer();
  closeLater(peer.close);
  const { metrics, done } = await startOver(relay.url, { compression, headers: { [peerHeader]: peer.url } });
  done.add(3, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  const [request] = peer.requests;
  expect(request?.headers['content-encoding']).toBe(encoding);
  expect(request?.body.toString('latin1')).toContain('jobs.done');
});

const folder = makeFolder();

test('TLS with a client certificate; without one, the connection fails with the reason', async () => {
  const authority = makeCertificate(folder, 'ca');
  const own = makeCertificate(folder, 'own', ['DNS:localhost'], authority);
  const client = makeCertificate(folder, 'client', ['DNS:client'], authority);
  const pair = { private_key: readFileSync(own.key), cert_chain: readFileSync(own.certificate) };
  const credentials = ServerCredentials.createSsl(readFileSync(authority.certificate), [pair], true);
  const peer = await startPeer({ credentials });
  const url = `https://localhost:${peer.port}`;
  const { certificate } = authority;
  const [clientCertificate, clientKey] = [client.certificate, client.key];

  const trusted = await startOver(url, { certificate, clientCertificate, clientKey });
  trusted.done.add(3, { queue: 'mail' });
  expect(await trusted.metrics.forceFlush()).toMatchObject({ ok: true });
  expect(valuesOf(peer.requests)).toEqual([[3]]);

  const messages = recordMessages();
  const halfConfigured = await startOver(url, { certificate, clientKey });
  halfConfigured.done.add(3, { queue: 'mail' });
  expect(await halfConfigured.metrics.forceFlush()).toMatchObject({ ok: false });
  expect(messages[0]).toBe(
    'otlp.clientKey: clientCertificate is not set or cannot be read; connecting without a client certificate; set both',
  );

  const untrusting = await startOver(url);
  untrusting.done.add(3, { queue: 'mail' });
  const { backends } = await untrusting.metrics.forceFlush();
  expect(backends[0]?.reason).toMatch(/certificate/);
  expect(untrusting.status()?.points.dropped).toEqual({});
  expect(peer.requests).toHaveLength(1);
});

test('headers that gRPC cannot send are reported without their values and left out', async () => {
  const messages = recordMessages();
  const peer = await startPeer();
  const { metrics, done } = await startOver(peer.url, {
    headers: {
      'content-type': 'secret',
      'grpc-x': 'secret',
      'a!b': 'secret',
      'key-bin': 'secret',
      city: 'Zürich',
      ok: '1',
    },
  });
  done.add(1, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(Object.keys(peer.requests[0]?.metadata ?? {}).sort()).toEqual(['ok', 'user-agent']);
  const rest = 'remove the header, or use protocol http/protobuf';
  expect(messages).toEqual([
    `otlp.headers: header content-type is not sent: gRPC sets it itself or does not allow it; ${rest}`,
    `otlp.headers: header grpc-x is not sent: gRPC sets it itself or does not allow it; ${rest}`,
    `otlp.headers: header a!b is not sent: names in gRPC consist of letters, digits and _ . -; ${rest}`,
    `otlp.headers: header key-bin is not sent: gRPC expects binary values in headers that end in -bin; ${rest}`,
    `otlp.headers: header city is not sent: values in gRPC consist of printable ASCII characters; ${rest}`,
  ]);
});
