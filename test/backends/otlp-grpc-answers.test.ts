/** OTLP over gRPC: answers of the server, and failures of the connection. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { pointsOfRequest } from '../formats/otlp/message.js';
import type { GrpcAnswer } from '../support/grpc-peer.js';
import { startHttpPeer } from '../support/http-peer.js';
import { detailsTrailer, retryInfo } from '../support/retry-info.js';
import { closeLater, recordMessages, startOver, startPeer, valuesOf } from './grpc-scene.js';

const busy: GrpcAnswer = { code: 'UNAVAILABLE', details: 'busy' };
const throttled = (milliseconds: number): GrpcAnswer => ({
  code: 'RESOURCE_EXHAUSTED',
  details: 'slow down',
  trailers: { [detailsTrailer]: retryInfo(milliseconds) },
});

/** Starts a server with these answers, one per request; the later requests are accepted. */
const startAnswering = (...answers: GrpcAnswer[]) => startPeer({ answer: (_, count) => answers[count - 1] ?? {} });

test.each(['CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS'] as const)(
  '%s is sent again with the same bytes, and nothing is lost or doubled',
  async (code) => {
    const peer = await startAnswering({ code, details: 'not\nnow' });
    const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta' });
    done.add(3, { queue: 'mail' });
    const { ok, backends } = await metrics.forceFlush();
    expect({ ok, reason: backends[0]?.reason }).toEqual({ ok: false, reason: `gRPC ${code}: not now` });
    expect(peer.requests).toHaveLength(1);
    expect(status()).toMatchObject({ state: 'failing', waiting: { requests: 1 }, points: { dropped: {} } });
    done.add(4, { queue: 'mail' });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(peer.requests[1]?.body).toEqual(peer.requests[0]?.body);
    expect(valuesOf(peer.requests)).toEqual([[3], [3], [4]]);
    expect(status()?.points).toEqual({ exported: 2, rejected: 0, dropped: {} });
  },
);

test('exports at the interval are retried by one layer only', async () => {
  const peer = await startAnswering(busy, busy);
  const { done, status } = await startOver(peer.url, { temporality: 'delta' }, { exportIntervalMs: 4_000 });
  done.add(3, { queue: 'mail' });
  await vi.waitFor(() => expect(status()).toMatchObject({ state: 'ok' }), { timeout: 15_000 });
  expect(valuesOf(peer.requests)).toEqual([[3], [3], [3]]);
  const { failed = 0, retries = 0 } = status() ?? {};
  expect(failed + retries).toBe(2);
});

test('RESOURCE_EXHAUSTED with RetryInfo delays the next export, whose deltas are complete', async () => {
  const peer = await startAnswering(throttled(700));
  const start = { exportIntervalMs: 300 };
  const { done, status } = await startOver(peer.url, { temporality: 'delta' }, start);
  done.add(3, { queue: 'mail' });
  await vi.waitFor(() => expect(peer.requests).toHaveLength(1), { timeout: 5_000 });
  const beganMs = performance.now();
  await vi.waitFor(() => expect(status()?.retryAfter?.remainingMs).toBeGreaterThan(400));
  done.add(4, { queue: 'mail' });
  await vi.waitFor(() => expect(status()).toMatchObject({ state: 'ok' }), { timeout: 5_000 });
  expect(performance.now() - beganMs).toBeGreaterThan(650);
  // The server stated that it did not process the request, so its points are part of the next one.
  expect(valuesOf(peer.requests)).toEqual([[3], [7]]);
  expect(status()?.points.dropped).toEqual({});
});

test('UNAVAILABLE with RetryInfo waits as well', async () => {
  const peer = await startAnswering({ ...busy, trailers: { [detailsTrailer]: retryInfo(60_000) } });
  const { metrics, done, status } = await startOver(peer.url);
  done.add(3, { queue: 'mail' });
  await metrics.forceFlush();
  expect(status()?.retryAfter?.remainingMs).toBeGreaterThan(55_000);
});

test.each([
  ['RESOURCE_EXHAUSTED', undefined],
  ['RESOURCE_EXHAUSTED', Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  ['INVALID_ARGUMENT', undefined],
  ['UNAUTHENTICATED', undefined],
  ['PERMISSION_DENIED', undefined],
  ['UNIMPLEMENTED', undefined],
  ['INTERNAL', undefined],
  ['UNKNOWN', undefined],
] as const)('%s with trailer %s is refused and counted', async (code, trailer) => {
  const trailers = trailer === undefined ? {} : { [detailsTrailer]: trailer };
  const peer = await startAnswering({ code, details: 'no', trailers });
  const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta' });
  for (const value of [3, 4]) {
    done.add(value, { queue: 'mail' });
    await metrics.forceFlush();
  }
  expect(valuesOf(peer.requests)).toEqual([[3], [4]]);
  expect(status()?.points).toEqual({ exported: 1, rejected: 0, dropped: { refused: 1 } });
});

test('points of a partial success are counted as rejected, with its message', async () => {
  const messages = recordMessages();
  // partial_success { rejected_data_points: 1, error_message: "key s3cret-key" }
  const peer = await startAnswering({ body: Buffer.from('\x0a\x12\x08\x01\x12\x0ekey s3cret-key') });
  const { metrics, done, status } = await startOver(peer.url, { headers: { 'api-key': 's3cret-key' } });
  done.add(1, { queue: 'mail' });
  done.add(1, { queue: 'chat' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests).toHaveLength(1);
  expect(status()?.points).toEqual({ exported: 1, rejected: 1, dropped: {} });
  expect(messages).toEqual([`otlp: partial success: ${peer.url} rejected 1 data point: key [redacted]; not retried`]);
});

test('a message that is not an OTLP response counts as refused', async () => {
  const peer = await startAnswering({ body: Buffer.from([0xff, 0xff]) });
  const { metrics, done, status } = await startOver(peer.url);
  done.add(1, { queue: 'mail' });
  const reason = 'gRPC OK, but the message is not an OTLP response';
  expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason }] });
  expect(peer.requests).toHaveLength(1);
  expect(status()?.points).toEqual({ exported: 0, rejected: 0, dropped: { refused: 1 } });
});

test('a key that the server repeats does not appear in reasons', async () => {
  const peer = await startAnswering({ code: 'UNAUTHENTICATED', details: 'unknown key s3cret-key' });
  const { metrics, done } = await startOver(peer.url, { headers: { 'api-key': 's3cret-key' } });
  done.add(1, { queue: 'mail' });
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toBe('gRPC UNAUTHENTICATED: unknown key [redacted]');
});

test('a server that does not answer: the export ends at its time-out, and the same bytes follow', async () => {
  const peer = await startAnswering('hang');
  const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta', timeoutMs: 300 });
  done.add(3, { queue: 'mail' });
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toMatch(/^no answer within \d+ ms$/);
  done.add(4, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(valuesOf(peer.requests)).toEqual([[3], [3], [4]]);
  expect(status()?.points).toEqual({ exported: 2, rejected: 0, dropped: {} });
});

test('a shutdown ends at its deadline if the server does not answer', async () => {
  const peer = await startPeer({ answer: () => 'hang' });
  const { metrics, done } = await startOver(peer.url, {}, { shutdownTimeoutMs: 400 });
  done.add(3, { queue: 'mail' });
  const beganMs = performance.now();
  expect(await metrics.shutdown()).toEqual({
    ok: false,
    backends: [{ backend: 'otlp', ok: false, reason: 'not finished within 400 ms' }],
  });
  expect(performance.now() - beganMs).toBeLessThan(2_000);
});

test('a server that ends without an answer and listens again gets the same bytes at once', async () => {
  const peer = await startPeer({ answer: (_, count) => (count === 1 ? {} : 'stop') });
  const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta' });
  done.add(1, { queue: 'mail' });
  await metrics.forceFlush();
  done.add(3, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  expect(status()).toMatchObject({ waiting: { requests: 1 }, points: { exported: 1, dropped: {} } });
  const again = await startPeer({ port: peer.port });
  done.add(4, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(again.requests[0]?.body).toEqual(peer.requests[1]?.body);
  expect(valuesOf(again.requests)).toEqual([[3], [4]]);
  expect(status()?.points).toEqual({ exported: 3, rejected: 0, dropped: {} });
});

test.each([
  ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
  ['ENHANCE_YOUR_CALM', constants.NGHTTP2_ENHANCE_YOUR_CALM],
])('a stream that is reset with %s and without a status is not refused', async (_, code) => {
  const server = createServer().on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.resume().once('end', () => stream.close(code));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { metrics, done, status } = await startOver(`http://127.0.0.1:${port}`);
  done.add(1, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  expect(status()).toMatchObject({ waiting: { requests: 1 }, points: { exported: 0, dropped: {} } });
  await metrics.shutdown();
  await new Promise((resolve) => server.close(resolve));
});

test('a flush succeeds if only the reused connection broke', async () => {
  const peer = await startPeer({ answer: (_, count) => (count === 2 ? 'reset' : {}) });
  const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta' });
  for (const value of [1, 3]) {
    done.add(value, { queue: 'mail' });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  }
  expect(valuesOf(peer.requests)).toEqual([[1], [3], [3]]);
  expect(peer.requests[2]?.body).toEqual(peer.requests[1]?.body);
  expect(status()).toMatchObject({ failed: 0, retries: 0, points: { exported: 2 } });
});

test('a server that is down for several exports gets one complete delta as soon as it listens', async () => {
  const peer = await startPeer();
  const { metrics, done, status } = await startOver(peer.url, { temporality: 'delta' });
  await peer.close();
  for (let round = 0; round < 6; round++) {
    done.add(1, { queue: 'mail' });
    const { backends } = await metrics.forceFlush();
    expect(backends[0]?.reason).toBe(`connect ECONNREFUSED 127.0.0.1:${peer.port}`);
    await sleep(100);
  }
  expect(status()).not.toHaveProperty('waiting');
  const again = await startPeer({ port: peer.port });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(valuesOf(again.requests)).toEqual([[6]]);
  expect(again.requests.flatMap(({ body }) => pointsOfRequest(body))).toHaveLength(1);
  expect(status()?.points).toEqual({ exported: 1, rejected: 0, dropped: {} });
});

test('requests on disk are delivered by the next process, unchanged', async () => {
  const spoolDirectory = mkdtempSync(join(tmpdir(), 'otelier-grpc-'));
  closeLater(async () => rmSync(spoolDirectory, { recursive: true, force: true }));
  const peer = await startPeer({ answer: (_, count) => (count <= 2 ? busy : {}) });
  const first = await startOver(peer.url, { temporality: 'delta' }, { spoolDirectory });
  first.done.add(3, { queue: 'mail' });
  expect(await first.metrics.shutdown()).toMatchObject({ ok: false });
  expect(first.status()).toMatchObject({ waiting: { requests: 1 }, points: { dropped: {} } });
  const second = await startOver(peer.url, { temporality: 'delta' }, { spoolDirectory });
  second.done.add(4, { queue: 'mail' });
  await second.metrics.forceFlush();
  await second.metrics.forceFlush();
  expect(valuesOf(peer.requests.slice(-2))).toEqual([[3], [4]]);
  expect(peer.requests.at(-2)?.body).toEqual(peer.requests[0]?.body);
});

test('points that a shutdown cannot deliver are counted', async () => {
  const peer = await startPeer();
  const { metrics, done, status } = await startOver(peer.url);
  await peer.close();
  done.add(1, { queue: 'mail' });
  expect(await metrics.shutdown()).toMatchObject({ ok: false });
  expect(status()?.points).toEqual({ exported: 0, rejected: 0, dropped: { closed: 1 } });
});

test('a server of HTTP/1.1 fails without losing points', async () => {
  const peer = await startHttpPeer();
  closeLater(peer.close);
  const { metrics, done, status } = await startOver(peer.url);
  done.add(1, { queue: 'mail' });
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toBe(
    'the server does not speak gRPC; use the port of gRPC, or OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  );
  expect(status()?.points).toEqual({ exported: 0, rejected: 0, dropped: {} });
});

test('a host name that does not exist fails without losing points', async () => {
  const { metrics, done, status } = await startOver('http://no-such-host.invalid:4317');
  done.add(1, { queue: 'mail' });
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toMatch(/^Name resolution failed/);
  expect(status()?.points).toEqual({ exported: 0, rejected: 0, dropped: {} });
  expect(status()).not.toHaveProperty('waiting');
});
