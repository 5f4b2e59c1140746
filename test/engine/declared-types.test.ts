/** Values of declared attributes take the type that the catalogue declares, so that each has one series. */
import { describe, expect, test } from 'vitest';
import { createHandles } from '../../src/engine/handles.js';
import {
  type AttributeType,
  boolean,
  counter,
  defineCatalogue,
  integer,
  observableGauge,
  oneOf,
  text,
} from '../../src/index.js';
import { PlainReader, startEngine } from './provider.js';

/** Recorded values and the value of their one series; `_OTHER` if none of them is valid. */
const tables: readonly [type: string, AttributeType, given: readonly unknown[], value: unknown][] = [
  ["oneOf('200')", oneOf('200', '404'), ['200', 200, 200n], '200'],
  ["oneOf('true')", oneOf('true', 'false'), ['true', true], 'true'],
  ["oneOf('-0.5')", oneOf('-0.5'), ['-0.5', -0.5], '-0.5'],
  ["oneOf('200'), other values", oneOf('200'), [201, '0200', 200.5, ['200'], {}, Symbol('200')], '_OTHER'],
  ['text()', text(), ['200', 200, 200n], '200'],
  ['text(), boolean', text(), ['true', true], 'true'],
  ['integer()', integer(), [200, '200', 200n], 200],
  ['integer(), negative', integer(), [-7, '-7'], -7],
  ['integer(), zero', integer(), [0, '0', -0], 0],
  [
    'integer(), other values',
    integer(),
    ['', ' 1', '1.0', '1e3', '0x10', '007', 1.5, '99999999999999999', true],
    '_OTHER',
  ],
  ['integer({ min, max })', integer({ min: 1, max: 3 }), [2, '2', 2n], 2],
  ['integer({ min, max }), outside', integer({ min: 1, max: 3 }), [4, '4', 0n], '_OTHER'],
  ['boolean()', boolean(), [true, 'true'], true],
  ['boolean(), false', boolean(), [false, 'false'], false],
  ['boolean(), other values', boolean(), ['yes', 'TRUE', 1, 0, ''], '_OTHER'],
];

describe.each(tables)('%s', (_name, type, given, value) => {
  test('a counter has one series', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const definition = counter({ name: 'm', unit: '1', description: 'Test.', attributes: { key: type } });
    const { m } = createHandles(defineCatalogue({ m: definition }), meter);
    for (const each of given) m.add(1, { key: each } as never);
    for (const each of given) m.bind({ key: each } as never).add(1);
    const points = await reader.points();
    expect(points.map((point) => [point.attributes, point.value])).toEqual([[{ key: value }, 2 * given.length]]);
  });

  test('an observable gauge has one series', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const definition = observableGauge({ name: 'm', unit: '1', description: 'Test.', attributes: { key: type } });
    const { m } = createHandles(defineCatalogue({ m: definition }), meter);
    m.addCallback(({ observe }) => {
      for (const each of given) observe(1, { key: each } as never);
    });
    expect((await reader.points()).map((point) => point.attributes)).toEqual([{ key: value }]);
  });
});
