/** When a push backend collects, and what becomes of requests that earlier exports left in memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { counter, defineCatalogue, instrumentsOf, observableGauge, startMetrics } from 'otelier';
import { lazyExporter, openAccount, PeriodicReader } from 'otelier/backends';
import { otlp } from 'otelier/backends/otlp';
import { MeterProvider } from 'otelier/engine';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock as clock } from '../../src/model/clock.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { stockReader } from '../support/stock.js';

const catalogue = defineCatalogue({
  jobs: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs done.' }),
  depth: observableGauge({ name: 'queue.depth', unit: '{job}', description: 'Jobs that wait.' }),
});

/** Starts metrics that push to a peer at each flush, beside a stock reader. The peer gives the answers in turn. */
async function start(answers: readonly Answer[], timeoutMs: number) {
  const peer = await startHttpPeer((_, count) => answers[count - 1] ?? { status: 200 });
  onTestFinished(peer.close);
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    exportIntervalMs: 3_600_000,
    shutdownTimeoutMs: 500,
    withoutSelfMetrics: true,
    catalogues: { catalogue },
    backends: [otlp({ endpoint: `${peer.url}/v1/metrics`, timeoutMs })],
    readers: [reader],
  });
  onTestFinished(async () => void (await metrics.shutdown()));
  return { peer, metrics, collect, points: () => metrics.status().backends[0]?.points };
}

test('collects after earlier requests were delivered, so that a hanging backend does not delay other readers', async () => {
  const { peer, metrics, collect } = await start([{ status: 504 }, 'hang'], 20_000);
  metrics.catalogue.jobs.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  const flushed = metrics.forceFlush();
  await expect.poll(() => peer.requests.length).toBe(2);
  const collected = collect().then((points) => points.length);
  expect(await Promise.race([collected, delay(5_000, 'waits')])).toBe(1);
  await flushed;
});

test('reports an earlier request that is refused, although the new one is accepted', async () => {
  const { metrics, points } = await start([{ status: 504 }, { status: 400 }], 1_000);
  metrics.catalogue.jobs.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  metrics.catalogue.jobs.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  expect(points()).toEqual({ exported: 1, rejected: 0, dropped: { refused: 1 } });
});

test('does not take the time of callbacks from the export', async () => {
  const { metrics, points } = await start([], 300);
  metrics.catalogue.depth.addCallback(() => new Promise(() => {}));
  metrics.catalogue.jobs.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(points()).toEqual({ exported: 1, rejected: 0, dropped: {} });
});

test('counts the points of the last collection if the exporter cannot be loaded', async () => {
  const account = openAccount({ name: 'test', clock, where: () => undefined, warn() {}, onDelivery() {} });
  const preferences = { aggregation: () => ({ type: 0 }) as const, temporality: () => 0 as const };
  const exporter = lazyExporter(preferences, () => Promise.reject(new Error('no such module')));
  const reader = new PeriodicReader(exporter, account, { clock, intervalMs: undefined, timeoutMs: 1_000 });
  const provider = new MeterProvider({ readers: [reader] });
  instrumentsOf(catalogue, provider.getMeter('test')).jobs.add(1);
  await expect(reader.shutdown()).rejects.toThrow('no such module');
  expect(account.status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: 1 } });
});
