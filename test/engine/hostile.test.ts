/** Invalid values and attributes: no call throws, and dropped measurements are counted. */
import type { Attributes } from '@opentelemetry/api';
import { counter, defineCatalogue, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { optionsOf } from '../../src/engine/definition.js';
import type { EngineMeter } from '../../src/engine/meter.js';
import { circular, kinds, record, revoked, throwingProxy, throws, unprintable } from './hostility.js';
import { PlainReader, type Point, startEngine } from './provider.js';

/** Values by description. */
const values: readonly (readonly [string, unknown])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-1', -1],
  ['-0', -0],
  ['the smallest number', 5e-324],
  ['the smallest negative number', -5e-324],
  ['the largest number', Number.MAX_VALUE],
  ['a bigint', 12n],
  ['a negative bigint', -12n],
  ['a bigint above 2^53', 2n ** 80n],
  ['a text', '5'],
  ['an empty text', ''],
  ['true', true],
  ['null', null],
  ['undefined', undefined],
  ['an object', {}],
  ['an array', [5]],
  ['a boxed number', Object(5)],
  ['a date', new Date(5)],
  ['a symbol', Symbol('5')],
  ['a function', () => 5],
  ['an object whose valueOf throws', { valueOf: throws, [Symbol.toPrimitive]: throws }],
  ['an object without a prototype', unprintable],
  ['a proxy that throws', throwingProxy()],
  ['a revoked proxy', revoked],
];

const attributes: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a text', 'abc'],
  ['a number', 5],
  ['a bigint', 5n],
  ['a symbol', Symbol('a')],
  ['a function', () => 5],
  ['an array', ['a', 'b']],
  ['a map', new Map([['a', 1]])],
  ['a date', new Date(0)],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ['a proxy that throws', throwingProxy()],
  ['a revoked proxy', revoked],
  [
    'a getter that throws',
    {
      get a() {
        return throws();
      },
    },
  ],
  [
    'a getter that throws at its second read',
    (() => {
      let times = 0;
      return {
        get a() {
          if (times++ > 0) throws();
          return 1;
        },
      };
    })(),
  ],
  ['a value that is null', { a: null }],
  ['a value that is undefined', { a: undefined }],
  ['a value that is NaN', { a: Number.NaN }],
  ['a value that is infinite', { a: Number.POSITIVE_INFINITY }],
  ['a value that is a bigint', { a: 10n }],
  ['a value that is a symbol', { a: Symbol('a') }],
  ['a value that is a function', { a: throws }],
  ['a value that is an object', { a: { b: 1 } }],
  ['a value that is circular', { a: circular }],
  ['a value whose toJSON throws', { a: { toJSON: throws } }],
  ['a value whose toString throws', { a: { toString: throws } }],
  ['a value that is a list of lists', { a: [['b']] }],
  ['a value that is a mixed list', { a: ['b', 1, true, null, undefined] }],
  ['a value that is a long list', { a: new Array(100_000).fill('a') }],
  ['a value that is a sparse list', { a: new Array(5) }],
  ['a value that is a long text', { a: 'x'.repeat(1_000_000) }],
  ['a lone surrogate', { a: '\ud800' }],
  ['control characters', { a: 'a\0b\nc"d\\' }],
  ['an empty key', { '': 'a' }],
  ['a key that is a symbol', { [Symbol('a')]: 'b' }],
  ['a long key', { ['k'.repeat(100_000)]: 1 }],
  ['a thousand keys', Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]))],
  ['the key __proto__', JSON.parse('{"__proto__":"x","a":1}')],
  ['the key __proto__ with a list', JSON.parse('{"__proto__":["x"],"a":1}')],
  ['keys of Object.prototype', { constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd' }],
  ['the overflow attribute', { 'otel.metric.overflow': true }],
];

function numbersOf(points: readonly Point[]): number[] {
  return points.flatMap(({ value }) =>
    typeof value === 'number' ? [value] : [value.count, value.sum, ...(value.buckets?.counts ?? [])],
  );
}

const dropped = (rejections: object) =>
  Object.values(rejections).reduce((sum: number, count: number) => sum + count, 0);

describe.each(kinds)('%s', (make) => {
  test.each(values)('records or counts a value that is %s', async (_name, value) => {
    for (const bound of [false, true]) {
      const reader = new PlainReader();
      const { meter, provider } = startEngine({ readers: [reader] });
      const instrument = meter[make]('m');
      record(bound ? (instrument as unknown as { bind(): object }).bind() : instrument, value);
      const points = (await reader.points()).filter((point) => point.value !== 0 && point.value.count !== 0);
      const kept = typeof value === 'number' || typeof value === 'bigint' ? Number.isFinite(Number(value)) : false;
      expect(numbersOf(points).every((number) => Number.isFinite(number))).toBe(true);
      if (points.length === 0 && !Object.is(value, -0)) expect(dropped(provider.rejections)).toBe(1);
      else if (kept) expect(dropped(provider.rejections)).toBe(0);
      if (!kept) expect(points).toEqual([]);
      if (make === 'createCounter') expect(numbersOf(points).every((number) => number >= 0)).toBe(true);
    }
  });

  test.each(attributes)('records a measurement with attributes that are %s', async (_name, given) => {
    for (const bound of [false, true]) {
      const reader = new PlainReader();
      const { meter } = startEngine({ readers: [reader] });
      const instrument = meter[make]('m') as unknown as {
        bind(attributes: unknown): object;
        remove(attributes: unknown): void;
      };
      if (bound) record(instrument.bind(given), 1);
      else record(instrument, 1, given);
      const points = await reader.points();
      expect(points).toHaveLength(1);
      expect(make === 'createHistogram' ? points[0]?.value.count : points[0]?.value).toBe(1);
      expect(() => JSON.stringify(points[0]?.attributes)).not.toThrow();
      expect(() => instrument.remove(given)).not.toThrow();
    }
  });
});

test.each(attributes)('declared attributes and observations accept attributes that are %s', async (_name, given) => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const { metrics } = defineCatalogue({
    m: counter({ name: 'm_total', unit: '1', description: 'M.', attributes: { a: text(), b: text() } }),
  });
  (meter as EngineMeter).createCounter('m_total', optionsOf(metrics[0] as never)).add(1, given as Attributes);
  let observed = false;
  meter.createObservableGauge('o').addCallback((result) => {
    result.observe(1, given as Attributes);
    observed = true;
  });
  for (let cycle = 0; cycle < 2; cycle++) {
    observed = false;
    const points = await reader.points();
    expect(observed, 'observe() threw into the callback').toBe(true);
    expect(points.map(({ name, value }) => [name, value])).toEqual([
      ['m_total', 1],
      ['o', 1],
    ]);
  }
});

describe('different attributes have different series', () => {
  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: true }, { a: 'true' }],
    [{ a: Number.NaN }, { a: Number.POSITIVE_INFINITY }],
    [{ a: '' }, {}],
    [{ a: ['b', 'c'] }, { a: ['b,c'] }],
    [
      { a: '1', b: '2' },
      { a: '2', b: '1' },
    ],
    [{ own: 1 }, Object.assign(Object.create({ inherited: 1 }), { other: 1 })],
  ])('%o and %o', async (one, other) => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const instrument = meter.createCounter('m');
    for (const each of [one, other, one, other]) instrument.add(1, each as Attributes);
    const points = await reader.points();
    expect(points.map(({ value }) => value)).toEqual([2, 2]);
  });

  test('inherited properties are not attributes', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const instrument = meter.createCounter('m');
    instrument.add(1, Object.assign(Object.create({ inherited: 1 }), { own: 1 }) as Attributes);
    instrument.add(1, { own: 1 });
    const points = await reader.points();
    expect(points.map((point) => [Object.entries(point.attributes), point.value])).toEqual([[[['own', 1]], 2]]);
  });

  test('the key __proto__ is recorded or counted', async () => {
    const reader = new PlainReader();
    const { meter, provider } = startEngine({ readers: [reader] });
    meter.createCounter('m').add(1, JSON.parse('{"__proto__":["x"],"a":1}') as Attributes);
    const [point] = await reader.points();
    const keys = Object.keys(point?.attributes ?? {});
    expect(Object.getPrototypeOf(point?.attributes)).not.toEqual(['x']);
    expect(keys.includes('__proto__') || provider.rejections.attribute_invalid === 1).toBe(true);
  });
});

test.each(kinds)('sums of the largest numbers stay finite: %s', async (make) => {
  for (const temporality of ['cumulative', 'delta'] as const) {
    const reader = new PlainReader(temporality);
    const { meter } = startEngine({ readers: [reader] });
    const instrument = meter[make]('m');
    for (let cycle = 0; cycle < 3; cycle++) {
      record(instrument, Number.MAX_VALUE);
      record(instrument, Number.MAX_VALUE);
      expect(numbersOf(await reader.points()).every(Number.isFinite)).toBe(true);
    }
  }
});
