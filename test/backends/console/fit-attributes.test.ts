import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitAttributes } from '../../../src/backends/console/fit-attributes.js';
import { widthOf } from '../../../src/backends/console/terminal-text.js';

test.each<[attributes: string[], columns: number, expected: string]>([
  [[], 10, ''],
  [['a=1'], 3, 'a=1'],
  [['method=GET', 'route=/a'], 19, 'method=GET route=/a'],
  [['method=GET', 'route=/orders/items'], 26, 'method=GET route=/ord…tems'],
  [['method=GET', 'route=/orders/items'], 20, 'method=GET route=/…s'],
  [['method=GET', 'route=/orders/items'], 19, 'method=GET +1 more'],
  [
    ['method=GET', 'route=/orders', 'address=shop.example', 'port=5091'],
    60,
    'method=GET route=/orders address=shop.example port=5091',
  ],
  [
    ['method=GET', 'route=/orders', 'address=shop.example', 'port=5091'],
    54,
    'method=GET route=/orders address=shop.…ample port=5091',
  ],
  [
    ['method=GET', 'route=/orders', 'address=shop.example', 'port=5091'],
    40,
    'method=GET route=/…s address=s…e +1 more',
  ],
  [['method=GET', 'route=/orders'], 7, '+2 more'],
  [['method=GET', 'route=/orders'], 4, '+2…e'],
  [['route=/orders/items'], 8, 'rout…ems'],
  [['"a=b"=long-value', 'c=1'], 14, '"a=b"=lo…e c=1'],
  [['城市=东京东京东京', 'c=1'], 13, '城市=东… c=1'],
])('%j in %i columns', (attributes, columns, expected) => {
  expect(fitAttributes(attributes, columns)).toBe(expected);
});

test('each attribute that is shown keeps its key and the ends of its own value', () => {
  const value = fc.stringMatching(/^[a-z]{1,30}$/);
  const texts = fc.array(fc.tuple(fc.stringMatching(/^[a-z.]{1,12}$/), value), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 12, max: 90 }), (pairs, columns) => {
      const shown = fitAttributes(
        pairs.map(([key, each]) => `${key}=${each}`),
        columns,
      );
      expect(widthOf(shown)).toBeLessThanOrEqual(columns);
      const parts = shown.split(' ').filter((part) => part.includes('='));
      if (pairs.length === 1 && shown.startsWith(pairs[0]?.[0].slice(0, 3) ?? '')) return;
      for (const [index, part] of parts.entries()) {
        const [key, each] = pairs[index] as [string, string];
        const [start = '', end = ''] = part.slice(key.length + 1).split('…');
        expect(part.startsWith(`${key}=`) && each.startsWith(start) && each.endsWith(end)).toBe(true);
      }
    }),
  );
});
