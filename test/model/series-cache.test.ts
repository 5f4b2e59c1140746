/** Series cache: hits by identity, second visits, eviction of series that no longer exist, and reuse of indexes. */
import { expect, test } from 'vitest';
import type { SeriesKey } from '../../src/model/points.js';
import { SeriesCache } from '../../src/model/series-cache.js';

const key = (index: number): SeriesKey => ({ attributes: Object.freeze({ index }), index });

function start() {
  const evicted: string[] = [];
  const cache = new SeriesCache<string>((value) => void evicted.push(value));
  let walks = 0;
  /** Visits series, adds the missing ones under the number of the walk, and returns the values found. */
  const walk = (series: readonly SeriesKey[], keep = 1) => {
    cache.beginWalk(++walks);
    const found = series.map((each) => {
      const value = cache.visit(each);
      if (value === undefined) cache.set(each, `${each.index} of walk ${walks}`);
      return value;
    });
    cache.endWalk(keep);
    return found;
  };
  return { cache, evicted, walk };
}

test('finds values in later walks, in any order', () => {
  const { walk, evicted } = start();
  const series = [0, 1, 40].map(key);
  expect(walk(series)).toEqual([undefined, undefined, undefined]);
  expect(walk([...series].reverse())).toEqual(['40 of walk 1', '1 of walk 1', '0 of walk 1']);
  expect(evicted).toEqual([]);
});

test('evicts series that the last walks did not visit', () => {
  const { cache, walk, evicted } = start();
  const [one, two] = [key(0), key(1)];
  walk([one, two]);
  walk([one], 2);
  expect([cache.size, evicted]).toEqual([2, []]);
  walk([one], 2);
  expect([cache.size, evicted]).toEqual([1, ['1 of walk 1']]);
  expect(walk([one, two])).toEqual(['0 of walk 1', undefined]);
});

test('replaces a series whose index was reused', () => {
  const { cache, walk, evicted } = start();
  const [gone, other] = [key(0), key(0)];
  walk([gone]);
  expect(walk([other])).toEqual([undefined]);
  expect([cache.size, evicted]).toEqual([1, ['0 of walk 1']]);
  cache.delete(gone);
  expect(walk([other])).toEqual(['0 of walk 2']);
});

test('does not find a series twice in one walk', () => {
  const { cache, walk } = start();
  const one = key(0);
  walk([one]);
  expect(walk([one, one])).toEqual(['0 of walk 1', undefined]);
  expect(cache.size).toBe(1);
  expect(walk([one])).toEqual(['0 of walk 2']);
});

test('reports visits of the current walk', () => {
  const { cache, walk } = start();
  const [one, two] = [key(0), key(1)];
  walk([one, two]);
  cache.beginWalk(2);
  expect(cache.isVisited(one)).toBe(false);
  cache.visit(one);
  expect([cache.isVisited(one), cache.isVisited(two), cache.isVisited(key(0))]).toEqual([true, false, false]);
});

test('clears all series', () => {
  const { cache, walk, evicted } = start();
  walk([key(0), key(1)]);
  cache.clear();
  expect([cache.size, evicted.length]).toEqual([0, 2]);
});
