/** Limits of observed attribute values and of series, as observations arrive in order. */
import type { Attributes } from '@opentelemetry/api';
import { createDenyListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { gauge, integer, observableCounter, observableGauge, oneOf, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import type { EngineGauge } from '../../src/engine/instruments.js';
import { observableMakers as makers, observableMethods as methods, withMetric } from './metric.js';
import { PlainReader, type Point, startEngine } from './provider.js';

type Observed = readonly (readonly [key: string, value: number])[];
/** Observations of one collection, and the points that it exports. */
type Step = readonly [observed: Observed, expected: Readonly<Record<string, number>>];

const run = (from: number, to: number): Observed =>
  Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 1] as const);
const numbered: Observed = Array.from({ length: 15 }, (_, index) => [`k${index}`, index] as const);
const shown = (points: readonly Point[]) =>
  Object.fromEntries(points.map(({ attributes, value }) => [attributes['key'] ?? JSON.stringify(attributes), value]));

const tables: readonly { name: string; sums: boolean; steps: readonly Step[] }[] = [
  {
    name: 'the first values in order keep their place',
    sums: true,
    steps: [
      [run(0, 5), { k0: 1, k1: 1, k2: 1, _OTHER: 2 }],
      [run(0, 5), { k0: 1, k1: 1, k2: 1, _OTHER: 2 }],
      [[...run(0, 5)].reverse(), { k0: 1, k1: 1, k2: 1, _OTHER: 2 }],
      [run(0, 15), { k0: 1, k1: 1, k2: 1, _OTHER: 12 }],
    ],
  },
  {
    name: 'a change of all values frees their places at once',
    sums: true,
    steps: [
      [run(0, 5), { k0: 1, k1: 1, k2: 1, _OTHER: 2 }],
      [run(10, 15), { k10: 1, k11: 1, k12: 1, _OTHER: 2 }],
      [run(10, 15), { k10: 1, k11: 1, k12: 1, _OTHER: 2 }],
      [run(12, 15), { k12: 1, k13: 1, k14: 1 }],
    ],
  },
  {
    name: 'a value with a series comes before new values that are observed earlier',
    sums: true,
    steps: [
      [run(0, 2), { k0: 1, k1: 1 }],
      [[...run(5, 8), ...run(0, 2)], { k0: 1, k1: 1, k5: 1, _OTHER: 2 }],
    ],
  },
  {
    name: 'a gauge keeps the last value of _OTHER',
    sums: false,
    steps: [
      [[...run(0, 4), ['x', 7]], { k0: 1, k1: 1, k2: 1, _OTHER: 7 }],
      [[...run(0, 4), ['x', 7]], { k0: 1, k1: 1, k2: 1, _OTHER: 7 }],
    ],
  },
  {
    name: 'a gauge keeps the last value of _OTHER, also of values that had a place among those of one collection',
    sums: false,
    steps: [
      [numbered, { k0: 0, k1: 1, k2: 2, _OTHER: 14 }],
      [numbered, { k0: 0, k1: 1, k2: 2, _OTHER: 14 }],
      [[...numbered].reverse(), { k0: 0, k1: 1, k2: 2, _OTHER: 3 }],
      [[...numbered, ['k20', 20], ['k4', 21], ['k0', 22]], { k0: 22, k1: 1, k2: 2, _OTHER: 21 }],
    ],
  },
];

describe.each(Object.keys(makers) as (keyof typeof makers)[])('text({ limit: 3 }) of an %s', (kind) => {
  test.each(tables.filter(({ sums }) => sums === (kind !== 'observableGauge')))('$name', async ({ steps }) => {
    const make = makers[kind] as typeof observableCounter;
    const { meter, reader, name, options } = withMetric(
      make({ name: 'm', unit: '1', description: 'M.', attributes: { key: text({ limit: 3 }) } } as never),
    );
    let observed: Observed = [];
    meter[methods[kind]](name, options).addCallback((result) => {
      for (const [key, value] of observed) result.observe(value, { key });
    });
    let started = new Map<unknown, number>();
    for (const [index, [observations, expected]] of steps.entries()) {
      observed = observations;
      const points = await reader.points();
      expect(shown(points), `step ${index + 1}`).toEqual(expected);
      const starts = new Map(points.map(({ attributes, time: [start] }) => [attributes['key'], start]));
      for (const [key, start] of starts) if (started.has(key)) expect(start).toBe(started.get(key));
      started = starts;
    }
  });
});

describe.each(Object.keys(makers) as (keyof typeof makers)[])(
  'under a view that removes another attribute, an %s',
  (kind) => {
    test.each(tables.filter(({ sums }) => sums === (kind !== 'observableGauge')))('$name', async ({ steps }) => {
      const make = makers[kind] as typeof observableCounter;
      const attributes = { key: text({ limit: 3 }), job: text({ limit: 3 }) };
      const { meter, reader, name, options } = withMetric(
        make({ name: 'm', unit: '1', description: 'M.', attributes } as never),
        { views: [{ instrumentName: 'm', attributesProcessors: [createDenyListAttributesProcessor(['job'])] }] },
      );
      let observed: Observed = [];
      let job = 0;
      meter[methods[kind]](name, options).addCallback((result) => {
        for (const [key, value] of observed) result.observe(value, { key, job: `job ${job}` });
      });
      for (const [index, [observations, expected]] of steps.entries()) {
        observed = observations;
        job = index;
        expect(shown(await reader.points()), `step ${index + 1}`).toEqual(expected);
      }
    });
  },
);

test.each(['createGauge', 'createObservableGauge'] as const)(
  'a view may give %s values that the catalogue does not declare',
  async (create) => {
    const process = () => ({ key: 'group', size: 'low' });
    const attributes = { key: oneOf('a', 'b'), size: integer({ min: 0, max: 9 }) };
    const { meter, reader, name, options, provider } = withMetric(
      (create === 'createGauge' ? gauge : observableGauge)({ name: 'm', unit: '1', description: 'M.', attributes }),
      { views: [{ instrumentName: 'm', attributesProcessors: [{ process }] }] },
    );
    if (create === 'createGauge') meter.createGauge(name, options).record(1, { key: 'a', size: 3 });
    else meter.createObservableGauge(name, options).addCallback((result) => result.observe(1, { key: 'a', size: 3 }));
    expect((await reader.points()).map((point) => point.attributes)).toEqual([{ key: 'group', size: 'low' }]);
    expect(provider.rejections.attribute_other).toBe(0);
  },
);

test('deltas of observed sums stay exact while values change', async () => {
  const { meter, reader, name, options } = withMetric(
    observableCounter({ name: 'm', unit: '1', description: 'M.', attributes: { key: text({ limit: 3 }) } }),
    { delta: true },
  );
  let observed: Observed = [];
  meter.createObservableCounter(name, options).addCallback((result) => {
    for (const [key, value] of observed) result.observe(value, { key });
  });
  observed = run(0, 5);
  expect(shown(await reader.points())).toEqual({ k0: 1, k1: 1, k2: 1, _OTHER: 2 });
  observed = run(0, 5).map(([key]) => [key, 3]);
  expect(shown(await reader.points())).toEqual({ k0: 2, k1: 2, k2: 2, _OTHER: 4 });
  observed = run(10, 13);
  expect(shown(await reader.points())).toEqual({ k10: 1, k11: 1, k12: 1 });
});

describe('beyond the cardinality limit', () => {
  const observe = (kind: keyof typeof methods) => {
    const reader = new PlainReader();
    const engine = startEngine({
      readers: [reader],
      views: [{ instrumentName: 'm', aggregationCardinalityLimit: 10 }],
    });
    engine.meter[methods[kind]]('m').addCallback((result) => {
      for (let id = 0; id < 50; id++) result.observe(1, { id });
    });
    return { reader, ...engine };
  };

  test.each(['observableCounter', 'observableUpDownCounter'] as const)('an %s keeps its sum', async (kind) => {
    const { reader } = observe(kind);
    const points = await reader.points();
    expect(points.length).toBeLessThanOrEqual(10);
    expect(points.reduce((sum, { value }) => sum + value, 0)).toBe(50);
  });

  test.each(['observed', 'recorded', 'bound'])('%s gauges are left out and counted', async (how) => {
    const { reader, provider, meter } = observe('observableGauge');
    const gauge = meter.createGauge('g');
    for (let id = 0; how !== 'observed' && id < 3_000; id++) {
      if (how === 'recorded') gauge.record(1, { id });
      else (gauge as EngineGauge).bind({ id }).record(1);
    }
    const points = await reader.points();
    expect(points.some(({ attributes }: { attributes: Attributes }) => 'otel.metric.overflow' in attributes)).toBe(
      false,
    );
    const exported = points.length;
    expect(exported + provider.rejections.series_overflow).toBe(how === 'observed' ? 50 : 3_050);
  });
});
