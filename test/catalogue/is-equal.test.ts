import { expect, test } from 'vitest';
import { isEqual } from '../../src/catalogue/is-equal.js';

class Box {
  value = 1;
}
const cyclic = (): object => {
  const object: Record<string, unknown> = {};
  object['self'] = object;
  return object;
};

test.each([
  ['numbers', 1, 1, true],
  ['NaN', Number.NaN, Number.NaN, true],
  ['different numbers', 1, 2, false],
  ['lists', [1, [2]], [1, [2]], true],
  ['lists in another order', [1, 2], [2, 1], false],
  ['a list and an object', [1], { 0: 1 }, false],
  ['objects in another order', { a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }, true],
  ['an absent and an undefined member', {}, { a: undefined }, false],
  ['another member', { a: undefined }, { b: undefined }, false],
  ['objects without a prototype', Object.create(null), {}, true],
  ['functions', () => 1, () => 2, true],
  ['a function and an object', () => 1, {}, false],
  ['null and an object', null, {}, false],
  ['instances of a class', new Box(), new Box(), false],
  ['maps', new Map(), new Map(), false],
  ['objects that contain themselves', cyclic(), cyclic(), false],
])('%s', (_title, one, other, expected) => {
  expect(isEqual(one, other)).toBe(expected);
  expect(isEqual(other, one)).toBe(expected);
});
