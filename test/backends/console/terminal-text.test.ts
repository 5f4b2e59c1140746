import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutMiddle, pad, visible, widthOf } from '../../../src/backends/console/terminal-text.js';

test.each([
  ['', 0],
  ['route=/orders', 13],
  ['naïve', 5],
  ['nai\u0308ve', 5],
  ['东京', 4],
  ['東京タワー', 10],
  ['서울', 4],
  ['ｆｕｌｌ', 8],
  ['ﾊﾝｶｸ', 4],
  ['😀', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['👍🏽', 2],
  ['1️⃣', 2],
  ['\u1112\u1161\u11ab', 2],
  ['\u0301', 0],
  ['🇳🇿', 2],
  ['µs … ~', 6],
  ['─│', 2],
])('"%s" takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each([
  ['shop.orders', 11, 'shop.orders'],
  ['shop.orders', 10, 'shop.…ders'],
  ['shop.orders', 3, 's…s'],
  ['shop.orders', 2, 's…'],
  ['shop.orders', 1, '…'],
  ['shop.orders', 0, ''],
  ['东京东京东京', 9, '东京…东京'],
  ['东京东京东京', 8, '东京…京'],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5, '👩‍👩‍👧…👩‍👩‍👧'],
])('"%s" in %i columns is "%s"', (text, columns, expected) => {
  expect(cutMiddle(text, columns)).toBe(expected);
});

test('text is padded by columns, not by characters', () => {
  expect([pad('东京', 6), pad('东京', 6, true), pad('东京', 2)]).toEqual(['东京  ', '  东京', '东京']);
});

test.each([
  ['a\nb', 'a\\u000ab'],
  ['\u001b[31m', '\\u001b[31m'],
  ['\u009b2J', '\\u009b2J'],
  ['\u2028', '\\u2028'],
  ['a\u202eb', 'a\\u202eb'],
  ['\u200b', '\\u200b'],
  ['\ud800', '\\ud800'],
  ['\u{e0041}', '\\u{e0041}'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
])('control characters are escaped: %j', (text, expected) => {
  expect(visible(text)).toBe(expected);
});

test('visible text holds no control character, and a cut text fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 30 }), (text, columns) => {
      const shown = visible(text);
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(widthOf(cutMiddle(shown, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});
