import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExponentialView, HistogramView } from '../../src/model/point-views.js';
import { explicitBuckets, exponentialBuckets, quantile } from '../../src/model/quantile.js';

function explicit(boundaries: readonly number[], counts: readonly number[]) {
  return explicitBuckets(
    Object.assign(new HistogramView(), { boundaries, counts: Float64Array.from(counts), from: 0 }),
  );
}

test('quantiles lie between minimum and maximum and are monotonic', () => {
  const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, (recorded) => {
      const boundaries = [-10, 0, 1, 10];
      const counts = [0, 0, 0, 0, 0];
      for (const value of recorded) {
        const index = boundaries.findIndex((bound) => value <= bound);
        counts[index === -1 ? 4 : index] = (counts[index === -1 ? 4 : index] as number) + 1;
      }
      const [min, max] = [Math.min(...recorded), Math.max(...recorded)];
      const buckets = explicit(boundaries, counts);
      const quantiles = [0, 0.25, 0.5, 0.75, 0.99, 1].map((q) => quantile(q, buckets, recorded.length, min, max));
      for (const [index, value] of quantiles.entries()) {
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        if (index > 0) expect(value).toBeGreaterThanOrEqual(quantiles[index - 1] as number);
      }
    }),
  );
});

test.each([
  ['the lower bound of the first value', 0, [1, 0, 1, 0], 0.5, 2.5, 0.5],
  ['the upper bound of the bucket that the rank completes', 0.5, [1, 0, 1, 0], 0.5, 2.5, 1],
  ['the maximum', 1, [1, 0, 1, 0], 0.5, 2.5, 2.5],
  ['a point within the bucket', 0.5, [0, 2, 0, 0], undefined, undefined, 1.5],
  ['a point above 0 in the first bucket without a minimum', 0.5, [2, 0, 0, 0], undefined, undefined, 0.5],
  ['a point above a negative minimum', 0.5, [2, 0, 0, 0], -3, 1, -1],
  ['the last bound without a maximum', 0.5, [0, 0, 0, 4], undefined, undefined, 3],
  ['a point between the last bound and the maximum', 0.5, [0, 0, 0, 4], 3.5, 7, 5.25],
])('a quantile is %s', (_, q, counts, min, max, expected) => {
  const count = counts.reduce((total, each) => total + each, 0);
  expect(quantile(q, explicit([1, 2, 3], counts), count, min, max)).toBe(expected);
});

const side = (offset: number, counts: readonly number[]) => ({
  offset,
  counts: Float64Array.from([9, ...counts, 9]),
  from: 1,
  length: counts.length,
});

test('buckets of an exponential histogram ascend from the negative side over zero', () => {
  const point = Object.assign(new ExponentialView(), {
    scale: 0,
    zeroCount: 3,
    negative: side(1, [1, 0, 2]),
    positive: side(-1, [4, 5]),
  });
  expect(exponentialBuckets(point)).toEqual([
    { lower: -16, upper: -8, count: 2 },
    { lower: -4, upper: -2, count: 1 },
    { lower: 0, upper: 0, count: 3 },
    { lower: 0.5, upper: 1, count: 4 },
    { lower: 1, upper: 2, count: 5 },
  ]);
});

test.each([0, 3, 8])('at scale %i an estimate errs by at most one bucket', (scale) => {
  const base = 2 ** (2 ** -scale);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1.001, max: 1_000, noNaN: true }), { minLength: 1 }), (recorded) => {
      const counts = new Array<number>(Math.ceil(10 * 2 ** scale) + 2).fill(0);
      for (const value of recorded) {
        const index = Math.ceil(Math.log2(value) * 2 ** scale) - 1;
        counts[index] = (counts[index] as number) + 1;
      }
      const point = Object.assign(new ExponentialView(), { scale, zeroCount: 0, positive: side(0, counts) });
      const sorted = recorded.toSorted((one, other) => one - other);
      const exact = sorted[Math.ceil(0.95 * sorted.length) - 1] as number;
      const estimate = quantile(0.95, exponentialBuckets(point), sorted.length, sorted[0], sorted.at(-1));
      expect(estimate / exact).toBeGreaterThanOrEqual(1 / base / 1.0001);
      expect(estimate / exact).toBeLessThanOrEqual(base * 1.0001);
    }),
  );
});
