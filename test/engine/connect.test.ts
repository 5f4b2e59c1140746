/** Measurements before readers and views are connected are kept. */
import { AggregationType, createAllowListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
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
