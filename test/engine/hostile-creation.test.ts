/** Invalid names, options, views and callbacks: no call throws into the application. */
import type { Meter, MetricOptions } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { circular, kinds, record, throwingProxy, throws, unprintable } from './hostility.js';
import { PlainReader, startEngine } from './provider.js';

describe('views whose attribute processors throw', () => {
  test.each([0, 1])('do not throw into the application (stream %s)', async (position) => {
    const reader = new PlainReader();
    const broken = { instrumentName: 'm', name: 'broken', attributesProcessors: [{ process: throws }] };
    const whole = { instrumentName: 'm', name: 'whole' };
    const { meter } = startEngine({ readers: [reader], views: position === 0 ? [broken, whole] : [whole, broken] });
    const instrument = meter.createCounter('m') as unknown as {
      add(value: number, attributes: object): void;
      bind(attributes: object): { add(value: number): void };
      remove(attributes: object): void;
    };
    instrument.add(1, { a: 1 });
    instrument.add(1, { a: 1 });
    instrument.bind({ a: 1 }).add(1);
    instrument.remove({ a: 2 });
    const points = await reader.points();
    expect(points.find(({ name }) => name === 'whole')?.value).toBe(3);
  });

  test('a getter that throws at its second read still counts once per stream', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({
      readers: [reader],
      views: [
        { instrumentName: 'm', name: 'one' },
        { instrumentName: 'm', name: 'two' },
      ],
    });
    let times = 0;
    const given = {
      get a() {
        if (times++ % 4 === 3) throws();
        return 1;
      },
    };
    const instrument = meter.createCounter('m');
    for (let count = 0; count < 10; count++) instrument.add((count % 2 === 0 ? 1 : 1n) as number, given);
    const points = await reader.points();
    for (const name of ['one', 'two']) {
      expect(points.filter((point) => point.name === name).reduce((sum, { value }) => sum + value, 0)).toBe(10);
    }
  });
});

const names: readonly unknown[] = [
  '',
  ' ',
  '1a',
  'a b',
  'é',
  'x'.repeat(1_000),
  '__proto__',
  'constructor',
  null,
  undefined,
  5,
  5n,
  Symbol('a'),
  {},
  [],
  unprintable,
  circular,
  throwingProxy(),
  throws,
];
const options: readonly unknown[] = [
  null,
  5,
  'text',
  { unit: null },
  { unit: unprintable },
  { unit: Symbol('s') },
  { description: unprintable },
  { description: 10n },
  { valueType: 'x' },
  { advice: null },
  { advice: 5 },
  { advice: { explicitBucketBoundaries: null } },
  { advice: { explicitBucketBoundaries: 'abc' } },
  { advice: { explicitBucketBoundaries: [3, 2, 1] } },
  { advice: { explicitBucketBoundaries: [Number.NaN, Number.POSITIVE_INFINITY] } },
  { advice: { explicitBucketBoundaries: ['1', null] } },
  {
    get unit() {
      return throws();
    },
  },
  throwingProxy(),
];
const all = [...kinds, 'createObservableCounter', 'createObservableUpDownCounter', 'createObservableGauge'] as const;

describe('instruments can be created', () => {
  test.each(names.map((name, index) => [typeof name, index, name] as const))(
    'with a name of type %s (%i)',
    async (_type, _index, name) => {
      const reader = new PlainReader();
      const { meter, provider } = startEngine({ readers: [reader] });
      for (const make of all) expect(() => meter[make](name as string), make).not.toThrow();
      expect(() => provider.getMeter(name as string, name as string, { schemaUrl: name as string })).not.toThrow();
      record(meter.createCounter(name as string), 1);
      await reader.points();
    },
  );

  test.each(options.map((given, index) => [typeof given, index, given] as const))(
    'with options of type %s (%i)',
    async (_type, _index, given) => {
      const reader = new PlainReader();
      const { meter, provider } = startEngine({ readers: [reader] });
      for (const make of all) {
        expect(() => meter[make](make, given as MetricOptions), make).not.toThrow();
        expect(() => meter[make](make, given as MetricOptions), `${make} again`).not.toThrow();
      }
      expect(() => provider.getMeter('m', '1', given as object)).not.toThrow();
      for (const make of kinds) record(meter[make](make, given as MetricOptions), 1);
      expect(await reader.points()).toHaveLength(4);
    },
  );

  test.each([null, undefined, 5, 'text', {}, throwingProxy()])(
    'with callbacks and observables of a wrong type (%#)',
    async (given) => {
      const reader = new PlainReader();
      const { meter } = startEngine({ readers: [reader] });
      const observable = meter.createObservableGauge('o');
      expect(() => observable.addCallback(given as never)).not.toThrow();
      expect(() => observable.removeCallback(given as never)).not.toThrow();
      for (const list of [given, [given], [observable, given]]) {
        expect(() => meter.addBatchObservableCallback(() => {}, list as never)).not.toThrow();
        expect(() => meter.removeBatchObservableCallback(given as never, list as never)).not.toThrow();
      }
      expect(await reader.points()).toEqual([]);
    },
  );
});

test('calls after shutdown have no effect', async () => {
  const { meter, provider } = startEngine();
  const instruments = kinds.map((make) => meter[make](make));
  await provider.shutdown();
  await provider.shutdown();
  await provider.forceFlush();
  for (const instrument of instruments) record(instrument, 1, { a: 1 });
  const late: Meter = provider.getMeter('late');
  record(late.createCounter('m'), 1);
  record(meter.createHistogram('n'), 1);
});
