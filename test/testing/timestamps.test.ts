/** Timestamps of any notation compare as the decimal numbers that they denote. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareTimes, timeKey } from '../../src/testing/timestamps.js';

/** Nanoseconds since 1970, with more digits than a double. */
const nanoseconds = fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n });

/** Ways to write nanoseconds in seconds. */
const notations: readonly ((value: bigint) => string)[] = [
  (value) => {
    const digits = `${value < 0n ? -value : value}`.padStart(10, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
  },
  (value) => `${value}e-9`,
  (value) => `${value}000.00e-12`,
  (value) => (value < 0n ? `-00${-value}E-9` : `+00${value}E-9`),
];

const notation = fc.constantFrom(...notations);

test('equal times have equal keys', () => {
  fc.assert(
    fc.property(nanoseconds, notation, notation, (value, one, other) => {
      expect(timeKey(one(value))).toBe(timeKey(other(value)));
      expect(compareTimes(one(value), other(value))).toBe(0);
    }),
  );
});

test('times are ordered, also if their doubles are equal', () => {
  fc.assert(
    fc.property(nanoseconds, fc.bigInt({ min: 1n, max: 1_000n }), notation, notation, (value, more, one, other) => {
      expect(compareTimes(one(value), other(value + more))).toBeLessThan(0);
      expect(compareTimes(other(value + more), one(value))).toBeGreaterThan(0);
      expect(timeKey(one(value))).not.toBe(timeKey(other(value + more)));
    }),
  );
});
