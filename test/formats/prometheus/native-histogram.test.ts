/**
 * Exponential histograms: each native bucket (Prometheus, "Native Histograms"; metrics.proto) and each classic bucket
 * has the recorded count.
 */
import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from './encoding.js';
import { collectionOf, exponential, type MetricInput } from './metrics.js';
import { type BucketSpan, decodeFamilies, type HistogramMessage } from './protobuf-message.js';
import { samplesOf } from './samples.js';

/** The bounds of a bucket as absolute values, and its count. */
type Bucket = readonly [lower: number, upper: number, count: number];

function histogramOf(point: ExponentialHistogram): HistogramMessage {
  const metric: MetricInput = { name: 'm', kind: 'histogram', points: [[{}, point]] };
  const [family] = decodeFamilies(encode('protobuf', collectionOf([metric]), { targetInfo: false }));
  return family?.metric[0]?.histogram as HistogramMessage;
}

/** Returns the filled native buckets of one sign, decoded from spans and deltas as in Prometheus. */
function nativeBuckets(schema: number, spans: readonly BucketSpan[], deltas: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  let index = 0;
  let count = 0;
  let next = 0;
  for (const [position, { offset = 0, length = 0 }] of spans.entries()) {
    if (position > 0) expect(offset).toBeGreaterThanOrEqual(0);
    index += offset;
    for (let taken = 0; taken < length; taken++) {
      count += deltas[next++] as number;
      expect(count).toBeGreaterThanOrEqual(0);
      // Native buckets end at base^index.
      if (count > 0) buckets.push([boundOf(schema, index - 1), boundOf(schema, index), count]);
      index++;
    }
  }
  expect(next).toBe(deltas.length);
  return buckets;
}

/** Returns the filled buckets of one sign. Bucket i covers base^(offset + i) to base^(offset + i + 1). */
function buckets(scale: number, { offset, bucketCounts }: ExponentialHistogram['positive']): Bucket[] {
  return bucketCounts.flatMap((count, position) =>
    count === 0 ? [] : [[boundOf(scale, offset + position), boundOf(scale, offset + position + 1), count] as const],
  );
}

function boundOf(scale: number, index: number): number {
  // Exact for powers of two at every scale.
  return scale > 0 ? 2 ** (index / 2 ** scale) : 2 ** (index * 2 ** -scale);
}

/** Sums the counts of `fine` by bucket of `coarse`. Fails if a fine bucket is in no coarse bucket. */
function sorted(fine: readonly Bucket[], coarse: readonly Bucket[]): number[] {
  const counts = coarse.map(() => 0);
  for (const [lower, upper, count] of fine) {
    const into = coarse.findIndex(([from, to]) => isWithin(lower, upper, from, to));
    expect(into, `(${lower}, ${upper}] lies in a bucket`).not.toBe(-1);
    counts[into] = (counts[into] as number) + count;
  }
  return counts;
}

/** Reports whether an interval contains another, with a tolerance: bounds of different scales differ in the last digits. */
function isWithin(lower: number, upper: number, from: number, to: number): boolean {
  const slack = 1 + 1e-12;
  return lower * slack >= from && upper <= to * slack;
}

const counts = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 1e6 })), { maxLength: 40 });

/** Points whose buckets contain only normal doubles, with exponents from -1022 to 1023. */
const point = fc.integer({ min: -10, max: 20 }).chain((scale) => {
  const [first, last] = [-1_022, 1_023].map((exponent) => Math.floor(exponent * 2 ** scale)) as [number, number];
  const side = fc
    .tuple(fc.integer({ min: first, max: last }), counts)
    .map(([offset, filled]) => [offset, filled.slice(0, last - offset + 1)] as const);
  return fc
    .record({ zero: fc.nat(), positive: side, negative: side })
    .map((input) => exponential(scale, { ...input, sum: 1 }));
});

test('native: schema, counts and bounds match the point; scales finer than every schema are merged', () => {
  fc.assert(
    fc.property(point, (value) => {
      const native = histogramOf(value);
      if (value.scale < -4) return;
      const schema = native.schema ?? 0;
      expect(schema).toBe(Math.min(value.scale, 8));
      expect(native.bucket).toEqual([]);
      expect(native.sample_count ?? 0).toBe(value.count);
      expect(native.zero_count ?? 0).toBe(value.zeroCount);
      const above = nativeBuckets(schema, native.positive_span, native.positive_delta);
      const below = nativeBuckets(schema, native.negative_span, native.negative_delta);
      const total = [...above, ...below].reduce((sum, [, , count]) => sum + count, native.zero_count ?? 0);
      expect(total).toBe(native.sample_count ?? 0);
      expect(sorted(buckets(value.scale, value.positive), above)).toEqual(above.map(([, , count]) => count));
      expect(sorted(buckets(value.scale, value.negative), below)).toEqual(below.map(([, , count]) => count));
    }),
    { numRuns: 500 },
  );
});

test.each(['text', 'openmetrics'] as const)(
  '%s: classic buckets are cumulative, and each value is within its bound',
  (format) => {
    fc.assert(
      fc.property(point, (value) => {
        const metric: MetricInput = { name: 'm', kind: 'histogram', points: [[{}, value]] };
        const samples = samplesOf(format, encode(format, collectionOf([metric]), { targetInfo: false }));
        const classic = samples
          .filter(({ name }) => name === 'm_bucket')
          .map(({ labels, value: below }) => [Number(labels.get('le')?.replace('+Inf', 'Infinity')), below] as const);
        for (const [position, [bound, below]] of classic.entries()) {
          const [boundBefore, belowBefore] = classic[position - 1] ?? [-Infinity, 0];
          expect(bound).toBeGreaterThan(boundBefore);
          expect(below).toBeGreaterThanOrEqual(belowBefore);
          expect(below).toBe(countUpTo(value, bound));
        }
        expect(classic.at(-1)).toEqual([Number.POSITIVE_INFINITY, value.count]);
      }),
      { numRuns: 500 },
    );
  },
);

/** Counts the values up to a bound. Fails if a bucket of the point crosses the bound. */
function countUpTo({ scale, zeroCount, positive, negative }: ExponentialHistogram, bound: number): number {
  let count = bound >= 0 ? zeroCount : 0;
  for (const [lower, upper, filled] of buckets(scale, positive)) {
    if (isWithin(lower, upper, 0, bound)) count += filled;
    else if (Number.isFinite(bound)) expect(lower * (1 + 1e-12)).toBeGreaterThanOrEqual(bound);
    else count += filled;
  }
  for (const [lower, upper, filled] of buckets(scale, negative)) {
    // A negative bucket covers -upper, inclusive, to -lower, exclusive.
    if (-lower <= bound || isWithin(-bound, -bound, 0, lower)) count += filled;
    else expect(upper).toBeLessThanOrEqual(-bound * (1 + 1e-12));
  }
  return count;
}

test.each([-5, -10])('protobuf: a scale of %i has no schema and is encoded as classic buckets', (scale) => {
  const native = histogramOf(exponential(scale, { zero: 2, positive: [0, [3]], negative: [-1, [4]], sum: 1 }));
  expect([native.schema, native.zero_count, native.positive_span]).toEqual([undefined, undefined, []]);
  expect(native.bucket.map(({ upper_bound }) => upper_bound)).toEqual(
    [-(2 ** -(2 ** -scale)), 0, 2 ** (2 ** -scale)].filter(Number.isFinite).concat(Number.POSITIVE_INFINITY),
  );
  expect(native.bucket.map(({ cumulative_count }) => cumulative_count)).toEqual(
    scale === -5 ? [4, 6, 9, 9] : [4, 6, 9],
  );
});

describe('a native histogram differs from a classic one', () => {
  const isNative = ({ positive_span, negative_span, zero_threshold = 0, zero_count = 0 }: HistogramMessage) =>
    positive_span.length > 0 || negative_span.length > 0 || zero_threshold > 0 || zero_count > 0;

  test.each([
    ['that is empty', exponential(3, { sum: 0 })],
    ['that has zeros alone', exponential(3, { zero: 1, sum: 0 })],
    ['that has positive values', exponential(3, { positive: [0, [1]], sum: 1 })],
    ['that has negative values', exponential(3, { negative: [0, [1]] })],
  ])('%s', (_, value) => {
    const native = histogramOf(value);
    expect(isNative(native)).toBe(true);
    expect(native.bucket).toEqual([]);
  });
});

test('the zero bucket has the default width', () => {
  // OpenTelemetry, "Prometheus and OpenMetrics Compatibility": 1e-128 if the point has no threshold.
  expect(histogramOf(exponential(0, { zero: 1, positive: [0, [1]], sum: 1 })).zero_threshold).toBe(1e-128);
});

test('without a sum, counts are complete and the sum is NaN', () => {
  const { sample_count, sample_sum, positive_delta } = histogramOf(exponential(0, { positive: [0, [2, 3]] }));
  expect([sample_count, sample_sum, positive_delta]).toEqual([5, Number.NaN, [2, 1]]);
});

test.each([
  ['a short gap is filled', [1, 0, 0, 2], [{ offset: 1, length: 4 }], [1, -1, 0, 2]],
  [
    'a long one begins a span',
    [1, 0, 0, 0, 2],
    [
      { offset: 1, length: 1 },
      { offset: 3, length: 1 },
    ],
    [1, 1],
  ],
  ['empty buckets at the ends are left out', [0, 0, 5, 0], [{ offset: 3, length: 1 }], [5]],
])('%s', (_, filled, spans, deltas) => {
  const { positive_span, positive_delta } = histogramOf(exponential(0, { positive: [0, filled], sum: 1 }));
  expect(positive_span).toEqual(spans);
  expect(positive_delta).toEqual(deltas);
});

test.each([
  ['rises', [1, 2 ** 52]],
  ['falls', [2 ** 52, 1]],
])('a count of 2^52 is exact where it %s', (_, filled) => {
  const native = histogramOf(exponential(0, { zero: 3, positive: [0, filled], sum: 1 }));
  const [first = 0, second = 0] = filled;
  expect(native.sample_count).toBe(2 ** 52 + 4);
  expect(native.positive_delta).toEqual([first, second - first]);
});
