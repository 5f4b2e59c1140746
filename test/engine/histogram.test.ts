/** Explicit-bucket histograms: bucket lookup for any boundaries, and sums that agree with the buckets. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Buckets } from '../../src/engine/buckets.js';
import { stockProvider } from '../support/stock.js';
import { PlainReader, startEngine } from './provider.js';

/** Doubles for which a bitwise search could fail. */
const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -10, max: 10 }),
  fc.integer({ min: -1_100, max: 1_023 }).map((exponent) => 2 ** exponent),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, -Number.MAX_VALUE, 1, -1, 0.1),
);

const ascending = (values: readonly number[]) =>
  [...new Set(values.map((value) => value + 0))].sort((one, other) => one - other);

/** Boundaries far apart, or so close that no double lies between them. */
const boundaries = fc.oneof(
  fc.array(double, { maxLength: 20 }).map(ascending),
  fc
    .tuple(fc.double({ noNaN: true, min: 1e-3, max: 1e3 }), fc.integer({ min: 1, max: 300 }))
    .map(([from, count]) => ascending(Array.from({ length: count }, (_, step) => from * (1 + step * 2 ** -52)))),
  fc.integer({ min: 200, max: 600 }).map((count) => Array.from({ length: count }, (_, step) => step * 0.01 - 1)),
);

const linear = (bounds: readonly number[], value: number) => {
  const index = bounds.findIndex((bound) => value <= bound);
  return index === -1 ? bounds.length : index;
};

describe('the bucket of a value', () => {
  test('equals the result of a linear search', () => {
    fc.assert(
      fc.property(boundaries, fc.array(double, { maxLength: 30 }), (bounds, values) => {
        const buckets = new Buckets(bounds);
        for (const value of [...values, ...bounds]) expect(buckets.indexOf(value)).toBe(linear(bounds, value));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['no boundaries', []],
    ['one', [1]],
    ['zero', [0]],
    ['negative only', [-3, -2, -1]],
    ['subnormal', [5e-324, 1e-323, 2e-323]],
    ['huge', [1e307, 1e308, Number.MAX_VALUE]],
    ['around zero', [-5e-324, 0, 5e-324]],
  ])('%s', (_name, bounds) => {
    const buckets = new Buckets(bounds);
    const values = [0, -0, 5e-324, -5e-324, 1, -1, -2, -2.5, 1e307, 1.5e308, Number.MAX_VALUE, -Number.MAX_VALUE];
    for (const value of [...values, ...bounds])
      expect([value, buckets.indexOf(value)]).toEqual([value, linear(bounds, value)]);
  });
});

test('buckets add up to the count; sum, minimum and maximum are exact', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 }).map(ascending),
      fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 50 }),
      async (bounds, values) => {
        const reader = new PlainReader();
        const { meter, provider } = startEngine({ readers: [reader] });
        const histogram = meter.createHistogram('m', { advice: { explicitBucketBoundaries: bounds } });
        for (const value of values) histogram.record(value);
        const taken = values.filter((value) => value >= 0 || (bounds[0] as number) < 0);
        const [point] = await reader.points();
        expect(provider.rejections.value_negative).toBe(values.length - taken.length);
        if (taken.length === 0) {
          expect(point?.value.count ?? 0).toBe(0);
          return;
        }
        const counts = new Array(bounds.length + 1).fill(0);
        for (const value of taken) counts[linear(bounds, value)]++;
        expect(point?.value).toEqual({
          count: taken.length,
          sum: taken.reduce((total, value) => total + value, 0),
          min: Math.min(...taken),
          max: Math.max(...taken),
          buckets: { boundaries: bounds, counts },
        });
      },
    ),
  );
});

test.each([1, 63, 64, 200])('delta points of a histogram with %i boundaries have all buckets', async (length) => {
  const reader = new PlainReader('delta');
  const { meter } = startEngine({ readers: [reader] });
  const bounds = Array.from({ length }, (_, index) => index);
  const histogram = meter.createHistogram('m', { advice: { explicitBucketBoundaries: bounds } });
  for (const recordings of [1, 2]) {
    for (let count = 0; count < recordings; count++) for (const value of [...bounds, length]) histogram.record(value);
    const [point] = await reader.points();
    expect(point?.value.buckets.counts).toEqual(new Array(length + 1).fill(recordings));
    expect(point?.value.count).toBe((length + 1) * recordings);
  }
});

test('sorts the boundaries of a view and removes infinite ones, as stock OpenTelemetry does', async () => {
  const reader = new PlainReader();
  const options = { boundaries: [10, Number.POSITIVE_INFINITY, 5, Number.NEGATIVE_INFINITY] };
  const aggregation = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options } as const;
  const { meter } = startEngine({ readers: [reader], views: [{ instrumentName: 'm', aggregation }] });
  meter.createHistogram('m').record(7);
  const [point] = await reader.points();
  expect(point?.value.buckets).toEqual({ boundaries: [5, 10], counts: [0, 1, 0] });
});

test.each([
  ['in any order', [10, 1, 5], [1, 5, 10]],
  ['with infinities', [Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY], [1]],
  ['that are negative', [1, -1, 0], [-1, 0, 1]],
  ['empty', [], []],
])('advised boundaries %s become those of stock OpenTelemetry', async (_, explicitBucketBoundaries, expected) => {
  const reader = new PlainReader();
  const stock = stockProvider();
  for (const meter of [startEngine({ readers: [reader] }).meter, stock.meter]) {
    meter.createHistogram('m', { advice: { explicitBucketBoundaries } }).record(7);
  }
  const [[point], [same]] = [await reader.points(), await stock.collect()];
  expect(point?.value.buckets).toEqual(same?.value.buckets);
  expect(point?.value.buckets.boundaries).toEqual(expected);
});

test('equal advised boundaries become one: the data model requires increasing ones, stock OpenTelemetry repeats them', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  meter.createHistogram('m', { advice: { explicitBucketBoundaries: [1, 2, 1] } }).record(1);
  const [point] = await reader.points();
  expect(point?.value.buckets).toEqual({ boundaries: [1, 2], counts: [1, 0, 0] });
});

test('a view can disable minimum and maximum', async () => {
  const reader = new PlainReader('delta');
  const options = { boundaries: [1], recordMinMax: false };
  const aggregation = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options } as const;
  const { meter } = startEngine({ readers: [reader], views: [{ instrumentName: 'm', aggregation }] });
  meter.createHistogram('m').record(7);
  const [point] = await reader.points();
  expect(point?.value).toEqual({
    count: 1,
    sum: 7,
    min: undefined,
    max: undefined,
    buckets: { boundaries: [1], counts: [0, 1] },
  });
});
