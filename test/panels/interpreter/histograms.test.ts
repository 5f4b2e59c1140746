/** Results of queries of histograms, explicit and exponential, calculated by hand. */
import { expect, test } from 'vitest';
import * as panels from '../../../src/panels/index.js';
import type { Query } from '../../../src/panels/query.js';
import { shop } from '../catalogue.js';
import { exponentialOf } from './histories.js';
import { results, type Table } from './tables.js';

/** Values up to 0.00001, 0.1, 0.5, 1, 5, 1000000 and above. */
const checkout = (channel: string, ...counts: number[][]): Table[number] => [
  shop.checkout,
  { channel },
  counts.map((each) => ({ counts: each, sum: each.reduce((all, count) => all + count, 0) / 2 })),
];
const none = [0, 0, 0, 0, 0, 0, 0];
const checkouts = [checkout('web', none, [0, 0, 6, 4, 0, 0, 0]), checkout('app', none, [0, 0, 0, 0, 0, 0, 10])];
const ofWeb = { where: { channel: 'web' as const }, over: '10s' as const };
const within = (query: Query) => results(query, checkouts, 20);

test.each<[title: string, query: Query, expected: number]>([
  ['in the middle of a bucket', panels.quantile(0.3, shop.checkout, { ...ofWeb, over: '20s' }), 0.3],
  ['in the next bucket', panels.quantile(0.8, shop.checkout, { ...ofWeb, over: '20s' }), 0.75],
  ['at a bound', panels.quantile(0.6, shop.checkout, { ...ofWeb, over: '20s' }), 0.5],
  ['above the last bound', panels.quantile(0.9, shop.checkout, { where: { channel: 'app' }, over: '20s' }), 1_000_000],
  ['of merged series', panels.quantile(0.25, shop.checkout, { over: '20s' }), 0.1 + 0.4 * (5 / 6)],
  ['the mean', panels.mean(shop.checkout, { over: '20s' }), 0.5],
  ['the share below a bound', panels.shareBelow(0.5, shop.checkout, { over: '20s' }), 0.3],
])('histograms: %s', (_, query, expected) => {
  expect(within(query)).toEqual([[{}, expect.closeTo(expected, 9)]]);
});

test('a quantile by group, without the labels of buckets', () => {
  const found = within(panels.quantile(0.6, shop.checkout, { by: ['channel'], over: '20s' }));
  expect(found).toEqual([
    [{ channel: 'web' }, expect.closeTo(0.5, 9)],
    [{ channel: 'app' }, 1_000_000],
  ]);
});

test('bounds below 0, with an unknown sum', () => {
  const temperature = { ...shop.checkout, buckets: [-1, 0, 1] };
  const values = [
    [0, 0, 0, 0],
    [4, 0, 4, 0],
  ].map((counts) => ({ counts, sum: Number.NaN }));
  const table: Table = [[temperature, {}, values]];
  const quantile = (share: number) => results(panels.quantile(share, shop.checkout, { over: '20s' }), table, 20);
  expect(quantile(0.25)).toEqual([[{}, -1]]);
  expect(quantile(0.75)).toEqual([[{}, expect.closeTo(0.5, 9)]]);
  expect(results(panels.mean(shop.checkout, { over: '20s' }), table, 20)).toEqual([]);
});

test('a reset that only some buckets show', () => {
  const query = panels.quantile(0.5, shop.checkout, { over: '20s' });
  const table = [checkout('web', [0, 0, 0, 0, 0, 0, 10], [0, 0, 10, 0, 0, 0, 0])];
  expect(results(query, table, 20)).toEqual([[{}, expect.closeTo(0.3, 9)]]);
});

test('a quantile without values is NaN, without samples it has no series', () => {
  const query = panels.quantile(0.5, shop.checkout, { over: '20s' });
  expect(results(query, [checkout('web', none, none)], 20)).toEqual([[{}, Number.NaN]]);
  expect(results(query, [checkout('web', none)], 20)).toEqual([]);
});

test('a distribution has a series for each bound', () => {
  const found = within(panels.distribution(shop.checkout, { over: '20s', where: { channel: 'web' } }));
  const bounds = ['0.00001', '0.1', '0.5', '1', '5', '1000000', '+Inf'];
  const counts = [0, 0, 6, 10, 10, 10, 10];
  expect(found).toEqual(bounds.map((le, index) => [{ le }, expect.closeTo((counts[index] as number) / 20, 9)]));
});

const payload = (...values: (number[] | undefined)[]): Table[number] => [
  shop.payload,
  {},
  values.map((each) => each && exponentialOf(each, 0)),
];
const sizes = payload([], [0, 3, 3, 3, 3, 12]);
const recent = { over: '20s' } as const;

test.each<[title: string, query: Query, expected: number]>([
  ['on a logarithmic scale', panels.quantile(0.5, shop.payload, recent), 2 ** 1.5],
  ['in the last bucket', panels.quantile(1, shop.payload, recent), 16],
  ['in the bucket of 0', panels.quantile(0, shop.payload, recent), 0],
  ['the mean', panels.mean(shop.payload, recent), 4],
  ['observations', panels.increase(shop.payload, recent), 12],
])('exponential histograms: %s', (_, query, expected) => {
  expect(results(query, [sizes], 20)).toEqual([[{}, expect.closeTo(expected, 9)]]);
});

test('a reset of an exponential histogram that its count does not show', () => {
  const table = [payload([3, 3], [12, 12, 12])];
  expect(results(panels.quantile(0.5, shop.payload, recent), table, 20)).toEqual([[{}, expect.closeTo(2 ** 3.5, 9)]]);
  expect(results(panels.increase(shop.payload, recent), table, 20)).toEqual([[{}, expect.closeTo(6, 9)]]);
});

test('negative values of exponential histograms, and a distribution', () => {
  const table = [payload([], [-3, -3, 0, 5])];
  expect(results(panels.quantile(0.25, shop.payload, recent), table, 20)).toEqual([
    [{}, expect.closeTo(-(2 ** 1.5), 9)],
  ]);
  const found = results(panels.distribution(shop.payload, recent), table, 20);
  expect(found).toEqual([
    [{ le: '-2' }, expect.closeTo(0.2, 9)],
    [{ le: '1e-128' }, expect.closeTo(0.3, 9)],
    [{ le: '8' }, expect.closeTo(0.4, 9)],
    [{ le: '+Inf' }, expect.closeTo(0.4, 9)],
  ]);
});
