/** Values, ages and times of the live page. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAge, formatTime, formatValue } from '../../src/page/units.js';

describe('formatValue', () => {
  test.each<[value: number | null, unit: string, expected: string, decimals?: number]>([
    [1_234, 'By/s', '1.23 kB/s'],
    [0.0354, 's', '35.4 ms'],
    [35, 'ms', '35 ms'],
    [0.0424, '1', '4.24 %'],
    [4.2, '%', '4.2 %'],
    [12.41, '{request}/s', '12.4/s'],
    [0.004, '{request}/s', '0.004/s'],
    [1_250_000, '{token}', '1.25M'],
    [42, '{session}', '42'],
    [42, '', '42'],
    [0, '', '0'],
    [0, 's', '0 s'],
    [0, 'By', '0 B'],
    [0, '1', '0 %'],
    [999.96, 'ms', '1 s'],
    [90, 's', '1.5 min'],
    [172_800, 's', '2 d'],
    [0.00000012, 's', '120 ns'],
    [2, 'MBy', '2 MB'],
    [2, 'MiBy', '2.1 MB'],
    [0.62, '{cpu}', '0.62'],
    [61, 'Cel', '61 °C'],
    [215_000, 'mW', '215k mW'],
    [215, 'W', '215 W'],
    [4.631, '{USD}/h', '$4.63/h'],
    [0.0042, '{USD}', '$0.0042'],
    [0, '{USD}', '$0.00'],
    [12_400, '{USD}', '$12.4k'],
    [-3.5, 's', '−3.5 s'],
    [-3.5, '{USD}', '−$3.50'],
    [3, '1/s', '3/s'],
    [0.35, 's/s', '35 %'],
    [40.4, 's/s', '4040 %'],
    [404, 'ms/s', '40.4 %'],
    [0.35, 's/{request}', '350 ms/request'],
    [3, 'toString', '3 toString'],
    [1e300, 'valueOf', '1e300 valueOf'],
    [3, 'constructor/s', '3 constructor/s'],
    [1e300, '', '1e300'],
    [-1.234e300, 'By', '−1.23e300 B'],
    [1e308, '1', '1e308'],
    [1e308, 's/s', '1e308 s/s'],
    [1e21, '{USD}', '$1e21'],
    [1e300, '{request}/s', '1e300/s', 2],
    [1e17, '', '100000T'],
    [512, 'By/{request}', '512 B/request'],
    [0.00004, '', '4.0e-5'],
    [4.25, '{process}', '4', 0],
    [0.5, '{cpu}', '0.50', 2],
    [2_034, '{request}', '2.03k', 0],
    [1e15, 'By', '1000 TB'],
    [null, 's', '–'],
    [Number.NaN, 's', '–'],
    [Number.POSITIVE_INFINITY, 's', '∞'],
    [Number.NEGATIVE_INFINITY, 's', '−∞'],
    [3, '<img src=x onerror=alert(1)>', '3 <img src=x …'],
  ])('%s of unit %j is %j', (value, unit, expected, decimals) => {
    expect(formatValue(value, unit, decimals)).toBe(expected);
  });

  test('is short for any value and unit', () => {
    fc.assert(
      fc.property(fc.double(), fc.string(), (value, unit) => {
        expect(formatValue(value, unit).length).toBeLessThanOrEqual(44);
      }),
    );
  });
});

test.each([
  [-5, '0 s'],
  [12_400, '12 s'],
  [125_000, '2 min'],
  [7_300_000, '2 h'],
  [200_000_000, '2 d'],
])('an age of %d ms is %j', (milliseconds, expected) => {
  expect(formatAge(milliseconds)).toBe(expected);
});

test('times are local, with 24 hours', () => {
  const date = new Date(2026, 1, 3, 14, 5, 9);
  expect(formatTime(date.getTime())).toBe('14:05:09');
});
