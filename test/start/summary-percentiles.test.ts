/** Percentiles of `metrics.summary()` agree with exact ones within one bucket. */
import fc from 'fast-check';
import { defineCatalogue, histogram, oneOf, startMetrics } from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { expect, test } from 'vitest';

const attributes = { route: oneOf('a', 'b', 'c') };
const described = { unit: 's', description: 'A metric.', attributes } as const;
const percentiles = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

interface Recorded {
  readonly value: number;
  readonly route: 'a' | 'b' | 'c';
}

const recordings = (min: number, max: number) =>
  fc.array(
    fc.record<Recorded>({
      value: fc.oneof(fc.double({ min, max, noNaN: true, noDefaultInfinity: true }), fc.integer({ min, max })),
      route: fc.constantFrom('a', 'b', 'c'),
    }),
    { minLength: 1, maxLength: 300 },
  );

/** Returns the range of the exact percentile: both values next to its rank are one. */
function exact(values: readonly number[], share: number): readonly [lowest: number, highest: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[Math.min(Math.max(index, 0), sorted.length - 1)] as number;
  return [at(Math.ceil(share * values.length) - 1), at(Math.floor(share * values.length))];
}

function summaryOf(catalogue: ReturnType<typeof catalogueOf>, all: readonly Recorded[]) {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [new InMemoryReader()],
    catalogues: { app: catalogue },
  });
  for (const { value, route } of all) metrics.app.wait.record(value, { route });
  const summary = metrics.summary({ maxSeries: 3 }).app.wait;
  void metrics.shutdown();
  return summary;
}

const catalogueOf = (options: { buckets: readonly number[] } | { aggregation: 'exponential' }) =>
  defineCatalogue({ wait: histogram({ name: 'app.wait', ...described, ...options }) });

/** Checks the values of the metric and of each series against the recordings. */
function check(
  catalogue: ReturnType<typeof catalogueOf>,
  all: readonly Recorded[],
  bucketOf: (value: number) => number,
) {
  const summary = summaryOf(catalogue, all);
  const parts = summary.series.map((series) => ({
    series,
    values: all.filter(({ route }) => route === series.attributes.route).map(({ value }) => value),
  }));
  expect(summary.seriesCount).toBe(new Set(all.map(({ route }) => route)).size);
  for (const { series, values } of [{ series: summary, values: all.map(({ value }) => value) }, ...parts]) {
    const sum = values.reduce((total, value) => total + value, 0);
    expect(series.count).toBe(values.length);
    expect(series.sum).toBeCloseTo(sum, 6);
    expect(series.mean).toBeCloseTo(sum / values.length, 6);
    expect(series.max).toBe(Math.max(...values));
    for (const [name, share] of percentiles) {
      const value = series[name] as number;
      const [lowest, highest] = exact(values, share);
      expect(bucketOf(value)).toBeGreaterThanOrEqual(bucketOf(lowest) - 1);
      expect(bucketOf(value)).toBeLessThanOrEqual(bucketOf(highest) + 1);
      expect(value).toBeGreaterThanOrEqual(Math.min(...values));
      expect(value).toBeLessThanOrEqual(Math.max(...values));
    }
    expect(series.p50).toBeLessThanOrEqual(series.p95 as number);
    expect(series.p95).toBeLessThanOrEqual(series.p99 as number);
  }
}

test.each<[string, readonly number[], number, number]>([
  ['from 0', [1, 2, 5, 10, 20, 50, 100], 0, 200],
  ['most of them above the last bound', [1, 2], 0, 1_000],
  ['with negative bounds', [-10, -5, 0, 5, 10], -20, 20],
  ['all below 0', [-10, -5, -1], -20, -1],
])('with explicit buckets %s', (_, buckets, min, max) => {
  const catalogue = catalogueOf({ buckets });
  const bucketOf = (value: number) => {
    const index = buckets.findIndex((bound) => value <= bound);
    return index === -1 ? buckets.length : index;
  };
  fc.assert(
    fc.property(recordings(min, max), (all) => check(catalogue, all, bucketOf)),
    { numRuns: 60 },
  );
});

test('with exponential buckets', () => {
  const catalogue = catalogueOf({ aggregation: 'exponential' });
  // The widest buckets of 160 for values from 1 to 1,000.
  const bucketOf = (value: number) => Math.ceil(Math.log2(value) * 2 ** 4);
  fc.assert(
    fc.property(recordings(1, 1_000), (all) => check(catalogue, all, bucketOf)),
    { numRuns: 60 },
  );
});

test.each<[string, { buckets: readonly number[] } | { aggregation: 'exponential' }, readonly number[], object]>([
  ['of one value are that value', { buckets: [0.1, 0.5, 1] }, [0.42], { p50: 0.42, p95: 0.42, p99: 0.42, max: 0.42 }],
  ['of equal values are that value at most', { buckets: [1] }, [1, 1, 1], { p50: 1, p95: 1, p99: 1, max: 1 }],
  [
    'of values above all bounds lie below the largest',
    { buckets: [1] },
    [3, 5],
    { p50: 4, p95: 4.9, p99: 4.98, max: 5 },
  ],
  ['of one value above all bounds are that value', { buckets: [1, 10] }, [100], { p50: 100, p95: 100, p99: 100 }],
  [
    'of equal values within a bucket are that value',
    { buckets: [100, 1_000, 10_000] },
    new Array<number>(1_000).fill(500),
    { p50: 500, p95: 500, p99: 500, max: 500 },
  ],
  [
    'in the bucket of the largest value end at it',
    { buckets: [1, 2, 5] },
    [...new Array<number>(90).fill(0.5), ...new Array<number>(10).fill(2.5)],
    { p95: 2.25, p99: 2.45, max: 2.5 },
  ],
  [
    'in the bucket of the smallest value begin at it',
    { buckets: [1, 2] },
    [...new Array<number>(50).fill(0.8), ...new Array<number>(50).fill(2)],
    { p50: 1, p95: 1.9, p99: 1.98, max: 2 },
  ],
  ['below 0 are within the recorded values', { buckets: [-1, 1] }, [-4, -2], { p50: -3, p95: -2.1, p99: -2.02 }],
  ['of equal values of exponential buckets are that value', { aggregation: 'exponential' }, [3, 3], { p50: 3, p99: 3 }],
  ['of zeros are 0', { aggregation: 'exponential' }, [0, 0], { p50: 0, p95: 0, p99: 0, max: 0 }],
])('%s', (_, options, values, expected) => {
  const { p50, p95, p99, max, mean } = summaryOf(
    catalogueOf(options),
    values.map((value) => ({ value, route: 'a' })),
  );
  const actual: Record<string, unknown> = { p50, p95, p99, max, mean };
  for (const [name, value] of Object.entries(expected)) {
    if (typeof value === 'number') expect([name, actual[name]]).toEqual([name, expect.closeTo(value, 6)]);
    else expect([name, actual[name]]).toEqual([name, value]);
  }
});

test('are unknown without bounds', () => {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    views: [{ instrumentName: 'app.wait', aggregation: { type: 4, options: { boundaries: [] } } }],
    readers: [new InMemoryReader()],
    catalogues: { app: catalogueOf({ buckets: [1] }) },
  });
  for (const value of [1, 2]) metrics.app.wait.record(value, { route: 'a' });
  const { p50, p95, p99, ...known } = metrics.summary().app.wait;
  expect([p50, p95, p99]).toEqual([undefined, undefined, undefined]);
  expect(known).toMatchObject({ count: 2, sum: 3, mean: 1.5, max: 2 });
});
