/** Units as Prometheus writes them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prometheusUnit } from '../../src/naming/units.js';

test.each([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['kBy', 'kilobytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
])('%s is %s', (unit, expected) => {
  expect(prometheusUnit(unit)).toBe(expected);
});

test.each([
  ['By/s', 'bytes_per_second'],
  ['m/h', 'meters_per_hour'],
  ['1/s', 'per_second'],
  ['/s', 'per_second'],
  ['{request}/s', 'per_second'],
  ['{token}/min', 'per_minute'],
  ['1/m', 'per_minute'],
  ['1/d', 'per_day'],
  ['1/wk', 'per_week'],
  ['1/mo', 'per_month'],
  ['1/y', 'per_year'],
  ['s/By', 'seconds_per_By'],
  ['m/s2', 'meters_per_s2'],
])('%s is %s: the quantity, then what it is per', (unit, expected) => {
  expect(prometheusUnit(unit)).toBe(expected);
});

test.each(['', ' ', '1', '{request}', '{USD}', '{USD}/{request}', '{open', '}', '/', '/{x}', '1/', '€', '_'])(
  '%j is no unit',
  (unit) => {
    expect(prometheusUnit(unit)).toBe('');
  },
);

test.each([
  ['By{file}', 'bytes', 'an annotation is dropped, its unit is not'],
  ['{a/b}/s', 'per_second', 'a slash in an annotation divides nothing'],
  [' s ', 'seconds', 'spaces do not matter'],
  ['MHz', 'MHz', 'a unit that is not in the table stays as it is written'],
  ['USD', 'USD', 'a currency without braces too'],
  ['kW.h', 'kW_h', 'products are words'],
  ['unit@with#special/chars', 'unit_with_special_per_chars', 'nothing else of a unit is lost'],
  ['[degF]', 'degF', 'brackets are no part of a name'],
  ['µs', 'microseconds', 'the micro sign is not dropped, which would make seconds of it'],
  ['μs', 'microseconds', 'nor is the letter mu'],
  ['constructor', 'constructor', 'no word of the language is a unit of the table'],
])('%j is %j: %s', (unit, expected) => {
  expect(prometheusUnit(unit)).toBe(expected);
});

test('a unit is words of letters and digits, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (unit) => {
      expect(prometheusUnit(unit)).toMatch(/^(?:[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)*)?$/);
    }),
  );
});
