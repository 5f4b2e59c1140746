/** Bounds at equal distances or with a constant factor. */
import fc from 'fast-check';
import { defineCatalogue, exponentialBuckets, histogram, linearBuckets } from 'otelier';
import { expect, test } from 'vitest';

test.each([
  [linearBuckets(5, 5, 4), [5, 10, 15, 20]],
  [linearBuckets(-1, 0.5, 3), [-1, -0.5, 0]],
  [linearBuckets(0.1, 0.1, 4), [0.1, 0.2, 0.3, 0.4]],
  [linearBuckets(7, 1, 1), [7]],
  [exponentialBuckets(1, 2, 5), [1, 2, 4, 8, 16]],
  [exponentialBuckets(0.01, 10, 4), [0.01, 0.1, 1, 10]],
  [exponentialBuckets(0.1, 3, 4), [0.1, 0.3, 0.9, 2.7]],
])('%j', (bounds, expected) => {
  expect(bounds).toEqual(expected);
});

test('valid arguments give bounds that a catalogue accepts', () => {
  const number = (min: number, max: number) => fc.double({ noNaN: true, min, max });
  fc.assert(
    fc.property(number(0.001, 1e6), number(1.01, 10), fc.integer({ min: 1, max: 100 }), (start, factor, count) => {
      for (const buckets of [linearBuckets(start, factor, count), exponentialBuckets(start, factor, count)]) {
        expect(buckets).toHaveLength(count);
        const duration = histogram({ name: 'd', unit: 's', description: 'D.', buckets });
        expect(() => defineCatalogue({ duration })).not.toThrow();
      }
    }),
  );
});

test.each([
  [() => linearBuckets(Number.NaN, 0, 0), ['linearBuckets.start', 'linearBuckets.width', 'linearBuckets.count']],
  [() => linearBuckets(0, 1, 201), ['linearBuckets.count: got 201, expected an integer from 1 to 200']],
  [() => linearBuckets(1e20, 1, 3), ['linearBuckets: expected arguments whose bounds are finite and differ']],
  [() => exponentialBuckets(0, 1, 1.5), ['exponentialBuckets.start', 'exponentialBuckets.factor', 'count: got 1.5']],
  [() => exponentialBuckets(1, 1e10, 200), ['exponentialBuckets: expected arguments whose bounds are finite']],
  [() => exponentialBuckets('1' as never, 2, 3), ['exponentialBuckets.start: got "1"']],
])('%s throws one error with all problems', (call, problems) => {
  expect(call).toThrow(expect.objectContaining({ code: 'METRICS_OPTIONS_INVALID' }) as Error);
  for (const problem of problems) expect(call).toThrow(problem);
});
