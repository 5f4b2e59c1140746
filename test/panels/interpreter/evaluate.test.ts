/** Results of each operation over short histories, calculated by hand. */
import { expect, test } from 'vitest';
import * as panels from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import type { Aggregate, Query, WindowFunction } from '../../../src/panels/query.js';
import { shop } from '../catalogue.js';
import { historyOf } from './histories.js';
import { type Labels, results, snapshotsOf, type Table } from './tables.js';

const orders = (values: readonly (number | undefined)[], attributes: Labels = {}): Table[number] => [
  shop.orders,
  attributes,
  values,
];
const stock = (shelf: string, ...values: (number | undefined)[]): Table[number] => [shop.stock, { shelf }, values];
const open = (...values: (number | undefined)[]): Table[number] => [shop.open, {}, values];
const wait = (...values: (number | undefined)[]): Table[number] => [shop.waitMs, {}, values];

const over = (name: WindowFunction, of: Query, window: panels.Duration): Query => ({
  op: 'overTime',
  function: name,
  of,
  window,
});

test.each<
  [title: string, values: (number | undefined)[], at: number, window: panels.Duration, increase: number | undefined]
>([
  ['an increase over the whole window', [100, 110, 120, 130], 40, '30s', 30],
  ['the start of the window is not part of it', [0, 100, 110, 120], 30, '10s', undefined],
  ['one sample is not enough', [5], 10, '30s', undefined],
  ['a sample near the end stands for the time up to it', [100, 110, 120, 130], 45, '30s', 30],
  ['far from the end, for half of the distance', [100, 110, 120, 130], 60, '50s', 20 * (20 + 10 + 5) * 0.05],
  ['a counter is not below 0 before its first sample', [undefined, 2, 12, 22], 40, '30s', 20 * (20 + 2) * 0.05],
  ['a decrease is a reset', [100, 110, 5, 15], 40, '40s', (-85 + 110) * (40 / 30)],
  ['a missing sample does not end a window', [100, undefined, 120, 130], 40, '30s', 10 * (10 + 5) * 0.1],
  ['no change is no increase', [7, 7, 7], 30, '30s', 0],
])('increase: %s', (_, values, at, window, expected) => {
  const found = results(over('increase', panels.series(shop.orders), window), [orders(values)], at);
  if (expected === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([[{}, expect.closeTo(expected, 9)]]);
});

test.each<[name: WindowFunction, expected: number]>([
  ['rate', 0.25],
  ['increase', 7.5],
  ['delta', -1.5],
  ['changes', 1],
  ['avg', 16 / 3],
  ['min', 5],
  ['max', 6],
  ['sum', 16],
  ['count', 3],
  ['stddev', Math.sqrt(2 / 9)],
])('%s of the samples 6, 5 and 5', (name, expected) => {
  const table = [stock('1', 9, 6, 5, 5)];
  const wanted = [[{ shelf: '1' }, expect.closeTo(expected, 9)]];
  expect(results(over(name, panels.series(shop.stock), '30s'), table, 40)).toEqual(wanted);
  // A subquery at the same times.
  const query = over(name, panels.value(shop.stock, { by: ['shelf'] }), '30s');
  expect(results(query, table, 40)).toEqual(wanted);
});

const shelves = [stock('1', 1), stock('2', 4), stock('3', 10)];

test.each<[Aggregate['function'], number]>([
  ['sum', 15],
  ['avg', 5],
  ['min', 1],
  ['max', 10],
  ['count', 3],
  ['stddev', Math.sqrt(14)],
])('%s of series', (merge, expected) => {
  expect(results(panels.value(shop.stock, { merge }), shelves, 10)).toEqual([[{}, expect.closeTo(expected, 9)]]);
});

test('a sum keeps what a large number hides', () => {
  const table = [stock('1', 1e16), stock('2', 1), stock('3', -1e16)];
  expect(results(panels.value(shop.stock, { merge: 'sum' }), table, 10)).toEqual([[{}, 1]]);
});

const web = { channel: 'web', outcome: 'paid', region: 'eu' };
const app = { channel: 'app', outcome: 'paid' };
const sales = [orders([1, 4], web), orders([2, 8], app)];
const all = panels.series(shop.orders);

test.each<[title: string, query: Query, expected: unknown]>([
  [
    'all labels',
    all,
    [
      [web, 4],
      [app, 8],
    ],
  ],
  ['a value', panels.series(shop.orders, { where: { channel: 'web' } }), [[web, 4]]],
  [
    'several values',
    panels.series(shop.orders, { where: { channel: ['web', 'app'] } }),
    [
      [web, 4],
      [app, 8],
    ],
  ],
  ['another value', panels.series(shop.orders, { where: { channel: { not: 'web' } } }), [[app, 8]]],
  ['an absent attribute', panels.series(shop.orders, { where: { region: '' } }), [[app, 8]]],
  ['a present attribute', panels.series(shop.orders, { where: { region: { not: '' } } }), [[web, 4]]],
  ['a metric without series', panels.series(shop.open), []],
  [
    'groups',
    { op: 'aggregate', function: 'sum', by: ['outcome', 'region'], of: all },
    [
      [{ outcome: 'paid', region: 'eu' }, 4],
      [{ outcome: 'paid' }, 8],
    ],
  ],
  [
    'an offset',
    panels.offset(all, '10s'),
    [
      [web, 1],
      [app, 2],
    ],
  ],
  [
    'an offset of a window',
    panels.offset(over('count', all, '15s'), '5s'),
    [
      [web, 1],
      [app, 1],
    ],
  ],
])('samples: %s', (_, query, expected) => {
  expect(results(query, sales, 20)).toEqual(expected);
});

test.each<[title: string, at: number, expected: unknown]>([
  ['before the first snapshot', 9, []],
  ['at a snapshot', 10, [[{}, 1]]],
  ['until the next one', 19, [[{}, 1]]],
  ['a snapshot without the series ends it', 20, []],
  ['for five minutes', 329, [[{}, 3]]],
  ['but not longer', 330, []],
])('the latest sample: %s', (_, at, expected) => {
  expect(results(panels.series(shop.open), [open(1, undefined, 3), wait(1, 1, 1)], at)).toEqual(expected);
});

const byShelf = panels.value(shop.stock, { by: ['shelf'] });
const total = panels.value(shop.open);
const waiting = panels.value(shop.waitMs);
const [one, two, three] = [{ shelf: '1' }, { shelf: '2' }, { shelf: '3' }];

test.each<[title: string, query: Query, expected: unknown]>([
  ['+ of numbers', panels.plus(1, 2), [[{}, 3]]],
  [
    '- with a number',
    panels.minus(byShelf, 1),
    [
      [one, 0],
      [two, 3],
      [three, 9],
    ],
  ],
  [
    '- from a number',
    panels.minus(1, byShelf),
    [
      [one, 0],
      [two, -3],
      [three, -9],
    ],
  ],
  [
    '* of equal labels',
    panels.times(byShelf, byShelf),
    [
      [one, 1],
      [two, 16],
      [three, 100],
    ],
  ],
  [
    '/ by a group',
    panels.divide(byShelf, total),
    [
      [one, 0.5],
      [two, 2],
      [three, 5],
    ],
  ],
  [
    '/ of a group',
    panels.divide(total, byShelf),
    [
      [one, 2],
      [two, 0.5],
      [three, 0.2],
    ],
  ],
  ['/ by 0', panels.divide(total, panels.minus(total, total)), [[{}, Number.POSITIVE_INFINITY]]],
  ['> a number', panels.above(byShelf, 4), [[three, 10]]],
  [
    '>= a group',
    panels.atLeast(byShelf, panels.times(total, 2)),
    [
      [two, 4],
      [three, 10],
    ],
  ],
  ['< a number', panels.below(byShelf, 4), [[one, 1]]],
  [
    '<= keeps the left value',
    panels.atMost(total, byShelf),
    [
      [two, 2],
      [three, 2],
    ],
  ],
  ['== a number', panels.equal(byShelf, 4), [[two, 4]]],
  [
    '!= a number',
    panels.unequal(byShelf, 4),
    [
      [one, 1],
      [three, 10],
    ],
  ],
  ['a comparison of numbers', panels.above(panels.plus(1, 1), 1), [[{}, 1]]],
  [
    'and',
    panels.and(byShelf, panels.above(byShelf, 1)),
    [
      [two, 4],
      [three, 10],
    ],
  ],
  ['and without labels', panels.and(byShelf, panels.above(total, 5)), []],
  [
    'or',
    panels.or(panels.above(byShelf, 4), panels.below(byShelf, 2)),
    [
      [three, 10],
      [one, 1],
    ],
  ],
  [
    'or of different labels',
    panels.or(total, panels.above(byShelf, 4)),
    [
      [{}, 2],
      [three, 10],
    ],
  ],
  ['or prefers the left', panels.or(total, waiting), [[{}, 2]]],
  ['unless', panels.unless(byShelf, panels.above(byShelf, 1)), [[one, 1]]],
  ['a ratio without a part', panels.ratio(panels.above(total, 5), total), [[{}, 0]]],
  [
    'topk',
    panels.topk(2, byShelf),
    [
      [three, 10],
      [two, 4],
    ],
  ],
  [
    'bottomk',
    panels.bottomk(2, byShelf),
    [
      [one, 1],
      [two, 4],
    ],
  ],
  ['topk with NaN', panels.topk(1, panels.divide(panels.minus(byShelf, 1), panels.minus(byShelf, 1))), [[two, 1]]],
  ['absent', panels.absent(panels.above(total, 5)), [[{}, 1]]],
  [
    'absent with a condition',
    panels.absent(
      panels.series(shop.orders, { where: { channel: 'web', outcome: ['paid', 'declined'], region: { not: 'eu' } } }),
    ),
    [[{ channel: 'web' }, 1]],
  ],
  ['absent of present series', panels.absent(total), []],
  ['the time', panels.now, [[{}, 10]]],
  ['the time minus series', panels.minus(panels.now, total), [[{}, 8]]],
])('operators: %s', (_, query, expected) => {
  expect(results(query, [...shelves, open(2), wait(7)], 10)).toEqual(expected);
});

test.each<[Query, at: string, number]>([
  [panels.hour, '2024-02-29T23:59:59Z', 23],
  [panels.hour, '2024-03-01T00:00:00Z', 0],
  [panels.weekday, '2024-03-03T12:00:00Z', 0],
  [panels.weekday, '2024-03-02T23:00:00Z', 6],
  [panels.now, '1970-01-02T00:00:00.500Z', 86_400.5],
])('%j at %s', (query, at, expected) => {
  const { series } = evaluate(query, historyOf([]), { at: Date.parse(at), autoWindow: '1m' });
  expect(series).toEqual([{ labels: {}, value: expected }]);
});

const rule = panels.recording('shop:stock:max', panels.value(shop.stock, { merge: 'max', by: ['shelf'] }), {
  team: 'a',
});

test.each<[title: string, query: Query, expected: unknown]>([
  ['with its labels', panels.recorded(rule), [[{ shelf: '1', team: 'a' }, 4]]],
  ['in a window', panels.avgOver(panels.recorded(rule), '30s'), [[{ shelf: '1', team: 'a' }, 3]]],
  ['earlier', panels.offset(panels.recorded(rule), '20s'), [[{ shelf: '1', team: 'a' }, 2]]],
  [
    'in an earlier window',
    panels.offset(panels.avgOver(panels.recorded(rule), '20s'), '20s'),
    [[{ shelf: '1', team: 'a' }, 1.5]],
  ],
  [
    'without the series of other rules',
    { ...panels.recorded(rule), where: [{ attribute: 'team', not: false, values: ['b'] }] },
    [],
  ],
])('series of a rule: %s', (_, query, expected) => {
  expect(results(query, [stock('1', 1, 2, 3, 4)], 40)).toEqual(expected);
});

const byChannel: Query = { op: 'aggregate', function: 'sum', by: ['channel'], of: all };

test.each<[title: string, query: Query, reason: string, message: RegExp]>([
  ['PromQL', panels.times(panels.raw('up'), 2), 'raw', /need a Prometheus/],
  ['a long window', panels.rate(shop.orders, { over: '1h' }), 'window', /needs the last 1h, .* keeps the last 10m/],
  ['an early offset', panels.offset(panels.value(shop.open), '11m'), 'window', /needs the last 11m/],
  [
    'windows of windows',
    panels.avgOver(panels.rate(shop.orders, { over: '6m' }), '5m'),
    'window',
    /needs the last 11m/,
  ],
  ['a rule of PromQL', panels.recorded(panels.recording('r', panels.raw('up'))), 'raw', /Prometheus/],
  ['several partners', panels.divide(byShelf, byChannel), 'matching', /aggregate/],
])('no result: %s', (_, query, reason, message) => {
  const history = historyOf(snapshotsOf([...shelves, orders([1], web), orders([2], app)]), { retentionMs: 600_000 });
  const { series, obstacle } = evaluate(query, history, { at: 10_000, autoWindow: '30s' });
  expect(series).toBeUndefined();
  expect(obstacle).toEqual({ reason, message: expect.stringMatching(message) });
});
