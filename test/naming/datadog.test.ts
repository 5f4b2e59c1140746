/** Datadog names, tags, bounds and units. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datadogBound, datadogName, datadogTag, datadogTags, datadogTagText } from '../../src/naming/datadog.js';
import { datadogUnit } from '../../src/naming/datadog-units.js';
import { isTag } from '../support/datadog-intake.js';

const long = 'a'.repeat(300);

describe('metric names', () => {
  test.each([
    ['http.server.request.duration', 'http.server.request.duration'],
    ['Orders_2', 'Orders_2'],
    ['shop/orders-new', 'shop_orders_new'],
    ['größe', 'gr__e'],
    ['a\u{1f600}b', 'a_b'],
    ['\ud800', 'metric__'],
    ['2nd', 'metric_2nd'],
    ['_private', 'metric__private'],
    ['.x', 'metric_.x'],
    ['', 'unnamed'],
    [long, long.slice(0, 200)],
  ])('%j is %j', (name, expected) => {
    expect(datadogName(name)).toBe(expected);
  });

  test('a long name is truncated before its suffix', () => {
    expect(datadogName(long, '.count')).toBe(`${long.slice(0, 194)}.count`);
  });

  test('any text gives a valid name, and translation is idempotent', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 250 }),
        fc.constantFrom('', '.sum', '.bucket'),
        (text, suffix) => {
          const name = datadogName(text, suffix);
          expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_.]{0,199}$/);
          expect(name.endsWith(suffix)).toBe(true);
          expect(datadogName(name)).toBe(name);
        },
      ),
    );
  });
});

describe('tags', () => {
  test.each([
    ['region', 'eu', 'region:eu'],
    ['http.route', '/users/:id', 'http.route:/users/:id'],
    ['Model', 'GPT-4o mini', 'model:gpt-4o_mini'],
    ['straße', 'Zürich', 'straße:zürich'],
    ['a:b', 'c', 'a_b:c'],
    ['1st', 'x', 'key_1st:x'],
    ['', 'x', 'key__:x'],
    ['error.type', '', 'error.type:n/a'],
    ['k', 'ends:', 'k:ends'],
    ['k', '::', 'k'],
    ['k', 'a,b|c"d\n', 'k:a_b_c_d_'],
    ['k', '\ud800', 'k:_'],
    ['k', long, `k:${'a'.repeat(198)}`],
    ['k', `${'a'.repeat(197)}𝒳`, `k:${'a'.repeat(197)}`],
  ])('%j %j is %j', (key, value, expected) => {
    expect(datadogTag(key, value)).toBe(expected);
  });

  test.each([
    ['team:search', 'team:search'],
    ['Env:Prod:East', 'env:prod:east'],
    ['canary', 'canary'],
    ['9:x', 'key_9:x'],
    [':x', 'key_:x'],
    ['x:', 'x'],
  ])('the text %j is %j', (text, expected) => {
    expect(datadogTagText(text)).toBe(expected);
  });

  test('numbers and booleans become text, lists one tag per item, absent values no tag', () => {
    const attributes = { n: 1.5, yes: true, list: ['B', 'c'], empty: [], odd: [null], gone: undefined, o: { p: 1 } };
    expect(datadogTags(attributes)).toEqual([
      'n:1.5',
      'yes:true',
      'list:b',
      'list:c',
      'empty:n/a',
      'odd:null',
      'o:__p_:1_',
    ]);
  });

  test('keys that become equal keep all their values', () => {
    expect(datadogTags({ 'a b': 1, a_b: 2, A_B: 1 })).toEqual(['a_b:1', 'a_b:2', 'a_b:1']);
  });

  test('any key and value give a valid tag, and translation is idempotent', () => {
    const text = fc.string({ unit: 'binary', maxLength: 250 });
    fc.assert(
      fc.property(text, text, (key, value) => {
        const tag = datadogTag(key, value);
        expect(isTag(tag), tag).toBe(true);
        expect(datadogTagText(tag)).toBe(tag);
        expect(isTag(datadogTagText(value))).toBe(true);
      }),
    );
  });
});

test.each([
  [0, '0'],
  [0.005, '0.005'],
  [10, '10.0'],
  [-2.5, '-2.5'],
  [-4, '-4.0'],
  [1e21, '1e21'],
  [1e-7, '1e-7'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
])('the bound %d is %s', (bound, expected) => {
  expect(datadogBound(bound)).toBe(expected);
  expect(isTag(`upper_bound:${expected}`)).toBe(true);
});

describe('units', () => {
  test.each([
    ['s', 'second'],
    ['ms', 'millisecond'],
    ['µs', 'microsecond'],
    ['us', 'microsecond'],
    ['min', 'minute'],
    ['wk', 'week'],
    ['By', 'byte'],
    ['MiBy', 'mebibyte'],
    ['bit', 'bit'],
    ['%', 'percent'],
    ['Cel', 'degree celsius'],
    ['W', 'watt'],
    ['mA', 'milliampere'],
    ['V', 'volt'],
    ['MHz', 'megahertz'],
    ['s{cpu}', 'second'],
    ['{request}', 'request'],
    ['{requests}', 'request'],
    ['{Hit}', 'hit'],
    ['{miss}', 'miss'],
    ['{USD}', 'dollar'],
    ['{EUR}', 'euro'],
  ])('%s is %s', (unit, expected) => {
    expect(datadogUnit(unit)).toBe(expected);
  });

  test.each([
    '',
    '1',
    'kBy',
    'MBy',
    'By/s',
    '{request}/s',
    '{widget}',
    '{}',
    '{a}{b}',
    'J',
    'm',
    'constructor',
    '{constructor}',
  ])('%j has no Datadog unit', (unit) => {
    expect(datadogUnit(unit)).toBeUndefined();
  });
});
