/** The reader for tests: its values, and its reset, which leaves nothing of what was recorded before. */
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  observableCounter,
  oneOf,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { type OnDemandReader, stockReader } from '../support/stock.js';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { channel: oneOf('web', 'app') },
    startAtZero: true,
  }),
  visitors: counter({
    name: 'shop.visitors',
    unit: '{visitor}',
    description: 'Visitors.',
    attributes: { country: text({ limit: 2 }) },
  }),
  rejected: counter({
    name: 'shop.rejected',
    unit: '{order}',
    description: 'Rejected orders.',
    cardinalityLimit: 2,
    attributes: { reason: text() },
  }),
  queued: upDownCounter({ name: 'shop.queued', unit: '{order}', description: 'Waiting orders.' }),
  load: gauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { zone: text() } }),
  latency: histogram({ name: 'shop.latency', unit: 's', description: 'Latency.', buckets: [0.1, 1] }),
  basket: histogram({ name: 'shop.basket', unit: 'By', description: 'Baskets.', aggregation: 'exponential' }),
  seen: observableCounter({ name: 'shop.seen', unit: '{visitor}', description: 'Seen.' }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving'] }),
});

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

function start(readers: readonly OnDemandReader[] = []) {
  const reader = new InMemoryReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock: new FakeClock(),
    readers: [reader, ...readers],
    catalogues: { shop },
    withoutSelfMetrics: true,
  });
  stopping.push(() => metrics.shutdown());
  const { orders, seen } = metrics.shop;
  let visitors = 0;
  seen.addCallback((result) => result.observe(visitors));
  return { reader, metrics, bound: orders.bind({ channel: 'app' }), observe: (value: number) => (visitors = value) };
}

type Started = ReturnType<typeof start>;

/** A recording of any kind of metric, with a number from 0 to 9. */
const recordings: Readonly<Record<string, (app: Started, n: number) => void>> = {
  counter: ({ metrics }, n) => metrics.shop.orders.add(n, { channel: n % 2 === 0 ? 'web' : 'app' }),
  'bound handle': ({ bound }, n) => bound.add(n),
  'attribute beyond its limit': ({ metrics }, n) => metrics.shop.visitors.add(1, { country: `c${n}` }),
  'series beyond the limit': ({ metrics }, n) => metrics.shop.rejected.add(1, { reason: `r${n}` }),
  'up-down counter': ({ metrics }, n) => metrics.shop.queued.add(5 - n),
  gauge: ({ metrics }, n) => metrics.shop.load.set(n, { zone: `z${n % 3}` }),
  'removed series': ({ metrics }, n) => metrics.shop.load.remove({ zone: `z${n % 3}` }),
  histogram: ({ metrics }, n) => metrics.shop.latency.record(n / 5),
  'exponential histogram': ({ metrics }, n) => metrics.shop.basket.record(10 ** n),
  'observable counter': ({ observe }, n) => observe(n),
  info: ({ metrics }, n) => metrics.shop.build.set({ version: `${n}` }),
  'state set': ({ metrics }, n) => metrics.shop.phase.set(n % 2 === 0 ? 'starting' : 'serving'),
  'rejected value': ({ metrics }, n) => metrics.shop.orders.add(-n - 1, { channel: 'web' }),
};

async function outputOf({ metrics }: Started): Promise<unknown> {
  const formats = ['text', 'openmetrics'] as const;
  return [...(await Promise.all(formats.map((format) => metrics.exposition({ format })))), metrics.status().rejected];
}

test('after a reset, recording the same gives the same exposition as a fresh start', async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(recordings)), fc.nat({ max: 9 })), { maxLength: 30 });
  const record = (app: Started, given: [string, number][]) => {
    app.observe(0);
    for (const [kind, n] of given) recordings[kind]?.(app, n);
  };
  await fc.assert(
    fc.asyncProperty(steps, steps, fc.boolean(), async (before, after, isCollected) => {
      const [reset, fresh] = [start(), start()];
      record(reset, before);
      if (isCollected) await outputOf(reset);
      reset.reader.reset();
      record(reset, after);
      record(fresh, after);
      expect(await outputOf(reset)).toEqual(await outputOf(fresh));
    }),
    { numRuns: 60 },
  );
});

test.each(Object.entries(recordings))('a reset leaves nothing of a %s', async (kind, record) => {
  const [app, fresh] = [start(), start()];
  record(app, 3);
  if (kind !== 'removed series') expect(await outputOf(app)).not.toEqual(await outputOf(fresh));
  app.observe(0);
  app.reader.reset();
  expect(await outputOf(app)).toEqual(await outputOf(fresh));
});

test('bound handles and callbacks remain in use', async () => {
  const { reader, bound, observe } = start();
  bound.add(5);
  observe(7);
  for (let round = 0; round < 3; round++) {
    reader.reset();
    expect(await reader.valueOf('shop.orders', { channel: 'app' })).toBe(0);
    bound.add(2);
    expect(await reader.valueOf('shop.orders', { channel: 'app' })).toBe(2);
    expect(await reader.valueOf('shop.seen')).toBe(7);
  }
});

test('a reset holds for all readers', async () => {
  const other = stockReader();
  const { reader, bound } = start([other.reader]);
  bound.add(5);
  await other.collect();
  reader.reset();
  bound.add(1);
  expect((await other.collect()).find(({ name }) => name === 'shop.orders')?.value).toBe(1);
});

describe('values', () => {
  test('are those of the series with exactly the attributes', async () => {
    const { reader, metrics } = start();
    metrics.shop.orders.add(2, { channel: 'web' });
    metrics.shop.latency.record(0.5);
    expect(await reader.valueOf('shop.orders', { channel: 'web' })).toBe(2);
    expect(await reader.valueOf('shop.orders')).toBeUndefined();
    expect(await reader.valueOf('shop.none')).toBeUndefined();
    expect(await reader.valueOf('shop.latency')).toMatchObject({ count: 1, sum: 0.5 });
    const points = await reader.points();
    expect(points.filter(({ metric }) => metric === 'shop.orders')).toEqual([
      { metric: 'shop.orders', attributes: { channel: 'web' }, value: 2 },
      { metric: 'shop.orders', attributes: { channel: 'app' }, value: 0 },
    ]);
  });

  test('reject with the error of a callback', async () => {
    const { reader, metrics } = start();
    metrics.shop.seen.addCallback(() => {
      throw new Error('no database');
    });
    await expect(reader.points()).rejects.toThrow('no database');
  });
});

test('a reader that is not connected, or connected to another provider, names the remedy', () => {
  const reader = new InMemoryReader();
  expect(() => reader.reset()).toThrow('pass it to startMetrics({ readers: [reader] })');
  new MeterProvider({ readers: [reader as never] });
  expect(() => reader.reset()).toThrow('start them with startMetrics');
});
