/** Upper bounds of histogram buckets at equal distances or with a constant factor. */
import { MetricsError, type Problem } from '../errors.js';

/** More buckets cost memory and make queries slow; an exponential aggregation has 160. */
const maxCount = 200;

/**
 * Returns `count` bounds at equal distances: `start`, `start + width`, `start + 2 * width`, …
 *
 * @param start first bound.
 * @param width distance of two bounds, above 0.
 * @param count number of bounds, 1 to 200.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an argument is out of range.
 *
 * @example
 * import { histogram, linearBuckets } from 'otelier';
 * histogram({ name: 'basket.items', unit: '{item}', description: 'Items.', buckets: linearBuckets(5, 5, 4) }); // 5, 10, 15, 20
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  const problems = [
    ...wrong('linearBuckets.start', start, Number.isFinite(start), 'a finite number'),
    ...wrong('linearBuckets.width', width, Number.isFinite(width) && width > 0, 'a finite number above 0'),
    ...wrongCount('linearBuckets', count),
  ];
  return bounds('linearBuckets', problems, count, (index) => start + index * width);
}

/**
 * Returns `count` bounds, each a multiple of the one before: `start`, `start * factor`, `start * factor ** 2`, …
 *
 * @param start first bound, above 0.
 * @param factor quotient of two bounds, above 1.
 * @param count number of bounds, 1 to 200.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an argument is out of range.
 *
 * @example
 * import { exponentialBuckets, histogram } from 'otelier';
 * histogram({ name: 'job.duration', unit: 's', description: 'Time.', buckets: exponentialBuckets(0.01, 10, 4) }); // 0.01, 0.1, 1, 10
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  const problems = [
    ...wrong('exponentialBuckets.start', start, Number.isFinite(start) && start > 0, 'a finite number above 0'),
    ...wrong('exponentialBuckets.factor', factor, Number.isFinite(factor) && factor > 1, 'a finite number above 1'),
    ...wrongCount('exponentialBuckets', count),
  ];
  return bounds('exponentialBuckets', problems, count, (index) => start * factor ** index);
}

function bounds(where: string, problems: Problem[], count: number, boundAt: (index: number) => number): number[] {
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  // Twelve digits hide the error of binary fractions: 0.3, not 0.30000000000000004.
  const values = Array.from({ length: count }, (_, index) => Number(boundAt(index).toPrecision(12)));
  if (values.every((value, index) => Number.isFinite(value) && (index === 0 || value > (values[index - 1] as number))))
    return values;
  const expected = 'arguments whose bounds are finite and differ in their first twelve digits';
  throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where, expected }]);
}

function wrong(where: string, value: unknown, valid: boolean, expected: string): Problem[] {
  return valid ? [] : [{ where, value, expected }];
}

function wrongCount(where: string, count: number): Problem[] {
  const valid = Number.isInteger(count) && count >= 1 && count <= maxCount;
  return wrong(`${where}.count`, count, valid, `an integer from 1 to ${maxCount}`);
}
