/** Exponential histograms: values are in their buckets at any scale, and scale changes lose no count. */
import { runInNewContext } from 'node:vm';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialScale, indexOfValue } from '../../src/engine/exponential-index.js';
import { PlainReader, startEngine } from './provider.js';

/** Normal doubles. OpenTelemetry permits all subnormal doubles to share the lowest bucket. */
const positive = fc.oneof(
  fc.double({ noNaN: true, min: 2.2250738585072014e-308, max: Number.MAX_VALUE }),
  fc.double({ noNaN: true, min: 0.001, max: 1_000 }),
  fc.integer({ min: -1_022, max: 1_023 }).map((exponent) => 2 ** exponent),
  // At and next to bucket bounds, where a logarithm may round in either direction.
  fc
    .record({ scale: fc.integer({ min: 1, max: 10 }), step: fc.nat(), exponent: fc.integer({ min: -20, max: 20 }) })
    .map(({ scale, step, exponent }) => 2 ** ((step % 2 ** scale) / 2 ** scale + exponent)),
);
const scale = fc.integer({ min: -10, max: 20 });

const indexAtScale = (value: number, at: number) => indexOfValue(value, exponentialScale(at));
const exponent = (index: number, at: number) => index * 2 ** -at;

describe('the index of a value', () => {
  test('is the index of a bucket that contains it', () => {
    fc.assert(
      fc.property(positive, scale, (value, at) => {
        const index = indexAtScale(value, at);
        const exact = Math.log2(value);
        // Logarithms are exact to about 2^-42 here, so that both buckets are valid next to a bound.
        const slack = 2 ** -42;
        expect(exact).toBeGreaterThanOrEqual(exponent(index, at) - slack);
        expect(exact).toBeLessThanOrEqual(exponent(index + 1, at) + slack);
      }),
      { numRuns: 3_000 },
    );
  });

  test('of a power of two is the index of the bucket that ends there', () => {
    for (let at = -10; at <= 20; at++) {
      for (let power = -1_021; power <= 1_023; power += 7) {
        const index = indexAtScale(2 ** power, at);
        expect([at, power, index]).toEqual([at, power, Math.ceil(power * 2 ** at) - 1]);
      }
    }
  });

  test('of a subnormal number is that of the smallest normal number', () => {
    const smallest = 2 ** -1_022;
    for (let at = -10; at <= 20; at++) {
      for (const value of [5e-324, 1e-320, 2 ** -1_050, smallest * (1 - 2 ** -52)])
        expect([at, value, indexAtScale(value, at)]).toEqual([at, value, indexAtScale(smallest, at)]);
    }
  });

  test('is monotonic', () => {
    fc.assert(
      fc.property(positive, positive, scale, (one, other, at) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(indexAtScale(low, at)).toBeLessThanOrEqual(indexAtScale(high, at));
      }),
      { numRuns: 2_000 },
    );
  });
});

interface ExponentialValue {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] };
  readonly negative: { readonly offset: number; readonly bucketCounts: readonly number[] };
}

function exponentialEngine(temporality: 'cumulative' | 'delta', options: object = {}) {
  const reader = new PlainReader(temporality);
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options } as const;
  const { meter, provider } = startEngine({ readers: [reader], views: [{ instrumentName: '*', aggregation }] });
  const value = async () => (await reader.points())[0]?.value as ExponentialValue;
  return { meter, provider, histogram: meter.createHistogram('m'), value };
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Expects each value, in ascending order, to be within the bounds of its bucket. */
function expectHeld({ positive: { offset, bucketCounts }, scale: at }: ExponentialValue, values: readonly number[]) {
  const sorted = values.filter((value) => value > 0).sort((one, other) => one - other);
  let next = 0;
  for (const [bucket, count] of bucketCounts.entries()) {
    for (const value of sorted.slice(next, next + count)) {
      const slack = 2 ** -42;
      expect(Math.log2(value)).toBeGreaterThanOrEqual(exponent(offset + bucket, at) - slack);
      expect(Math.log2(value)).toBeLessThanOrEqual(exponent(offset + bucket + 1, at) + slack);
    }
    next += count;
  }
  expect(next).toBe(sorted.length);
}

test('every value is in a bucket that contains it, within the maximum number of buckets', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(positive, fc.constant(0)), { minLength: 1, maxLength: 40 }),
      fc.constantFrom(2, 3, 20, 160),
      async (values, maxSize) => {
        const { histogram, value } = exponentialEngine('cumulative', { maxSize });
        for (const each of values) histogram.record(each);
        const point = await value();
        expect(point.count).toBe(values.length);
        expect(point.zeroCount).toBe(values.filter((each) => each === 0).length);
        expect(point.positive.bucketCounts.length).toBeLessThanOrEqual(maxSize);
        expect(total(point.positive.bucketCounts) + point.zeroCount).toBe(values.length);
        expect([point.min, point.max]).toEqual([Math.min(...values), Math.max(...values)]);
        expectHeld(point, values);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('deltas contain the recordings between collections, also across scale changes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(positive, { minLength: 1, maxLength: 15 }), { maxLength: 6 }),
      async (cycles) => {
        const { histogram, value } = exponentialEngine('delta');
        for (const values of cycles) {
          for (const each of values) histogram.record(each);
          const point = await value();
          expect(point.count).toBe(values.length);
          expect(total(point.positive.bucketCounts)).toBe(values.length);
          expect(point.positive.bucketCounts.every((count) => count >= 0)).toBe(true);
          expectHeld(point, values);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('keeps the finest scale for one value, and uses the finest that fits for two', async () => {
  const one = exponentialEngine('cumulative');
  one.histogram.record(3);
  one.histogram.record(3);
  expect((await one.value()).scale).toBe(20);
  const two = exponentialEngine('cumulative');
  two.histogram.record(1.5);
  two.histogram.record(2 ** 300);
  const { scale: at, positive: buckets } = await two.value();
  expect(at).toBe(-1);
  expect(buckets.bucketCounts).toHaveLength(150);
});

test('covers the whole range of doubles', async () => {
  const { histogram, value } = exponentialEngine('cumulative');
  for (const each of [5e-324, 2.2250738585072014e-308, 1, Number.MAX_VALUE]) histogram.record(each);
  const point = await value();
  expect(point.scale).toBe(-4);
  expect(total(point.positive.bucketCounts)).toBe(4);
});

test('counts zeros in a separate bucket', async () => {
  const { histogram, value } = exponentialEngine('delta');
  histogram.record(0);
  histogram.record(-0);
  expect(await value()).toMatchObject({ count: 2, zeroCount: 2, sum: 0, positive: { bucketCounts: [] } });
  histogram.record(0);
  histogram.record(8);
  expect(await value()).toMatchObject({ count: 2, zeroCount: 1, positive: { bucketCounts: [1] } });
});

const record = (instrument: object, value: number) => {
  const { add, record: set } = instrument as { add?(value: number): void; record?(value: number): void };
  (add ?? set)?.call(instrument, value);
};

const signed = fc.oneof(
  positive,
  positive.map((value) => -value),
  fc.constant(0),
);

describe.each(['createGauge', 'createUpDownCounter'] as const)('values of both signs of %s', (make) => {
  test('are in a bucket that contains them, and deltas add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(signed, { minLength: 1, maxLength: 15 }), { maxLength: 6 }),
        fc.constantFrom('cumulative' as const, 'delta' as const),
        fc.constantFrom(2, 20, 160),
        async (cycles, temporality, maxSize) => {
          const { meter, provider, value } = exponentialEngine(temporality, { maxSize });
          const instrument = meter[make]('n');
          let values: readonly number[] = [];
          for (const recorded of cycles) {
            for (const each of recorded) record(instrument, each);
            values = temporality === 'delta' ? recorded : [...values, ...recorded];
            const point = await value();
            expect(point.count).toBe(values.length);
            expect(point.zeroCount).toBe(values.filter((each) => each === 0).length);
            expect(point.negative.bucketCounts.length).toBeLessThanOrEqual(maxSize);
            expectHeld(point, values);
            expectHeld(
              { ...point, positive: point.negative },
              values.map((each) => -each),
            );
            expect(point.sum).toBeUndefined();
          }
          expect(provider.rejections.value_negative).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('share one scale: a large value of one sign makes the buckets of the other coarser', async () => {
    const { meter, value } = exponentialEngine('cumulative');
    const instrument = meter[make]('n');
    for (const each of [-1.5, 1.5, 3, -(2 ** 300)]) record(instrument, each);
    expect(await value()).toMatchObject({
      count: 4,
      scale: -1,
      min: -(2 ** 300),
      max: 3,
      positive: { offset: 0, bucketCounts: [2] },
      negative: { offset: 0 },
    });
    const { negative } = await value();
    expect([negative.bucketCounts[0], negative.bucketCounts.at(-1)]).toEqual([1, 1]);
  });
});

test('negative observations are in negative buckets', async () => {
  const { meter, value } = exponentialEngine('cumulative');
  meter.createObservableGauge('n').addCallback((result) => {
    result.observe(-4, { position: 'left' });
  });
  expect(await value()).toMatchObject({ count: 1, min: -4, max: -4, negative: { bucketCounts: [1] } });
});

test('the series of the rest takes over the buckets of both signs', async () => {
  const reader = new PlainReader('cumulative');
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const views = [{ instrumentName: '*', aggregation, aggregationCardinalityLimit: 2 }];
  const { meter } = startEngine({ readers: [reader], views });
  const gauge = meter.createGauge('n');
  for (const [index, value] of [1, -3, 5, -3].entries()) gauge.record(value, { index });
  const points = await reader.points();
  const all = points.map((point) => point.value as ExponentialValue);
  expect(all.reduce((sum, { negative }) => sum + total(negative.bucketCounts), 0)).toBe(2);
  expect(all.reduce((sum, { positive: above }) => sum + total(above.bucketCounts), 0)).toBe(2);
});

test('negative values of a histogram are dropped and counted', async () => {
  const { histogram, provider, value } = exponentialEngine('cumulative');
  for (const each of [-5, 5]) histogram.record(each);
  expect(await value()).toMatchObject({ count: 1, negative: { bucketCounts: [] } });
  expect(provider.rejections.value_negative).toBe(1);
});

test.each([0, 1, -5, Number.NaN, 1.5, 1e9])('replaces an invalid maximum size of %s buckets', async (maxSize) => {
  const { histogram, value } = exponentialEngine('cumulative', { maxSize });
  const record = () => {
    for (let power = -300; power < 300; power++) histogram.record(2 ** power);
  };
  // The search for a fitting scale could loop forever. A virtual machine can stop it after a timeout.
  runInNewContext('record()', { record }, { timeout: 2_000 });
  const point = await value();
  expect(total(point.positive.bucketCounts)).toBe(600);
});
