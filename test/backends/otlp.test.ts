/** The OTLP backend: encoding, options, responses and failures. */
import { existsSync } from 'node:fs';
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach, expect, test, vi } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const jobs = defineCatalogue({
  done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs done.', attributes: { queue: text() } }),
  held: gauge({ name: 'jobs.held', unit: '{job}', description: 'Jobs held.' }),
  time: histogram({ name: 'jobs.time', unit: 's', description: 'Time.', buckets: [0.5, 1, 5] }),
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof otlp>[0] = {}, answer?: (count: number) => Answer) {
  const peer = await startHttpPeer((_, count) => answer?.(count) ?? { status: 200 });
  closing.push(peer.close);
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    shutdownTimeoutMs: 3_000,
    serviceName: 'worker',
    resource: { team: 'search', shard: 3 },
    catalogues: { jobs },
    backends: [otlp({ endpoint: `${peer.url}/v1/metrics`, protocol: 'http/json', ...options })],
  });
  closing.push(metrics.shutdown);
  return { peer, metrics };
}

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON; its schema is not declared in the tests.
type Json = any;

function metricsOf(body: Buffer): Record<string, Json> {
  const { resourceMetrics } = JSON.parse(body.toString()) as Json;
  const metrics: Json[] = resourceMetrics[0].scopeMetrics[0].metrics;
  return Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
}

test('http/json carries names, units, attributes, values and the resource', async () => {
  const { peer, metrics } = await start();
  metrics.jobs.done.add(3, { queue: 'mail' });
  metrics.jobs.held.set(2.5);
  expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });

  const [request] = peer.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/v1/metrics' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(request?.headers['user-agent']).toMatch(/^otelier\//);
  const { 'jobs.done': done, 'jobs.held': held } = metricsOf(request?.body as Buffer);
  expect(done).toMatchObject({
    unit: '{job}',
    description: 'Jobs done.',
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [{ asDouble: 3, attributes: [{ key: 'queue', value: { stringValue: 'mail' } }] }],
    },
  });
  expect(held).toMatchObject({ gauge: { dataPoints: [{ asDouble: 2.5 }] } });
  const resource: Json[] = JSON.parse(request?.body.toString() ?? '').resourceMetrics[0].resource.attributes;
  const attributes = Object.fromEntries(resource.map(({ key, value }) => [key, Object.values(value)[0]]));
  expect(attributes).toMatchObject({
    'service.name': 'worker',
    team: 'search',
    shard: '3',
    'telemetry.distro.name': 'otelier',
  });
  expect(attributes).not.toHaveProperty('process.command_args');
});

test('http/protobuf sends headers and compresses', async () => {
  const { peer, metrics } = await start({
    protocol: 'http/protobuf',
    compression: 'gzip',
    headers: { 'api-key': 'k' },
  });
  metrics.jobs.done.add(3, { queue: 'mail' });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  const [request] = peer.requests;
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
    'api-key': 'k',
  });
  expect(request?.body.toString('latin1')).toContain('jobs.done');
});

test('delta temporality sends the sum since the last export', async () => {
  const { peer, metrics } = await start({ temporality: 'delta' });
  metrics.jobs.done.add(3, { queue: 'mail' });
  await metrics.forceFlush();
  metrics.jobs.done.add(4, { queue: 'mail' });
  await metrics.forceFlush();
  const points = peer.requests.map(({ body }) => metricsOf(body)['jobs.done']?.['sum']);
  expect(points).toMatchObject([
    { aggregationTemporality: 1, dataPoints: [{ asDouble: 3 }] },
    { aggregationTemporality: 1, dataPoints: [{ asDouble: 4 }] },
  ]);
});

test('histograms without buckets use the configured aggregation', async () => {
  const { peer, metrics } = await start({ histogramAggregation: 'base2_exponential_bucket_histogram' });
  metrics.jobs.time.record(3);
  await metrics.forceFlush();
  const { 'jobs.time': time } = metricsOf(peer.requests[0]?.body as Buffer);
  expect(time).toMatchObject({ exponentialHistogram: { dataPoints: [{ count: 1, sum: 3 }] } });
});

test.each([429, 502, 503, 504])('a flush attempts once after HTTP %i', async (status) => {
  const { peer, metrics } = await start({}, () => ({ status, headers: { 'retry-after': '1' } }));
  metrics.jobs.held.set(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason: `HTTP ${status}` }] });
  expect(peer.requests).toHaveLength(1);
});

test('exports at the interval are retried and log failure and recovery once', async () => {
  const messages: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => messages.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  closing.push(async () => diag.disable());
  const peer = await startHttpPeer((_, count) => (count <= 2 ? { status: 503 } : { status: 200 }));
  closing.push(peer.close);
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    exportIntervalMs: 150,
    catalogues: { jobs },
    backends: [otlp({ endpoint: `${peer.url}/v1/metrics` })],
  });
  closing.push(metrics.shutdown);
  metrics.jobs.held.set(1);
  await vi.waitFor(() => expect(metrics.status().backends[0]).toMatchObject({ state: 'ok' }));
  const { failed = 0, retries = 0 } = metrics.status().backends[0] ?? {};
  expect(failed + retries).toBe(2);
  expect(messages.filter((message) => message.startsWith('otlp'))).toEqual([
    `otlp: export to ${peer.url}/v1/metrics failed: HTTP 503; will retry; logged once; check if the server is ready`,
    `otlp: exports to ${peer.url}/v1/metrics succeed again; last failure: HTTP 503`,
  ]);
});

test.each([400, 401, 404, 413, 500])('HTTP %i fails with its reason and is not retried', async (status) => {
  const { peer, metrics } = await start({}, () => ({ status, body: 'no\u001b[31m thanks' }));
  metrics.jobs.held.set(1);
  const { ok, backends } = await metrics.forceFlush();
  expect(ok).toBe(false);
  expect(backends[0]?.reason).toBe(`HTTP ${status}: no [31m thanks`);
  expect(peer.requests).toHaveLength(1);
  expect(metrics.status().backends[0]).toMatchObject({
    state: 'failing',
    failed: 1,
    reason: `HTTP ${status}: no [31m thanks`,
  });
});

test('deltas that were not accepted are part of the next export, without loss or duplicates', async () => {
  const { peer, metrics } = await start({ temporality: 'delta' }, (count) => ({ status: count <= 3 ? 503 : 200 }));
  for (let round = 0; round < 6; round++) {
    metrics.jobs.done.add(1, { queue: 'mail' });
    metrics.jobs.time.record(round);
    await metrics.forceFlush();
  }
  const accepted = peer.requests.slice(3).map(({ body }) => metricsOf(body));
  expect(accepted.map((batch) => batch['jobs.done'].sum.dataPoints[0].asDouble)).toEqual([4, 1, 1]);
  expect(accepted.map((batch) => batch['jobs.time'].histogram.dataPoints[0].count)).toEqual([4, 1, 1]);
  expect(accepted.map((batch) => batch['jobs.time'].histogram.dataPoints[0].min)).toEqual([0, 4, 5]);
});

test('a shutdown ends at its deadline if the endpoint hangs', async () => {
  const { metrics } = await start({}, () => 'hang');
  metrics.jobs.held.set(1);
  const began = performance.now();
  expect(await metrics.shutdown()).toEqual({
    ok: false,
    backends: [{ backend: 'otlp', ok: false, reason: 'not finished within 3000 ms' }],
  });
  expect(performance.now() - began).toBeLessThan(6_000);
});

test('a refused connection fails at once', async () => {
  const { peer, metrics } = await start();
  await peer.close();
  metrics.jobs.held.set(1);
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toContain('ECONNREFUSED');
});

test('refused deltas are counted and never sent again', async () => {
  const { peer, metrics } = await start({ temporality: 'delta' }, (count) => ({ status: count <= 2 ? 400 : 200 }));
  for (let round = 0; round < 4; round++) {
    metrics.jobs.done.add(1, { queue: 'mail' });
    expect((await metrics.forceFlush()).ok).toBe(round >= 2);
  }
  const sums = peer.requests.map(({ body }) => metricsOf(body)['jobs.done'].sum.dataPoints[0].asDouble);
  expect(sums).toEqual([1, 1, 1, 1]);
  expect(metrics.status().backends[0]).toMatchObject({
    state: 'ok',
    points: { exported: 2, rejected: 0, dropped: { refused: 2 } },
  });
});

test('exports continue without a certificate file that cannot be read', async () => {
  const certificate = '/nowhere/ca.pem';
  expect(existsSync(certificate)).toBe(false);
  const { metrics } = await start({ certificate });
  metrics.jobs.held.set(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
});
