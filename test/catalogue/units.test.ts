import fc from 'fast-check';
import { counter, defineCatalogue, type MetricsError } from 'otelier';
import { expect, test } from 'vitest';

/** Returns the problems that `defineCatalogue` reports for a unit. */
function problemsOf(unit: string): readonly string[] {
  try {
    defineCatalogue({ metric: counter({ name: 'metric', unit, description: 'A metric.' }) });
    return [];
  } catch (error) {
    return (error as MetricsError).problems.map(({ expected }) => expected);
  }
}

const valid =
  's ms us ns min h d By kBy MBy GiBy KiBy bit Bd 1 % {request} {request}/s By/s By{file} m/s m/s2 m2 kg.m/s2 Cel Hz kHz V mV A W kW.h J [degF] {USD} {USD}/{request} 10*3 dB (By.s)/m ((s)) (m.(s))/By (kg.(m/(s)))/h (By)/(s) /s 1/s m-2 mol/L'.split(
    ' ',
  );
const invalid = [
  '',
  'seconds',
  'bytes',
  'requests',
  'percent',
  'MB',
  '{open',
  'close}',
  'm//s',
  's/',
  '(s',
  's)',
  '((s)',
  '(s))',
  '(m.())',
  '(m.(seconds))',
  'm s',
  'é',
  '{é}',
  'ks2x',
];

test.each(valid)('%s is valid', (unit) => {
  expect(problemsOf(unit)).toEqual([]);
});

test.each(invalid)('%j is invalid', (unit) => {
  expect(problemsOf(unit)).toHaveLength(1);
});

test.each([
  ['seconds', "'s'"],
  ['bytes', "'By'"],
  ['percent', "'%'"],
  ['requests', "'{request}'"],
  ['MiB', "'MiBy'"],
  ['minute', "'min'"],
  ['constructor', "'{constructor}'"],
  ['B', "'By'"],
])('the error for %s suggests %s', (unit, code) => {
  expect(problemsOf(unit)[0]).toContain(`did you mean ${code}?`);
});

test.each([undefined, null, 5])('the error for the unit %s suggests no code', (unit) => {
  expect(problemsOf(unit as never)[0]).not.toContain('did you mean');
});

test('quotients and products of units are valid', () => {
  const atom = fc.constantFrom('s', 'ms', 'By', '{x}', 'm2', '%', '1', 'KiBy{y}');
  const unit = fc.array(fc.tuple(atom, fc.constantFrom('.', '/')), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(unit, (parts) => {
      const text = parts.map(([part, operator], index) => (index === 0 ? part : operator + part)).join('');
      expect(problemsOf(text)).toEqual([]);
    }),
  );
});
