/** Series that appear between two snapshots: with `startsAtZero`, rates include their first value. */
import { expect, test } from 'vitest';
import * as panels from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import type { Query } from '../../../src/panels/query.js';
import { numberPoint } from '../../support/points.js';
import { shop } from '../catalogue.js';
import { exponentialOf, historyOf, type Sample, type Snapshot, type Value } from './histories.js';

const observed = { ...shop.orders, name: 'shop.observed', kind: 'observableCounter' as const };
const over = { over: '100s' as const };
const options = { retentionMs: 600_000, intervalMs: 10_000, startsAtZero: true };

/** Counts of the second and the third bucket: values up to 0.1 and 0.5. */
const explicit = (second: number, third = 0): Value => ({
  counts: [0, second, third, 0, 0, 0, 0],
  sum: second + third,
});
const exponential = (count: number) => exponentialOf(new Array<number>(count).fill(3), 2);

/** A point, and the start of its series in seconds. */
type Entry = readonly [value: Value, start: number] | undefined;

/** Returns snapshots at 10, 20, 30 … seconds. The gauge is in all of them. */
function snapshotsOf(metric: unknown, entries: readonly Entry[]): Snapshot[] {
  return entries.map((entry, index) => ({
    at: 10 * (index + 1),
    samples: [
      { metric: shop.waitMs, attributes: {}, value: 1 } as unknown as Sample,
      ...(entry === undefined ? [] : [{ metric, attributes: {}, value: entry[0], start: entry[1] } as Sample]),
    ],
  }));
}

function numberOf(query: Query, snapshots: readonly Snapshot[], startsAtZero = true): number | undefined {
  const at = (snapshots.at(-1)?.at ?? 0) * 1_000;
  const { series } = evaluate(query, historyOf(snapshots, { ...options, startsAtZero }), { at, autoWindow: '1m' });
  return series?.[0]?.value;
}

const orders = panels.increase(shop.orders, over);
const checkouts = panels.increase(shop.checkout, over);
const payloads = panels.increase(shop.payload, over);
const ofObserved = panels.increase(observed, over);
const stocked = panels.countOver(panels.series(shop.stock), '100s');

test.each<[title: string, metric: unknown, query: Query, entries: Entry[], expected: number | undefined]>([
  ['a counter', shop.orders, orders, [undefined, [500, 15]], 500],
  ['a counter that goes on', shop.orders, orders, [undefined, undefined, [500, 25], [500, 25], [510, 25]], 510],
  ['a counter that starts with the snapshot before', shop.orders, orders, [undefined, [500, 10]], 500],
  ['a counter that started earlier', shop.orders, orders, [undefined, [500, 5]], undefined],
  ['a counter that started earlier and goes on', shop.orders, orders, [undefined, [500, 5], [500, 5]], 0],
  ['a counter in the first snapshot', shop.orders, orders, [[500, 5]], undefined],
  [
    'a counter that was visited after its start',
    shop.orders,
    orders,
    [
      [400, 10],
      [500, 10],
      [500, 10],
    ],
    125,
  ],
  ['a counter that was removed and started again', shop.orders, orders, [[9, 0], [9, 0], undefined, [500, 35]], 509],
  ['a counter that was missing', shop.orders, orders, [[9, 0], [9, 0], undefined, [9, 0]], 0],
  ['a counter of callbacks', observed, ofObserved, [undefined, [500, 15]], undefined],
  ['a counter of callbacks that goes on', observed, ofObserved, [undefined, [500, 15], [500, 15]], 0],
  ['observations', shop.checkout, checkouts, [undefined, [explicit(500), 15]], 500],
  ['observations that go on', shop.checkout, checkouts, [undefined, [explicit(5), 15], [explicit(9), 15]], 9],
  ['their mean', shop.checkout, panels.mean(shop.checkout, over), [undefined, [explicit(500), 15]], 1],
  [
    'their percentiles',
    shop.checkout,
    panels.quantile(0.5, shop.checkout, over),
    [undefined, [explicit(0, 9), 15]],
    0.3,
  ],
  ['exponential buckets', shop.payload, payloads, [undefined, [exponential(500), 15]], 500],
  [
    'exponential buckets that go on',
    shop.payload,
    payloads,
    [undefined, undefined, [exponential(2), 25], [exponential(8), 25]],
    8,
  ],
  [
    'exponential buckets that were removed and started again',
    shop.payload,
    payloads,
    [[exponential(9), 0], [exponential(9), 0], undefined, [exponential(500), 35]],
    509,
  ],
  ['their mean', shop.payload, panels.mean(shop.payload, over), [undefined, [exponential(500), 15]], 3],
  ['no values of exponential buckets', shop.payload, payloads, [undefined, [exponential(0), 15]], 0],
  ['a gauge', shop.stock, stocked, [undefined, [7, 15]], 1],
  ['an up-down counter', shop.open, panels.countOver(panels.series(shop.open), '100s'), [undefined, [7, 15]], 1],
])('%s', (_, metric, query, entries, expected) => {
  const value = numberOf(query, snapshotsOf(metric, entries));
  expect(value).toEqual(expected === undefined ? undefined : expect.closeTo(expected, 9));
});

test.each<[string, unknown, Query, Value]>([
  ['a counter', shop.orders, orders, 500],
  ['observations', shop.checkout, checkouts, explicit(500)],
  ['exponential buckets', shop.payload, payloads, exponential(500)],
])('by default, the first value of %s is ignored, as in Prometheus', (_, metric, query, value) => {
  const snapshots = snapshotsOf(metric, [undefined, [value, 15], [value, 15]]);
  expect(numberOf(query, snapshots.slice(0, 2), false)).toBeUndefined();
  expect(numberOf(query, snapshots, false)).toBe(0);
});

test('each window that includes the start has the whole first value, later ones have no increase', () => {
  for (const [metric, query, value] of [
    [shop.orders, panels.increase(shop.orders, { over: '40s' }), 500],
    [shop.checkout, panels.increase(shop.checkout, { over: '40s' }), explicit(500)],
    [shop.payload, panels.increase(shop.payload, { over: '40s' }), exponential(500)],
  ] as const) {
    const entries = Array.from({ length: 10 }, (_, index): Entry => (index < 3 ? undefined : [value, 35]));
    const increases = entries.map((_, index) => numberOf(query, snapshotsOf(metric, entries.slice(0, index + 1))));
    const none = [undefined, undefined, undefined];
    expect(increases).toEqual([...none, 500, 500, 500, 0, 0, 0, 0].map((each) => each && expect.closeTo(each, 9)));
  }
});

test('series that were left out for lack of memory are not new when they are stored', () => {
  const samples = (from: number, to: number): Sample[] =>
    Array.from({ length: to - from }, (_, index) => {
      const attributes = { region: `r${from + index}` };
      return { metric: shop.orders, attributes, value: 1_000, start: 5 } as unknown as Sample;
    });
  const snapshots = Array.from({ length: 300 }, (_, index): Snapshot => {
    return { at: index + 1, samples: index < 5 ? [] : index < 100 ? samples(0, 256) : samples(206, 256) };
  });
  const limits = { retentionMs: 900_000, intervalMs: 1_000, minRetentionMs: 60_000, maxBytes: 170_000 };
  const stored = historyOf(snapshots.slice(0, 50), { ...limits, startsAtZero: true });
  expect(stored.omitted).toBe(128);
  const increase = panels.increase(shop.orders, { over: '1m' });
  const increases = Array.from({ length: 20 }, (_, index) => {
    const end = 100 + 10 * (index + 1);
    const history = historyOf(snapshots.slice(0, end), { ...limits, startsAtZero: true });
    return evaluate(increase, history, { at: end * 1_000, autoWindow: '1m' }).series?.[0]?.value;
  });
  // For a while, neither the series before nor those that wait for room have two points.
  expect(new Set(increases)).toEqual(new Set([0, undefined]));
  expect(increases.at(-1)).toBe(0);
});

test('a zero is visible from the end of the walk', () => {
  const history = historyOf(snapshotsOf(shop.orders, [undefined]), options);
  const values = () => evaluate(panels.series(shop.orders), history, { at: 10_000, autoWindow: '1m' }).series;
  const { name, description, unit, kind } = shop.orders;
  const common = { scope: { name: 'shop' }, points: 'number', sum: true, monotonic: true, valueType: 1 } as const;
  const visitor = history.snapshotAt(20_000);
  visitor.metric({ name, description, unit, kind, ...common }, 'cumulative');
  const series = { attributes: {}, index: 0 };
  visitor.number(numberPoint({ series, startUnixMs: 15_000, endUnixMs: 20_000, value: 500 }));
  expect(values()).toEqual([]);
  visitor.end?.();
  expect(values()).toEqual([{ labels: {}, value: 0 }]);
});

test('a snapshot that is not after the last one has no zeros before it', () => {
  const [first, second] = snapshotsOf(shop.orders, [undefined, [500, 100]]) as [Snapshot, Snapshot];
  expect(numberOf(orders, [{ ...first, at: 100 }, second])).toBeUndefined();
});
