/** Levels, columns, buckets and searches of the live page. */
import { describe, expect, test } from 'vitest';
import { bucketsOf } from '../../src/page/buckets.js';
import { searchFor } from '../../src/page/search.js';
import { balancedColumns, levelOf } from '../../src/page/thresholds.js';

const thresholds = [
  { from: 0.8, level: 'warning' },
  { from: 0.9, level: 'critical' },
] as const;

test.each([
  [0.5, 'good'],
  [0.8, 'warning'],
  [0.95, 'critical'],
  [null, undefined],
] as const)('the level of %s is %s', (value, level) => {
  expect(levelOf(value, thresholds)).toBe(level);
  expect(levelOf(value, [])).toBeUndefined();
});

test.each([
  [9, 6, 5],
  [6, 6, 6],
  [7, 6, 4],
  [1, 6, 1],
  [0, 6, 1],
  [12, 6, 6],
  [13, 6, 5],
])('%d cells in at most %d columns have %d', (count, limit, columns) => {
  expect(balancedColumns(count, limit)).toBe(columns);
});

describe('bucketsOf', () => {
  const series = (rows: Record<string, (number | null)[]>) =>
    Object.entries(rows).map(([legend, values]) => ({ legend, values }));

  test('turns cumulative counts into those of single buckets', () => {
    expect(bucketsOf(series({ '+Inf': [9, 9], '0.5': [9, 9], '0.1': [0, 0], '0.25': [4, null] }))).toEqual({
      bounds: [0.1, 0.25, 0.5, Number.POSITIVE_INFINITY],
      cells: [
        [0, 0],
        [4, null],
        [5, 9],
        [0, 0],
      ],
      highest: 9,
    });
  });

  test.each<[used: readonly number[], bounds: readonly number[]]>([
    [[5], [2, 3, 4, 5, 6, 7]],
    [[1], [1, 2, 3, 4, 5, 6]],
    [[12], [7, 8, 9, 10, 11, 12]],
    [
      [4, 6],
      [2, 3, 4, 5, 6, 7],
    ],
    [
      [2, 9],
      [2, 3, 4, 5, 6, 7, 8, 9],
    ],
    [[], []],
  ])('of 12 buckets, of which %j have observations, it shows %j', (used, bounds) => {
    const rows = Array.from({ length: 12 }, (_, index) => [`${index + 1}`, [used.includes(index + 1) ? 3 : 0]]);
    expect(bucketsOf(series(Object.fromEntries(rows))).bounds).toEqual(bounds);
  });

  test('keeps counts of single buckets', () => {
    const { bounds, cells } = bucketsOf(series({ '1': [5], '2': [3], '+Inf': [1] }));
    expect(bounds).toEqual([1, 2, Number.POSITIVE_INFINITY]);
    expect(cells).toEqual([[5], [3], [1]]);
  });

  test('ignores legends that are no bounds, and shows nothing without observations', () => {
    expect(bucketsOf(series({ x: [1], '': [2], '1': [0] }))).toEqual({ bounds: [], cells: [], highest: 0 });
    expect(bucketsOf([])).toEqual({ bounds: [], cells: [], highest: 0 });
  });
});

test('a search finds texts that have every word, in any order and case', () => {
  const matches = searchFor('  Cache gateway ');
  expect(matches('gateway.cache.lookups', 'Lookups')).toBe(true);
  expect(matches('gateway', 'Hits of the CACHE')).toBe(true);
  expect(matches('gateway.requests')).toBe(false);
  expect(searchFor('')('anything')).toBe(true);
});
