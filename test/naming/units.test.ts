/** Prometheus units. */
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
])('%s is %s', (unit, expected) => {
  expect(prometheusUnit(unit)).toBe(expected);
});

test.each(['', ' ', '1', '{request}', '{USD}', '{USD}/{request}', '{open', '}', '/', '/{x}', '1/', '€', '_'])(
  '%j has no Prometheus unit',
  (unit) => {
    expect(prometheusUnit(unit)).toBe('');
  },
);

test.each([
  ['By{file}', 'bytes', 'an annotation is dropped, its unit is kept'],
  ['{a/b}/s', 'per_second', 'a slash in an annotation is ignored'],
  [' s ', 'seconds', 'spaces are ignored'],
  ['MHz', 'MHz', 'an unknown unit is unchanged'],
  ['USD', 'USD', 'a currency without braces is unchanged'],
  ['kW.h', 'kW_h', 'a product is joined by underscores'],
  ['unit@with#special/chars', 'unit_with_special_per_chars', 'other characters separate words'],
  ['[degF]', 'degF', 'brackets are dropped'],
  ['µs', 'microseconds', 'the micro sign is a prefix'],
  ['μs', 'microseconds', 'the letter mu is a prefix'],
  ['constructor', 'constructor', 'properties of every object are not units'],
])('%j is %j: %s', (unit, expected) => {
  expect(prometheusUnit(unit)).toBe(expected);
});

test('any text gives words of letters and digits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (unit) => {
      expect(prometheusUnit(unit)).toMatch(/^(?:[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)*)?$/);
    }),
  );
});
