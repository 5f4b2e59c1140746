/** `metrics.summary()`: the current values of all metrics, in the process. */
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  integer,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  oneOf,
  type StartSettings,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { application } from 'otelier/collectors/application';
import { runtime } from 'otelier/collectors/runtime';
import { agent } from 'otelier/packs/agent';
import { InMemoryReader } from 'otelier/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { OnDemandReader, stockReader } from '../support/stock.js';

const channel = { channel: oneOf('web', 'app') };
const described = { unit: '1', description: 'A metric.' } as const;
const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', ...described, attributes: channel }),
  visits: counter({ name: 'shop.visits', ...described }),
  open: upDownCounter({ name: 'shop.open', ...described, attributes: channel }),
  stock: gauge({ name: 'shop.stock', ...described, attributes: { shelf: text({ limit: 50 }) } }),
  wait: histogram({ name: 'shop.wait', ...described, buckets: [1, 2, 5, 10], attributes: channel }),
  spread: histogram({ name: 'shop.spread', ...described, aggregation: 'exponential' }),
  read: observableCounter({ name: 'shop.read', ...described, attributes: channel }),
  load: observableGauge({ name: 'shop.load', ...described, attributes: { core: integer({ min: 0, max: 99 }) } }),
  held: observableUpDownCounter({ name: 'shop.held', ...described }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['open', 'closed'] }),
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function start(settings: StartSettings = {}) {
  const clock = new FakeClock();
  const reader = new InMemoryReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [reader],
    clock,
    catalogues: { shop },
    ...settings,
  });
  stops.push(metrics.shutdown);
  return { metrics, clock, reader, ...metrics.shop };
}

describe('before a recording', () => {
  test.each<[string, StartSettings]>([
    ['with a reader', {}],
    ['without a backend', { readers: [], exporters: ['none'] }],
  ])('every declared metric is there %s', (_, settings) => {
    const { metrics } = start(settings);
    const summary = metrics.summary();
    expect(Object.keys(summary)).toEqual(['shop']);
    expect(Object.keys(summary.shop)).toEqual(Object.keys(shop.definitions));
    expect(summary.shop.orders).toEqual({ kind: 'counter', total: 0, rate: 0, seriesCount: 0, series: [] });
    expect(summary.shop.visits).toMatchObject({ kind: 'counter', total: 0, rate: 0 });
    expect(summary.shop.stock).toEqual({
      kind: 'gauge',
      ...{ last: undefined, min: undefined, max: undefined },
      ...{ seriesCount: 0, series: [] },
    });
    const unknown = { mean: undefined, p50: undefined, p95: undefined, p99: undefined, max: undefined };
    for (const of of ['wait', 'spread'] as const) {
      expect(summary.shop[of]).toMatchObject({ kind: 'histogram', count: 0, sum: 0, ...unknown });
    }
  });
});

describe('a counter', () => {
  test('has the total of its series, the largest first', () => {
    const { metrics, orders } = start();
    orders.add(2, { channel: 'app' });
    orders.add(5, { channel: 'web' });
    expect(metrics.summary().shop.orders).toMatchObject({
      total: 7,
      seriesCount: 2,
      series: [
        { attributes: { channel: 'web' }, total: 5 },
        { attributes: { channel: 'app' }, total: 2 },
      ],
    });
  });

  /** Each step records, lets seconds pass, and calls `summary`. */
  test.each<[string, readonly (readonly [add: number, seconds: number, rate: number])[]]>([
    ['since the start', [[10, 5, 2]]],
    [
      'since the previous call',
      [
        [10, 5, 2],
        [3, 1, 3],
        [0, 10, 0],
        [20, 10, 2],
      ],
    ],
    [
      'since the start while no second has passed since the first call',
      [
        [10, 5, 2],
        [0, 0, 2],
        [1, 0.5, 2],
      ],
    ],
    [
      'since the last call that was a second ago',
      [
        [10, 5, 2],
        [4, 1, 4],
        [0, 0.5, 4 / 1.5],
        [3, 0.5, 3],
      ],
    ],
    ['of 0 in no time', [[10, 0, 0]]],
  ])('has the rate %s', (_, steps) => {
    const { metrics, orders, clock } = start();
    for (const [add, seconds, rate] of steps) {
      orders.add(add, { channel: 'web' });
      clock.advance(seconds * 1_000);
      const summary = metrics.summary().shop.orders;
      expect([summary.rate, summary.series[0]?.rate]).toEqual([rate, rate]);
    }
  });

  test('has the same window for each filter', () => {
    const { metrics, orders, clock } = start();
    metrics.summary();
    orders.add(10, { channel: 'web' });
    orders.add(20, { channel: 'app' });
    clock.advance(10_000);
    const rateOf = (channel: 'web' | 'app') => metrics.summary({ where: { channel } }).shop.orders.rate;
    expect([rateOf('web'), rateOf('app'), metrics.summary().shop.orders.rate]).toEqual([1, 2, 3]);
  });

  test('has the rate of a series that was removed and of one that is new', () => {
    const { metrics, orders, clock } = start();
    orders.add(100, { channel: 'web' });
    clock.advance(10_000);
    metrics.summary();
    orders.remove({ channel: 'web' });
    orders.add(5, { channel: 'app' });
    clock.advance(10_000);
    expect(metrics.summary().shop.orders).toMatchObject({ total: 5, rate: 0.5 });
  });

  test('that is observed has the rate of its observations, also after a decrease', () => {
    const { metrics, read, clock } = start();
    let value = 100;
    read.addCallback((observation) => observation.observe(value, { channel: 'web' }));
    const rates: number[] = [];
    for (value of [100, 150, 20]) {
      clock.advance(10_000);
      rates.push(metrics.summary().shop.read.rate);
    }
    expect(rates).toEqual([10, 5, 2]);
  });

  test('has its own window in each call of startMetrics', () => {
    const clock = new FakeClock();
    const settings = { environment: {}, clock, readers: [new InMemoryReader()], logLevel: 'none' } as const;
    const one = startMetrics({ ...settings, catalogues: { shop } });
    stops.push(one.shutdown);
    const two = startMetrics({ catalogues: { store: shop } });
    const rates: number[] = [];
    for (let second = 1; second <= 4; second++) {
      one.shop.visits.add(second);
      clock.advance(1_000);
      if (second % 2 === 0) rates.push(two.summary().store.visits.rate);
      rates.push(one.summary().shop.visits.rate);
    }
    expect(rates).toEqual([1, 1.5, 2, 3, 3.5, 4]);
  });
});

describe('a gauge', () => {
  test('has the value that was recorded last, and the extremes that calls have seen', () => {
    const { metrics, stock } = start();
    const seen = [];
    for (const [shelf, value] of [
      ['a', 5],
      ['b', 9],
      ['a', 1],
      ['a', 7],
    ] as const) {
      stock.set(value, { shelf });
      const { last, min, max } = metrics.summary().shop.stock;
      seen.push([last, min, max]);
    }
    expect(seen).toEqual([
      [5, 5, 5],
      [9, 5, 9],
      [1, 1, 9],
      [7, 1, 9],
    ]);
    expect(metrics.summary().shop.stock.series).toEqual([
      { attributes: { shelf: 'b' }, last: 9, min: 9, max: 9 },
      { attributes: { shelf: 'a' }, last: 7, min: 1, max: 7 },
    ]);
  });

  test('of an up-down counter is the sum of its series', () => {
    const { metrics, open } = start();
    const levels = [];
    for (const [change, of] of [
      [4, 'web'],
      [3, 'app'],
      [-6, 'web'],
    ] as const) {
      open.add(change, { channel: of });
      const { last, min, max } = metrics.summary().shop.open;
      levels.push([last, min, max]);
      levels.push(metrics.summary({ where: { channel: 'web' } }).shop.open.max);
    }
    expect(levels).toEqual([[4, 4, 4], 4, [7, 4, 7], 4, [1, 1, 7], 4]);
  });

  test('can be an info metric or a state set', () => {
    const { metrics, build, phase } = start();
    build.set({ version: '1.4.0' });
    phase.set('open');
    expect(metrics.summary().shop.build.series).toMatchObject([{ attributes: { version: '1.4.0' }, last: 1 }]);
    expect(metrics.summary().shop.phase.series).toMatchObject([
      { attributes: { 'shop.phase': 'open' }, last: 1 },
      { attributes: { 'shop.phase': 'closed' }, last: 0 },
    ]);
  });
});

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

describe('a filter', () => {
  test('leaves the series that have the attributes; other metrics have none', () => {
    const { metrics, orders, visits, wait, load, stock } = start();
    orders.add(5, { channel: 'web' });
    orders.add(2, { channel: 'app' });
    visits.add(3);
    wait.record(4, { channel: 'web' });
    wait.record(8, { channel: 'app' });
    stock.set(1, { shelf: 'a' });
    load.addCallback((observation) => {
      for (const core of [0, 1]) observation.observe(core + 0.5, { core });
    });
    const { shop: web } = metrics.summary({ where: { channel: 'web' } });
    expect(web).toMatchObject({ orders: { total: 5, seriesCount: 1 }, visits: { total: 0, seriesCount: 0 } });
    expect(web).toMatchObject({ wait: { count: 1, max: 4 }, stock: { last: undefined } });
    expect(metrics.summary({ where: { core: 1 } }).shop.load.last).toBe(1.5);
    expect(metrics.summary({ where: { core: 1, channel: 'web' } }).shop.load.last).toBeUndefined();
    expect(metrics.summary({ where: { channel: undefined } }).shop.orders.total).toBe(7);
  });

  test('takes _OTHER', () => {
    const { metrics, orders } = start();
    orders.add(1, { channel: 'fax' as 'web' });
    expect(metrics.summary({ where: { channel: '_OTHER' } }).shop.orders.total).toBe(1);
  });
});

test('lists at most ten series of a metric, or as many as asked for', () => {
  const { metrics, stock } = start();
  for (let shelf = 0; shelf < 30; shelf++) stock.set(shelf, { shelf: `${shelf}` });
  expect(metrics.summary().shop.stock.series.map(({ last }) => last)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  expect(metrics.summary({ maxSeries: 2 }).shop.stock).toMatchObject({
    seriesCount: 30,
    series: [{ last: 29 }, { last: 28 }],
  });
  expect(metrics.summary({ maxSeries: 0 }).shop.stock).toMatchObject({ seriesCount: 30, series: [] });
});

test.each<[string, unknown, RegExp]>([
  ['an unknown option', { filter: {} }, /summary\.filter.*where/],
  ['a misspelled option', { wheer: {} }, /summary\.wheer.*where/],
  ['no object', 'shop', /summary:.*an object with options/],
  ['null', null, /summary:.*an object with options/],
  ['a filter that is no object', { where: 'web' }, /summary\.where.*an object with attributes/],
  ['an attribute that no metric has', { where: { chanel: 'web' } }, /summary\.where\.chanel.*channel/],
  ['a value of another type', { where: { channel: ['web'] } }, /summary\.where\.channel.*a string, number or boolean/],
  ['a negative number', { maxSeries: -1 }, /summary\.maxSeries.*a whole number from 0/],
  ['a fraction', { maxSeries: 1.5 }, /summary\.maxSeries/],
])('rejects %s', (_, options, message) => {
  const { metrics } = start();
  const call = () => metrics.summary(options as object);
  expect(call).toThrow(expect.objectContaining({ code: 'METRICS_OPTIONS_INVALID' }));
  expect(call).toThrow(message);
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
