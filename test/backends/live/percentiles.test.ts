/** Percentiles of the live view against exact ones of the recorded values. */
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { shop, shopCatalogue } from '../../panels/catalogue.js';
import { scene } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Returns the exact percentile: two values, if it lies between two of the recorded ones. */
function exact(values: readonly number[], percent: number): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (values.length * percent) / 100;
  return [...new Set([Math.ceil(rank) - 1, Math.floor(rank)])].flatMap((index) => sorted[index] ?? []);
}

/** Returns the bucket of a value. */
function bucketOf(value: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => value <= bound);
  return index === -1 ? bounds.length : index;
}

/** Durations as in recorded traffic: most of them short, a few long. */
const duration = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0.001, max: 0.4, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ min: 0.4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 4, max: 1_000, noNaN: true }) },
);

test('within one bucket, and in ascending order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(duration, { minLength: 20, maxLength: 200 }), async (values) => {
      const { client, seconds, instruments, feed } = scene();
      const { checkout, payload } = instruments(shopCatalogue);
      // The series begin before the window.
      checkout.record(1, { channel: 'web' });
      payload.record(1);
      const watcher = client({ metrics: [shop.checkout.name, shop.payload.name] });
      await seconds(1);
      for (const value of values) {
        checkout.record(value, { channel: 'web' });
        payload.record(value);
      }
      await seconds(1);
      const { metrics } = watcher.update();
      for (const percent of [50, 95, 99]) {
        const truths = exact(values, percent);
        const bounds = shop.checkout.buckets ?? [];
        const explicit = metrics[`${shop.checkout.name}.p${percent}`] as number;
        const distances = truths.map((truth) => Math.abs(bucketOf(explicit, bounds) - bucketOf(truth, bounds)));
        expect(Math.min(...distances)).toBeLessThanOrEqual(1);
        // At most 160 buckets over this range: each is at most 19 % wide.
        const exponential = metrics[`${shop.payload.name}.p${percent}`] as number;
        const factors = truths.map((truth) => Math.abs(Math.log2(exponential / truth)));
        expect(Math.min(...factors)).toBeLessThanOrEqual(1 / 4);
      }
      for (const name of [shop.checkout.name, shop.payload.name]) {
        const [p50, p95, p99] = [50, 95, 99].map((percent) => metrics[`${name}.p${percent}`] as number);
        expect(p50).toBeLessThanOrEqual(p95 as number);
        expect(p95).toBeLessThanOrEqual(p99 as number);
      }
      feed.close();
      vi.useRealTimers();
    }),
    { seed: 12, numRuns: 40 },
  );
});
