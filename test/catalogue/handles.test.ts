import { diag } from '@opentelemetry/api';
import {
  boolean,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  instrumentsOf,
  integer,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  oneOf,
  optional,
  startMetrics,
  text,
  upDownCounter,
  viewsOf,
} from 'otelier';
import { expect, test } from 'vitest';
import { stockProvider, stockReader } from '../support/stock.js';

const every = defineCatalogue({
  sum: counter({ name: 'sum', unit: '1', description: 'Sum.' }),
  level: upDownCounter({ name: 'level', unit: '1', description: 'Level.' }),
  now: gauge({ name: 'now', unit: '1', description: 'Now.' }),
  spread: histogram({ name: 'spread', unit: '1', description: 'Spread.', buckets: [1, 10] }),
  seen: observableCounter({ name: 'seen', unit: '1', description: 'Seen.' }),
  held: observableUpDownCounter({ name: 'held', unit: '1', description: 'Held.' }),
  read: observableGauge({ name: 'read', unit: '1', description: 'Read.' }),
});

test('records through the meter of a foreign provider', async () => {
  const { meter, collect } = stockProvider(viewsOf(every));
  const { sum, level, now, spread, seen, held, read } = instrumentsOf(every, meter);
  sum.add(2);
  sum.bind().add(3);
  level.add(5);
  level.add(-7);
  now.set(1);
  now.bind().set(9);
  spread.record(0.5);
  spread.bind().record(20);
  seen.addCallback((observation) => observation.observe(11));
  held.addCallback((observation) => observation.observe(-3));
  const observe = (observation: { observe(value: number): void }) => observation.observe(4);
  read.addCallback(observe);

  const values = Object.fromEntries((await collect()).map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ sum: 5, level: -2, now: 9, seen: 11, held: -3, read: 4 });
  expect(values['spread']).toMatchObject({ count: 2, sum: 20.5, buckets: { boundaries: [1, 10], counts: [1, 0, 1] } });

  read.removeCallback(observe);
  read.removeCallback(observe);
  now.set(2);
  expect((await collect()).find(({ name }) => name === 'now')?.value).toBe(2);
});

const bounded = defineCatalogue({
  calls: counter({
    name: 'calls',
    unit: '{call}',
    description: 'Calls.',
    attributes: {
      kind: optional(oneOf('a', 'b')),
      who: optional(text({ limit: 2 })),
      code: optional(integer({ min: 100, max: 599 })),
      shard: optional(integer({ limit: 1 })),
      hot: optional(boolean()),
    },
  }),
});

/** Returns the points of recordings with these attributes on a foreign provider. */
async function admitted(...given: readonly object[]) {
  const { meter, collect } = stockProvider(viewsOf(bounded));
  const { calls } = instrumentsOf(bounded, meter);
  for (const attributes of given) calls.add(1, attributes);
  return (await collect()).map(({ attributes, value }) => [attributes, value]);
}

test('undeclared values become _OTHER, for their attribute only', async () => {
  expect(await admitted({ kind: 'a', who: 'x' }, { kind: 'zzz', who: 'x' })).toEqual([
    [{ kind: 'a', who: 'x' }, 1],
    [{ kind: '_OTHER', who: 'x' }, 1],
  ]);
  expect(
    await admitted({ who: 'x' }, { who: 'y' }, { who: 'z', kind: 'b' }, { who: 'x' }, { who: 'z', kind: 'b' }),
  ).toEqual([
    [{ who: 'x' }, 2],
    [{ who: 'y' }, 1],
    [{ who: '_OTHER', kind: 'b' }, 2],
  ]);
  expect(await admitted({ code: 200 }, { code: 600 }, { code: 1.5 })).toEqual([
    [{ code: 200 }, 1],
    [{ code: '_OTHER' }, 2],
  ]);
  expect(await admitted({ shard: 7 }, { shard: 8 })).toEqual([
    [{ shard: 7 }, 1],
    [{ shard: '_OTHER' }, 1],
  ]);
  expect(await admitted({ hot: true }, { hot: 'yes' })).toEqual([
    [{ hot: true }, 1],
    [{ hot: '_OTHER' }, 1],
  ]);
});

test('drops attributes that are undeclared, null or undefined', async () => {
  expect(await admitted({ kind: 'a', user: 'u' }, { kind: 'a', who: undefined, code: null })).toEqual([
    [{ kind: 'a' }, 2],
  ]);
});

test('later changes of an attribute object have no effect', async () => {
  const attributes: { kind: 'a' | 'b' } = { kind: 'a' };
  const { meter, collect } = stockProvider(viewsOf(bounded));
  const { calls } = instrumentsOf(bounded, meter);
  const bound = calls.bind(attributes);
  calls.add(1, attributes);
  attributes.kind = 'b';
  bound.add(1);
  expect(await collect()).toMatchObject([{ attributes: { kind: 'a' }, value: 2 }]);
});

test('logs each rejection once with the metric and the attribute, and a value only where its values are listed', async () => {
  const logged: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => logged.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  const { meter } = stockProvider(viewsOf(bounded));
  const { calls } = instrumentsOf(bounded, meter);
  for (let round = 0; round < 3; round++) {
    calls.add(1, { kind: 'fax' as 'a' });
    calls.add(Number.NaN, { kind: 'a' });
    calls.add(1, { undeclared: 1 } as never);
  }
  diag.disable();
  expect(logged).toEqual([
    'counter "calls": recorded attribute "kind" as _OTHER: got "fax", expected a, b; logged once per metric',
    'counter "calls": ignored NaN: expected a finite number; logged once per metric',
    'counter "calls": dropped attribute "undeclared": it is not declared; logged once per metric',
  ]);
});

test('dropped measurements do not count against attribute limits', async () => {
  const { meter, collect } = stockProvider(viewsOf(bounded));
  const { calls } = instrumentsOf(bounded, meter);
  for (let index = 0; index < 5; index++) calls.add(Number.NaN, { who: `dropped ${index}` });
  calls.add(1, { who: 'x' });
  expect(await collect()).toMatchObject([{ attributes: { who: 'x' }, value: 1 }]);
});

test('no argument throws, and all rejections are counted by reason', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { bounded, every } });
  const { calls } = metrics.bounded;
  const { sum, level, spread } = metrics.every;
  const hostile = {
    get kind(): 'a' {
      throw new Error('a getter that throws');
    },
  };
  const values: unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '5',
    null,
    undefined,
    {},
    2n ** 60n,
  ];
  for (const value of values) sum.add(value as number);
  sum.add(-1);
  spread.record(-1);
  sum.add(5n as unknown as number);
  level.add(-1);
  calls.add(1, hostile);
  calls.add(
    1,
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('a proxy that throws');
        },
      },
    ),
  );
  calls.add(1, null as never);
  calls.add(1, 'text' as never);
  calls.add(1, { who: Symbol('s') } as never);
  calls.add(1, { who: 'x'.repeat(5_000) });
  calls.add(1, { undeclared: 1 } as never);

  const points = await collect();
  expect(points.filter(({ name }) => name === 'sum').map(({ value }) => value)).toEqual([5]);
  expect(points.filter(({ name }) => name === 'level').map(({ value }) => value)).toEqual([-1]);
  expect(points.filter(({ name }) => name === 'calls').reduce((total, { value }) => total + value, 0)).toBe(7);
  expect(metrics.status().rejected).toEqual({
    value_not_finite: values.length,
    value_negative: 2,
    value_fraction: 0,
    state_undeclared: 0,
    attribute_missing: 0,
    attribute_undeclared: 1,
    attribute_other: 0,
    attribute_invalid: 1,
    attribute_cut: 1,
    attributes_invalid: 1,
    attributes_bound: 0,
    attributes_unreadable: 2,
    value_returned: 0,
    callback_failed: 0,
    call_unknown: 0,
    after_shutdown: 0,
    event_unreadable: 0,
    series_overflow: 0,
    instrument_overflow: 0,
    scope_overflow: 0,
  });
  await metrics.shutdown();
});
