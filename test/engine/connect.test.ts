/** Measurements before readers and views are connected are kept. */
import { AggregationType, createAllowListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { counter, defineCatalogue, histogram, text } from 'otelier';
import { expect, test } from 'vitest';
import type { Metric } from '../../src/catalogue/catalogue.js';
import { optionsOf } from '../../src/engine/definition.js';
import { emptyResource } from '../../src/engine/host.js';
import type { EngineCounter } from '../../src/engine/instruments.js';
import { PlainReader, startEngine } from './provider.js';

test.each<[string, ViewOptions[]]>([
  ['no view', []],
  ['a description', [{ instrumentName: 'm', description: 'By a view.' }]],
  ['another name', [{ instrumentName: 'm', name: 'n' }]],
  ['fewer attributes', [{ instrumentName: 'm', attributesProcessors: [createAllowListAttributesProcessor(['id'])] }]],
  ['a limit', [{ instrumentName: 'm', aggregationCardinalityLimit: 10 }]],
])('keeps early measurements of a counter when its view sets %s', async (_name, views) => {
  const reader = new PlainReader();
  const { meter, connect } = startEngine({ readers: [reader], views, early: true });
  const counter = meter.createCounter('m') as EngineCounter;
  const bound = counter.bind({ id: 'b', other: 1 });
  for (const id of ['a', 'b']) counter.add(1, { id, other: 1 });
  bound.add(1);
  connect();
  counter.add(1, { id: 'a', other: 1 });
  bound.add(1);
  const points = await reader.points();
  expect(points.map(({ value }) => value).sort()).toEqual([2, 3]);
  if (views[0]?.description !== undefined) expect(points[0]?.metric.descriptor.description).toBe('By a view.');
});

test('keeps early measurements of a histogram', async () => {
  const reader = new PlainReader();
  const { meter, connect } = startEngine({ readers: [reader], early: true });
  const histogram = meter.createHistogram('m');
  histogram.record(3);
  connect();
  histogram.record(4);
  expect((await reader.points())[0]?.value).toMatchObject({ count: 2, sum: 7 });
});

test.each(['explicit', 'exponential'] as const)(
  'merges early %s histograms whose attributes a view removes',
  async (aggregation) => {
    const reader = new PlainReader();
    const views = [{ instrumentName: 'm', attributesProcessors: [createAllowListAttributesProcessor(['id'])] }];
    const { meter, connect } = startEngine({ readers: [reader], views, early: true });
    const options = { name: 'm', unit: 's', description: 'Early.', aggregation } as const;
    const catalogue = defineCatalogue({ early: histogram({ ...options, attributes: { id: text(), user: text() } }) });
    const instrument = meter.createHistogram('m', optionsOf(catalogue.metrics[0] as Metric));
    const early = [0, 0.5, 3, 4_000, 0.5];
    for (const [index, value] of early.entries()) instrument.record(value, { id: 'a', user: `u${index}` });
    connect();
    instrument.record(2, { id: 'a', user: 'late' });
    const [point, ...others] = await reader.points();
    expect(others).toEqual([]);
    expect(point?.value).toMatchObject({ count: 6, sum: 4_006, min: 0, max: 4_000 });
    if (aggregation === 'exponential') expect(point?.value.zeroCount).toBe(1);
    const { buckets, positive } = point?.value ?? {};
    const counts: number[] = buckets?.counts ?? positive.bucketCounts;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(aggregation === 'explicit' ? 6 : 5);
  },
);

const ofCatalogue = { name: 'm', unit: 's', description: 'Early.', attributes: { id: text() }, cardinalityLimit: 10 };

test.each([
  ['counter of a catalogue', counter(ofCatalogue), 0, 9, 9],
  ['counter of a catalogue', counter(ofCatalogue), 10, 9, 19],
  ['histogram of a catalogue', histogram(ofCatalogue), 10, 9, 19],
  ['exponential histogram of a catalogue', histogram({ ...ofCatalogue, aggregation: 'exponential' }), 10, 9, 19],
  // The plain API has a limit of 2,000, of which a tenth is reserved for errors.
  ['counter', 'counter', 0, 1_799, 1_799],
  ['counter', 'counter', 10, 1_799, 1_808],
  ['histogram', 'histogram', 10, 1_799, 1_808],
] as const)('keeps the early overflow series of a %s, case %#', async (_, metric, added, early, late) => {
  const reader = new PlainReader();
  const definition = typeof metric === 'string' ? undefined : defineCatalogue({ metric }).metrics[0];
  const limit = definition?.cardinalityLimit ?? 2_000;
  const views = [{ instrumentName: 'm', description: 'By a view.', aggregationCardinalityLimit: limit + added }];
  const { meter, connect } = startEngine({ readers: [reader], views, early: true });
  const options = definition === undefined ? {} : optionsOf(definition as Metric);
  const isCounter = metric === 'counter' || (typeof metric === 'object' && metric.kind === 'counter');
  const instrument = isCounter ? meter.createCounter('m', options) : meter.createHistogram('m', options);
  const record = (id: string) => ('add' in instrument ? instrument.add(1, { id }) : instrument.record(1, { id }));
  const withoutId = async () =>
    (await reader.points())
      .filter(({ attributes }) => attributes['id'] === undefined)
      .map(({ attributes, value }) => [attributes, value.count ?? value]);
  const overflow = { 'otel.metric.overflow': true };
  for (let id = 0; id < early + 6; id++) record(`early ${id}`);
  connect();
  expect(await withoutId()).toEqual([[overflow, 6]]);
  for (let id = 0; id < 30; id++) record(`late ${id}`);
  expect(await withoutId()).toEqual([[overflow, 36 - (late - early)]]);
});

test.each([
  ['higher', 20, 12],
  ['lower', 5, 4],
])('a %s limit applies when views are replaced', async (_, limit, ids) => {
  const reader = new PlainReader();
  const viewsOf = (aggregationCardinalityLimit: number) => [{ instrumentName: 'm', aggregationCardinalityLimit }];
  const { meter, provider } = startEngine({ readers: [reader], views: viewsOf(10) });
  const counter = meter.createCounter('m');
  const record = () => {
    for (let id = 0; id < 12; id++) counter.add(1, { id });
  };
  record();
  provider.connect({ resource: emptyResource, views: viewsOf(limit), readers: [reader as never] });
  record();
  const points = await reader.points();
  expect(points.reduce((sum, { value }) => sum + value, 0)).toBe(24);
  expect(points.filter(({ attributes }) => attributes['id'] !== undefined)).toHaveLength(ids);
  expect([...provider.budgets()]).toMatchObject([{ metric: 'm', limit }]);
});

test('keeps the last early value of gauges whose attributes a view removes', async () => {
  const reader = new PlainReader();
  const views = [{ instrumentName: 'm', attributesProcessors: [createAllowListAttributesProcessor(['id'])] }];
  const { meter, connect } = startEngine({ readers: [reader], views, early: true });
  const gauge = meter.createGauge('m');
  gauge.record(1, { id: 'a', user: 'u0' });
  gauge.record(2, { id: 'a', user: 'u1' });
  connect();
  expect((await reader.points()).map(({ value }) => value)).toEqual([2]);
});

test('drops early measurements of a histogram when the reader selects another aggregation', async () => {
  const reader = new PlainReader('cumulative', { type: AggregationType.EXPONENTIAL_HISTOGRAM });
  const { meter, connect } = startEngine({ readers: [reader], early: true });
  const histogram = meter.createHistogram('m');
  histogram.record(3);
  connect();
  histogram.record(4);
  expect((await reader.points())[0]?.value).toMatchObject({ count: 1, sum: 4 });
});

test.each([
  ['nothing', [], []],
  ['1 and -1', [1, -1], [0]],
  ['0', [0], [0]],
])('exports a bound up-down counter that recorded %s', async (_, added, exported) => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const bound = (meter.createUpDownCounter('m') as EngineCounter).bind({ id: 'a' });
  for (const value of added) bound.add(value);
  expect((await reader.points()).map(({ value }) => value)).toEqual(exported);
});

test('keeps no series without readers', () => {
  const { meter, provider } = startEngine({ readers: [] });
  for (let id = 0; id < 100; id++) meter.createCounter('m').add(1, { id });
  expect([...provider.budgets()]).toEqual([]);
});
