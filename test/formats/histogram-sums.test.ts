/** Sums of histograms: every count at a bound of the sum is the total of the counts of both. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classicHistogram } from '../../src/formats/classic-buckets.js';
import { sumOfExponentials, sumOfHistograms } from '../../src/formats/histogram-sums.js';
import { ExponentialView, HistogramView } from '../../src/model/point-views.js';
import type { ExponentialPoint, HistogramPoint } from '../../src/model/points.js';

const total = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + count, 0);

const count = fc.nat({ max: 9 });

const explicit = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: -4, max: 4 }), { maxLength: 6 }),
    fc.array(count, { minLength: 7, maxLength: 7 }),
  )
  .map(([bounds, given]): HistogramPoint => {
    const boundaries = bounds.sort((one, other) => one - other);
    const counts = Float64Array.from([99, ...given.slice(0, boundaries.length + 1)]);
    const point = Object.assign(new HistogramView(), { boundaries, counts, from: 1, sum: total(given) });
    point.count = total(counts) - 99;
    return point;
  });

const side = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.array(count, { maxLength: 5 })).map(([offset, given]) => ({
  offset,
  counts: Float64Array.from([99, ...given]),
  from: 1,
  length: given.length,
}));

const exponential = fc
  .tuple(fc.integer({ min: -2, max: 3 }), count, side, side)
  .map(([scale, zeroCount, positive, negative]): ExponentialPoint => {
    const point = Object.assign(new ExponentialView(), { scale, zeroCount, positive, negative, sum: 1 });
    point.count = zeroCount + total(positive.counts) + total(negative.counts) - 198;
    return point;
  });

/** Returns the number of values up to a bound, which must be a boundary of the point. */
function countUpTo({ boundaries, counts, from }: HistogramPoint, bound: number): number {
  const index = boundaries.filter((each) => each <= bound).length;
  return total(counts.slice(from, from + index));
}

function expectSum(sum: HistogramPoint, one: HistogramPoint, other: HistogramPoint): void {
  for (const bound of sum.boundaries) {
    expect(countUpTo(sum, bound), `up to ${bound}`).toBe(countUpTo(one, bound) + countUpTo(other, bound));
  }
  expect(total(sum.counts.slice(sum.from))).toBe(sum.count);
  expect([sum.count, sum.sum]).toEqual([one.count + other.count, (one.sum as number) + (other.sum as number)]);
}

test('exponential buckets that are far apart have at most 160 buckets, at a coarser scale', () => {
  const single = (offset: number, scale: number): ExponentialPoint => {
    const buckets = { offset, counts: Float64Array.from([1]), from: 0, length: 1 };
    return Object.assign(new ExponentialView(), { scale, zeroCount: 0, positive: buckets, count: 1, sum: 1 });
  };
  for (const [one, other] of [
    [single(-(2 ** 29), 20), single(2 ** 29, 20)],
    [single(0, 20), single(160, 20)],
    [single(-1_000, 0), single(1_000, 0)],
  ] as const) {
    const { scale, positive } = sumOfExponentials(one, other);
    expect(positive.length).toBeLessThanOrEqual(160);
    expect(positive.length).toBeGreaterThan(80);
    expect(total(positive.counts)).toBe(2);
    expect(positive.offset).toBe(one.positive.offset >> (one.scale - scale));
  }
});

test('explicit buckets', () => {
  fc.assert(
    fc.property(explicit, explicit, (one, other) => {
      const sum = sumOfHistograms(one, other);
      expectSum(sum, one, other);
      expect(sum.boundaries).toEqual(one.boundaries.filter((bound) => other.boundaries.includes(bound)));
      expect([...sumOfHistograms(other, one).counts]).toEqual([...sum.counts]);
    }),
  );
});

test('exponential buckets', () => {
  fc.assert(
    fc.property(exponential, exponential, (one, other) => {
      const sum = sumOfExponentials(one, other);
      expect(sum.scale).toBe(Math.min(one.scale, other.scale));
      expect(sum.zeroCount + total(sum.positive.counts) + total(sum.negative.counts)).toBe(sum.count);
      expectSum(classicHistogram(sum), classicHistogram(one), classicHistogram(other));
    }),
  );
});

test('a sum of unknown sums is unknown', () => {
  const unknown = Object.assign(new HistogramView(), { boundaries: [], counts: Float64Array.of(0), count: 0 });
  const known = Object.assign(new HistogramView(), { boundaries: [], counts: Float64Array.of(1), count: 1, sum: 2 });
  expect(sumOfHistograms(known, unknown).sum).toBeUndefined();
});
