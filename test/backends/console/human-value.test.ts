import fc from 'fast-check';
import { expect, test } from 'vitest';
import { humanTime, humanValue, isUnixTime } from '../../../src/backends/console/human-value.js';

test.each([
  [0, '', '0'],
  [3, '{request}', '3'],
  [999, '{request}', '999'],
  [1_204, '{request}', '1.2k'],
  [-1_204, '{request}', '-1.2k'],
  [999_900, '1', '1M'],
  [15_600_000, '1', '15.6M'],
  [2e9, '1', '2G'],
  [3e12, '1', '3T'],
  [4_567e12, '1', '4567T'],
  [0.123456789, '1', '0.123'],
  [0.00012, '1', '0.00012'],
  [-0, '1', '0'],
  [0, 's', '0 s'],
  [0.0023, 's', '2.3 ms'],
  [2.3, 'ms', '2.3 ms'],
  [2_300, 'us', '2.3 ms'],
  [2_300_000, 'ns', '2.3 ms'],
  [0.0000023, 's', '2.3 µs'],
  [2.3e-9, 's', '2.3 ns'],
  [2.3e-10, 's', '0.23 ns'],
  [0.9999, 's', '1 s'],
  [42, 's', '42 s'],
  [90, 's', '1.5 min'],
  [1.5, 'min', '1.5 min'],
  [0.5, 'h', '30 min'],
  [5_400, 's', '1.5 h'],
  [129_600, 's', '1.5 d'],
  [0, 'By', '0 B'],
  [512, 'By', '512 B'],
  [15_600_000, 'By', '15.6 MB'],
  [15.6, 'MBy', '15.6 MB'],
  [1_500, 'kBy', '1.5 MB'],
  [1_536, 'KiBy', '1.5 MiB'],
  [0.5, 'GiBy', '512 MiB'],
  [2_048, 'GiBy', '2 TiB'],
  [1_500, 'bit', '1.5 kbit'],
  [15_600_000, 'By/s', '15.6 MB/s'],
  [2_048, 'By/{request}', '2.05 kB/request'],
  [1_204, '{token}/s', '1.2k/s'],
  [85.5, '%', '85.5 %'],
  [36.6, 'Cel', '36.6 °C'],
  [320, 'W', '320 W'],
  [2.4e9, 'Hz', '2.4 GHz'],
  [1_204, '{USD}', '1.2k'],
  [1_204, 'furlong', '1.2k'],
  [1, 'constructor', '1'],
  [Number.NaN, 's', 'NaN'],
  [Number.POSITIVE_INFINITY, 's', '+Inf'],
  [Number.NEGATIVE_INFINITY, 'By', '-Inf'],
])('%s of unit "%s" is "%s"', (value, unit, expected) => {
  expect(humanValue(value, unit)).toBe(expected);
});

test('a value reads as a number within half a percent', () => {
  const factors = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 } as Record<string, number>;
  const magnitudes = fc.double({ min: 1e-6, max: 1e14, noNaN: true });
  fc.assert(
    fc.property(magnitudes, fc.boolean(), (magnitude, isNegative) => {
      const value = isNegative ? -magnitude : magnitude;
      const [, digits, prefix = ''] = /^(-?[\d.e-]+)([kMGT]?)$/.exec(humanValue(value, '')) ?? [];
      expect(Math.abs(Number(digits) * (factors[prefix] as number) - value)).toBeLessThanOrEqual(magnitude * 0.005);
    }),
  );
});

test('a gauge in seconds is a point in time between 2001 and 2100 only', () => {
  expect([1_770_091_506.789, 999_999_999, 4_102_444_800, Number.NaN].map((value) => isUnixTime(value, 's'))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(isUnixTime(1_770_091_506, 'ms')).toBe(false);
  expect(humanTime(1_770_091_506.789)).toBe('2026-02-03T04:05:06Z');
});
