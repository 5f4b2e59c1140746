/** `metrics.summary()`: the current values of all metrics, in the process. */
import { type StartSettings, startMetrics } from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { shop, start, stops } from './summary-shop.js';

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
});

describe('a state set', () => {
  test('has its current state', () => {
    const { metrics, phase } = start();
    const summary = () => metrics.summary().shop.phase;
    expect(summary()).toEqual({ kind: 'stateSet', state: undefined, seriesCount: 0, series: [] });
    for (const state of ['open', 'closed', 'open'] as const) {
      phase.set(state);
      const series = [{ state, attributes: {} }];
      expect(summary()).toEqual({ kind: 'stateSet', state, seriesCount: 1, series });
    }
    phase.set('ajar' as never);
    expect(summary().state).toBe('open');
  });

  test('with attributes has the state of each, the latest first', () => {
    const { metrics, doors } = start();
    doors.set('open', { channel: 'web' });
    doors.set('closed', { channel: 'app' });
    expect(metrics.summary().shop.doors).toEqual({
      kind: 'stateSet',
      state: 'closed',
      seriesCount: 2,
      series: [
        { state: 'closed', attributes: { channel: 'app' } },
        { state: 'open', attributes: { channel: 'web' } },
      ],
    });
    doors.set('closed', { channel: 'web' });
    doors.set('open', { channel: 'web' });
    expect(metrics.summary({ maxSeries: 1 }).shop.doors).toEqual({
      kind: 'stateSet',
      state: 'open',
      seriesCount: 2,
      series: [{ state: 'open', attributes: { channel: 'web' } }],
    });
    expect(metrics.summary({ where: { channel: 'app' } }).shop.doors).toMatchObject({
      state: 'closed',
      seriesCount: 1,
    });
    const where = { 'shop.doors': 'open' } as never;
    expect(metrics.summary({ where }).shop.doors).toMatchObject({ state: 'open', seriesCount: 1 });
  });

  test('has no state if a view removes it, and is followed if a view renames it', () => {
    const removed = start({
      views: [{ instrumentName: 'shop.phase', attributesProcessors: [{ process: () => ({}) }] }],
    });
    removed.phase.set('open');
    expect(removed.metrics.summary().shop.phase).toMatchObject({ state: undefined, series: [] });
    const renamed = start({ views: [{ instrumentName: 'shop.phase', name: 'phase' }] });
    renamed.phase.set('open');
    expect(renamed.metrics.summary().shop.phase).toMatchObject({ state: 'open', seriesCount: 1 });
  });
});

test('an info metric has its attributes, the latest first', () => {
  const { metrics, build } = start();
  const summary = () => metrics.summary().shop.build;
  expect(summary()).toEqual({ kind: 'info', attributes: undefined, seriesCount: 0, series: [] });
  for (const version of ['1.4.0', '1.5.0', '1.4.0']) build.set({ version });
  expect(summary()).toEqual({
    kind: 'info',
    attributes: { version: '1.4.0' },
    seriesCount: 2,
    series: [{ attributes: { version: '1.4.0' } }, { attributes: { version: '1.5.0' } }],
  });
  build.remove({ version: '1.4.0' });
  expect(summary()).toMatchObject({ attributes: { version: '1.5.0' }, seriesCount: 1 });
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
  expect(call).toThrow(/\n {2}Correct the listed options; nothing was read\. \[METRICS_OPTIONS_INVALID\]$/);
});
