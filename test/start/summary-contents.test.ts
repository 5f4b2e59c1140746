/** What `metrics.summary()` includes: callbacks, catalogues and packs by key, views; and what it leaves unchanged. */
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { application } from 'otelier/collectors/application';
import { runtime } from 'otelier/collectors/runtime';
import { agent } from 'otelier/packs/agent';
import { InMemoryReader } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { OnDemandReader, stockReader } from '../support/stock.js';
import { described, shop, start, stops } from './summary-shop.js';

describe('callbacks', () => {
  test('run at each call', () => {
    const { metrics, load, held } = start();
    let value = 1;
    load.addCallback((observation) => observation.observe(value, { core: 1 }));
    held.addCallback((observation) => observation.observe(-value));
    expect([metrics.summary().shop.load.last, metrics.summary().shop.held.last]).toEqual([1, -1]);
    value = 2;
    expect(metrics.summary().shop.load).toMatchObject({ last: 2, min: 1, max: 2 });
  });

  test.each(['before', 'after'])(
    'that are asynchronous have the values of the last collection, %s a collection',
    async (when) => {
      const { metrics, reader, read } = start();
      let calls = 0;
      read.addCallback(async (observation) => {
        calls++;
        await null;
        observation.observe(calls, { channel: 'web' });
      });
      if (when === 'after') await reader.collect();
      const before = calls;
      expect(metrics.summary().shop.read.total).toBe(when === 'after' ? 1 : 0);
      expect(metrics.summary().shop.read.total).toBe(when === 'after' ? 1 : 0);
      // The first call finds out that the callback is asynchronous.
      expect(calls - before).toBe(when === 'after' ? 0 : 1);
      expect(await reader.valueOf('shop.read', { channel: 'web' })).toBe(calls);
    },
  );

  test('that are asynchronous keep their series and its start time for the readers', async () => {
    const { metrics, reader, read, clock } = start();
    read.addCallback(async (observation) => {
      await null;
      observation.observe(5, { channel: 'web' });
    });
    const startOf = async () => {
      const { resourceMetrics } = await reader.collect();
      const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return all.find(({ descriptor }) => descriptor.name === 'shop.read')?.dataPoints[0]?.startTime;
    };
    const first = await startOf();
    clock.advance(5_000);
    metrics.summary();
    expect(first).toBeDefined();
    expect(await startOf()).toEqual(first);
  });

  test('leave a collection in progress unchanged', async () => {
    const { metrics, reader, load, held } = start();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let core = 1;
    load.addCallback((observation) => observation.observe(7, { core }));
    await reader.collect();
    held.addCallback(async () => released);
    const collection = reader.collect();
    await Promise.resolve();
    core = 2;
    expect(metrics.summary({ where: { core: 1 } }).shop.load.last).toBe(7);
    release();
    const { resourceMetrics } = await collection;
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = all.find(({ descriptor }) => descriptor.name === 'shop.load')?.dataPoints ?? [];
    expect(points.map(({ attributes, value }) => [attributes, value])).toEqual([[{ core: 1 }, 7]]);
  });

  test('that throw leave the rest unchanged', () => {
    const { metrics, load, visits } = start();
    load.addCallback(() => {
      throw new Error('broken');
    });
    visits.add(1);
    expect(metrics.summary().shop).toMatchObject({ load: { last: undefined }, visits: { total: 1 } });
  });
});

describe('keys', () => {
  test('are those of catalogues, packs and collectors', () => {
    const metrics = startMetrics({
      isolated: true,
      environment: {},
      readers: [new InMemoryReader()],
      catalogues: { shop },
      packs: { agents: agent(), caches: application() },
      collectors: [runtime()],
    });
    stops.push(metrics.shutdown);
    metrics.agents.task({ latencyMs: 250, ok: true });
    const summary = metrics.summary();
    expect(Object.keys(summary)).toEqual(['shop', 'agents', 'caches', 'runtime']);
    expect(summary.agents.taskLatency).toMatchObject({ count: 1, p99: 250, max: 250 });
    expect(summary.runtime?.['memoryUsage']?.kind).toMatch(/gauge|upDownCounter/);
  });

  test('of later calls are included; those of the call itself win', () => {
    const bank = defineCatalogue({ payments: counter({ name: 'bank.payments', ...described }) });
    const settings = { environment: {}, readers: [new InMemoryReader()], logLevel: 'none' } as const;
    const one = startMetrics({ ...settings, catalogues: { shop } });
    stops.push(one.shutdown);
    const two = startMetrics({ catalogues: { shop: bank } });
    two.shop.payments.add(3);
    one.shop.visits.add(4);
    expect(one.summary().shop.visits.total).toBe(4);
    expect(two.summary().shop.payments.total).toBe(3);
    expect(Object.keys(two.summary())).toEqual(['shop']);
  });

  test('of a catalogue win over the name of a collector', () => {
    const metrics = startMetrics({
      isolated: true,
      environment: {},
      readers: [new InMemoryReader()],
      catalogues: { runtime: shop },
      collectors: [runtime()],
    });
    stops.push(metrics.shutdown);
    metrics.runtime.visits.add(2);
    expect(metrics.summary().runtime.visits.total).toBe(2);
  });

  test('cannot be summary', () => {
    const clash = () => startMetrics({ isolated: true, environment: {}, catalogues: { summary: shop } as never });
    expect(clash).toThrow(/summary.*expected a key other than/s);
  });
});

describe('views', () => {
  test('that rename a metric or remove its attributes are followed', () => {
    const views = [{ instrumentName: 'shop.orders', name: 'sales', attributesProcessors: [{ process: () => ({}) }] }];
    const { metrics, orders } = start({ views });
    orders.add(1, { channel: 'web' });
    orders.add(2, { channel: 'app' });
    expect(metrics.summary().shop.orders).toMatchObject({ total: 3, series: [{ attributes: {}, total: 3 }] });
  });

  test.each([
    ['drop it', { type: 1 }],
    ['give it another aggregation', { type: 3 }],
    ['make a histogram of it', { type: 5 }],
  ] as const)('that %s leave a metric without values', (_, aggregation) => {
    const { metrics, orders } = start({ views: [{ instrumentName: 'shop.orders', aggregation }] });
    orders.add(1, { channel: 'web' });
    expect(metrics.summary().shop.orders).toMatchObject({ total: 0, seriesCount: 0 });
  });
});

describe('the shutdown', () => {
  test('keeps the last values', async () => {
    const { metrics, orders, load, clock } = start();
    let calls = 0;
    load.addCallback((observation) => observation.observe(++calls, { core: 1 }));
    metrics.summary();
    orders.add(6, { channel: 'web' });
    clock.advance(3_000);
    await metrics.shutdown();
    orders.add(1, { channel: 'web' });
    clock.advance(60_000);
    for (let times = 0; times < 2; times++) {
      expect(metrics.summary().shop.orders).toMatchObject({ total: 6, rate: 2 });
      expect(metrics.summary({ where: { channel: 'app' } }).shop.orders.total).toBe(0);
    }
    // What a callback reads may be closed by then.
    expect([calls, metrics.summary().shop.load.last]).toEqual([1, 1]);
  });

  test('does not end the values of a later start', async () => {
    const settings = () => ({ environment: {}, readers: [new InMemoryReader()], logLevel: 'none' }) as const;
    const one = startMetrics({ ...settings(), catalogues: { shop } });
    one.shop.visits.add(1);
    await one.shutdown();
    const two = startMetrics({ ...settings(), catalogues: { shop } });
    stops.push(two.shutdown);
    two.shop.visits.add(5);
    expect([one.summary().shop.visits.total, two.summary().shop.visits.total]).toEqual([1, 5]);
  });
});

test('is JSON, and does not affect readers', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
  stops.push(metrics.shutdown);
  metrics.shop.wait.record(1.5, { channel: 'web' });
  metrics.shop.orders.add(1, { channel: 'web' });
  const before = await collect();
  const summary = metrics.summary();
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  expect(await collect()).toEqual(before);
});

test('leaves the deltas of readers complete, with their extremes', async () => {
  const reader = new OnDemandReader({ aggregationTemporalitySelector: () => 0 });
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
  stops.push(metrics.shutdown);
  const deltas = [];
  for (const values of [[1, 9], [4], [6, 2, 3]]) {
    for (const value of values) {
      metrics.shop.wait.record(value, { channel: 'web' });
      expect(metrics.summary().shop.wait.max).toBe(9 - (value === 1 ? 8 : 0));
    }
    const { resourceMetrics } = await reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    deltas.push(all.find(({ descriptor }) => descriptor.name === 'shop.wait')?.dataPoints[0]?.value);
  }
  expect(deltas).toMatchObject([
    { count: 2, sum: 10, min: 1, max: 9 },
    { count: 1, sum: 4, min: 4, max: 4 },
    { count: 3, sum: 11, min: 2, max: 6 },
  ]);
});
