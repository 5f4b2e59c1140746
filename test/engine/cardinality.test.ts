/** Cardinality limits: reserved series for errors, `_OTHER` for one attribute, the overflow series for a metric. */
import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { asError, counter, oneOf, optional, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { withMetric } from './metric.js';
import { PlainReader, type Point, pointValue, startEngine } from './provider.js';

const limit = 2_000;
const sumOf = (points: readonly Point[]) => points.reduce((sum, { value }) => sum + value, 0);

describe('at the cardinality limit', () => {
  const outcome = oneOf('ok', asError('failed'));

  test.each([
    [
      'an error.type',
      { 'error.type': optional(text()), user: text({ limit: 1_000 }) },
      { 'error.type': 'timeout', user: 'u1' },
    ],
    ['a value marked as an error', { outcome, user: text({ limit: 1_000 }) }, { outcome: 'failed', user: 'u1' }],
  ])('series with %s are still created', async (_name, attributes, failure) => {
    const { meter, reader, name, options } = withMetric(
      counter({ name: 'm_total', unit: '1', description: 'M.', attributes, cardinalityLimit: 100 } as never),
    );
    const instrument = meter.createCounter(name, options);
    for (let id = 0; id < 500; id++)
      instrument.add(1, 'outcome' in failure ? { outcome: 'ok', user: `u${id}` } : { user: `u${id}` });
    instrument.add(7, failure);
    const points = await reader.points();
    expect(points.length).toBeLessThanOrEqual(100);
    expect(pointValue(points, name, failure)).toBe(7);
    expect(sumOf(points)).toBe(507);
  });

  test('error series are still created under a view', async () => {
    const views = [
      { instrumentName: 'm_total', attributesProcessors: [createAllowListAttributesProcessor(['outcome', 'user'])] },
    ];
    const { meter, reader, name, options } = withMetric(
      counter({
        name: 'm_total',
        unit: '1',
        description: 'M.',
        attributes: { outcome, user: text({ limit: 1_000 }) },
        cardinalityLimit: 100,
      }),
      { views },
    );
    const instrument = meter.createCounter(name, options);
    for (let id = 0; id < 500; id++) instrument.add(1, { outcome: 'ok', user: `u${id}` });
    instrument.add(7, { outcome: 'failed', user: 'u1' });
    expect(pointValue(await reader.points(), name, { outcome: 'failed', user: 'u1' })).toBe(7);
  });

  test('only the attribute that exceeds its own limit becomes _OTHER', async () => {
    const { meter, reader, provider, name, options } = withMetric(
      counter({ name: 'm_total', unit: '1', description: 'M.', attributes: { outcome, user: text({ limit: 2 }) } }),
    );
    const instrument = meter.createCounter(name, options);
    for (const user of ['a', 'b', 'c', 'd'])
      for (const value of ['ok', 'failed']) instrument.add(1, { outcome: value, user });
    const points = await reader.points();
    expect(points).toHaveLength(6);
    expect(pointValue(points, name, { outcome: 'failed', user: '_OTHER' })).toBe(2);
    expect(provider.rejections.attribute_other).toBe(4);
  });

  test.each([0, 1, 2, -1, Number.NaN, 1.5])(
    'an invalid or small limit (%s) still bounds the number of series',
    async (given) => {
      const reader = new PlainReader();
      const { meter } = startEngine({
        readers: [reader],
        views: [{ instrumentName: 'm', aggregationCardinalityLimit: given }],
      });
      const instrument = meter.createCounter('m');
      for (let id = 0; id < 5_000; id++) instrument.add(1, { id });
      const points = await reader.points();
      expect(points.length).toBeLessThanOrEqual(limit);
      expect(sumOf(points)).toBe(5_000);
    },
  );
});

test.each([
  [128, 0],
  [129, 1],
])('of %i undeclared attributes, %i are dropped and counted', async (count, dropped) => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader] });
  meter
    .createCounter('m')
    .add(1, Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index])));
  const [point] = await reader.points();
  expect(Object.keys(point?.attributes ?? {})).toHaveLength(count - dropped);
  expect(provider.rejections.attribute_invalid).toBe(dropped);
});

test.each([
  [128, 0],
  [129, 1],
])('a list of %i items is dropped and counted %i times', async (length, dropped) => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader] });
  const list = new Array<number>(length).fill(1);
  meter.createCounter('m').add(1, { list, other: 'x' });
  const [point] = await reader.points();
  expect(point?.attributes).toEqual(dropped === 0 ? { list, other: 'x' } : { other: 'x' });
  expect(provider.rejections.attribute_invalid).toBe(dropped);
});
