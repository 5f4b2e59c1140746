import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../src/errors/nearest.js';

const names = ['prometheus', 'otlp', 'datadog', 'console', 'none'];

test.each([
  ['prometheu', 'prometheus'],
  ['promethues', 'prometheus'],
  ['OTPL', 'otlp'],
  ['datadogs', 'datadog'],
  ['consol', 'console'],
  ['non', 'none'],
])('suggests the nearest name: %s', (given, expected) => {
  expect(nearest(given, names)).toBe(expected);
});

test.each(['statsd', 'prom', 'xy', 'o', '', undefined, 7])('suggests no name for %j', (given) => {
  expect(nearest(given, names)).toBeUndefined();
});

test.each([
  ['', ['a', 'ab'], undefined],
  ['x', ['a', 'ab', 'abc'], undefined],
  ['x', ['xa'], undefined],
  ['xy', ['ab', 'a', 'abcd'], undefined],
  ['xb', ['ab'], 'ab'],
  ['xyz', ['abz'], 'abz'],
  ['xyz', ['abc'], undefined],
])('a short word needs fewer edits than it has characters: %j of %j', (given, candidates, expected) => {
  expect(nearest(given, candidates)).toBe(expected);
});

test('prefers the closest name, then the first', () => {
  expect(nearest('cat', ['chart', 'cut', 'car'])).toBe('cut');
});

test('finds a name after any two edits, and none after three insertions', () => {
  const edit = fc.tuple(fc.constantFrom('insert', 'delete', 'replace'), fc.nat(), fc.constantFrom('-', '9', 'Ü'));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{6,12}$/), fc.array(edit, { maxLength: 2 }), (name, edits) => {
      const changed = edits.reduce((word, [kind, at, character]) => {
        const index = at % word.length;
        return (
          word.slice(0, index) + (kind === 'delete' ? '' : character) + word.slice(index + (kind === 'insert' ? 0 : 1))
        );
      }, name);
      expect(nearest(changed, [name])).toBe(name);
      expect(nearest(`${name}123`, [name])).toBeUndefined();
    }),
  );
});
