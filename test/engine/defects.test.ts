/** Differences between the engine and the stock SDK, where the stock SDK is wrong: one test each. */
import type { Attributes } from '@opentelemetry/api';
import {
  type AggregationOption,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { PlainReader, type Point, pointValue, startEngine } from './provider.js';

const explicit = (...boundaries: number[]): AggregationOption => ({
  type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
  options: { boundaries },
});
const total = (points: readonly Point[]) => points.reduce((sum, { value }) => sum + value, 0);

describe('several views of one instrument', () => {
  // Stock: N matching views count N times, and the attribute lists of all but the first are ignored.
  test('with one stream name count each measurement once and all apply', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({
      readers: [reader],
      views: [
        { instrumentName: 'm', aggregation: explicit(1, 2) },
        { instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor(['route', 'user'])] },
        { instrumentName: 'm', attributesProcessors: [createDenyListAttributesProcessor(['user'])] },
      ],
    });
    meter.createHistogram('m').record(1.5, { route: '/', user: 'secret', other: 1 });
    const points = await reader.points();
    expect(points).toHaveLength(1);
    expect(points[0]?.attributes).toEqual({ route: '/' });
    expect(points[0]?.value).toMatchObject({ count: 1, buckets: { boundaries: [1, 2], counts: [0, 1, 0] } });
  });

  test('with different stream names create separate streams', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({
      readers: [reader],
      views: [{ instrumentName: 'm' }, { instrumentName: 'm', name: 'n', aggregation: explicit(1) }],
    });
    meter.createCounter('m').add(2);
    const points = await reader.points();
    expect(points.map(({ name }) => name)).toEqual(['m', 'n']);
    expect([pointValue(points, 'm'), pointValue(points, 'n').count]).toEqual([2, 1]);
  });

  test.each(['first', 'last'])(
    'keep an instrument that one view selects, although the %s view drops all instruments',
    async (position) => {
      const reader = new PlainReader();
      const drop = { instrumentName: '*', aggregation: { type: AggregationType.DROP } as const };
      const keep = { instrumentName: 'kept' };
      const { meter } = startEngine({ readers: [reader], views: position === 'first' ? [drop, keep] : [keep, drop] });
      meter.createCounter('kept').add(1);
      meter.createCounter('dropped').add(1);
      expect((await reader.points()).map(({ name }) => name)).toEqual(['kept']);
    },
  );
});

describe('the cardinality limit', () => {
  // Stock: the limit holds within one interval only; cumulative readers get 15,000 points.
  test('holds across collections', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const counter = meter.createCounter('m');
    let points: Point[] = [];
    for (let cycle = 0; cycle < 10; cycle++) {
      for (let id = 0; id < 1_500; id++) counter.add(1, { id: cycle * 1_500 + id });
      points = await reader.points();
      expect(points.length).toBeLessThanOrEqual(2_000);
    }
    expect(total(points)).toBe(15_000);
  });

  // Stock: the overflow of six observations of 10 is 10.
  test('adds up all observations beyond it in the overflow series', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({
      readers: [reader],
      views: [{ instrumentName: 'm', aggregationCardinalityLimit: 3 }],
    });
    meter.createObservableCounter('m').addCallback((result) => {
      for (let id = 0; id < 6; id++) result.observe(10, { id });
    });
    for (let cycle = 0; cycle < 3; cycle++) {
      const points = await reader.points();
      expect(points).toHaveLength(3);
      expect(pointValue(points, 'm', { 'otel.metric.overflow': true })).toBe(40);
    }
  });
});

// Stock: a series changes its attributes when the first caller changes its object.
test('later changes of an attribute object have no effect', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const attributes: Attributes = { list: ['a'], name: 'before' };
  meter.createCounter('m').add(1, attributes);
  attributes['name'] = 'after';
  (attributes['list'] as string[]).push('b');
  const [point] = await reader.points();
  expect(point?.attributes).toEqual({ list: ['a'], name: 'before' });
  expect(Object.isFrozen(point?.attributes)).toBe(true);
  expect((await reader.points())[0]?.attributes).toBe(point?.attributes);
});

// Stock: a sum stays NaN or Infinity for the life of the process.
test('values that are not finite are dropped and counted', async () => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('c');
  const histogram = meter.createHistogram('h');
  for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY]) {
    counter.add(value);
    histogram.record(value);
  }
  const points = await reader.points();
  expect([pointValue(points, 'c'), pointValue(points, 'h')]).toMatchObject([1, { count: 1, sum: 1, max: 1 }]);
  expect(provider.rejections.value_not_finite).toBe(4);
});

// Stock drops negative values of every histogram.
test('a histogram with negative boundaries accepts negative values', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({
    readers: [reader],
    views: [{ instrumentName: 'm', aggregation: explicit(-1, 0, 1) }],
  });
  meter.createHistogram('m').record(-0.5);
  expect((await reader.points())[0]?.value).toMatchObject({ count: 1, min: -0.5, buckets: { counts: [0, 1, 0, 0] } });
});

describe('observed series', () => {
  // Stock: exported forever after the callback has stopped observing them.
  test('that are no longer observed are removed', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    let ids = ['a', 'b'];
    meter.createObservableGauge('m').addCallback((result) => {
      for (const id of ids) result.observe(1, { id });
    });
    expect(await reader.points()).toHaveLength(2);
    ids = ['b'];
    expect((await reader.points()).map(({ attributes }) => attributes['id'])).toEqual(['b']);
  });

  // Stock: all observations except the last one are lost.
  test('that a view merges add up if they are sums', async () => {
    const reader = new PlainReader();
    const views = [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor([])] }];
    const { meter } = startEngine({ readers: [reader], views });
    const observe = (result: { observe(value: number, attributes: Attributes): void }) => {
      result.observe(3, { id: 'a' });
      result.observe(4, { id: 'b' });
    };
    meter.createObservableCounter('sum').addCallback(observe);
    meter.createObservableGauge('gauge').addCallback(observe);
    for (let cycle = 0; cycle < 2; cycle++) {
      const points = await reader.points();
      expect(pointValue(points, 'sum')).toBe(7);
      // The aggregation of a gauge is the last value, also of merged series.
      expect(pointValue(points, 'gauge')).toBe(4);
    }
  });

  test('that are observed twice have the last value', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    meter.createObservableCounter('m').addCallback((result) => {
      for (const value of [3, 4]) {
        result.observe(value, { id: 'a' });
        result.observe(value, { list: ['a'] });
      }
    });
    for (let cycle = 0; cycle < 2; cycle++) expect((await reader.points()).map(({ value }) => value)).toEqual([4, 4]);
  });
});

describe('deltas', () => {
  // Stock exports a point of 0.
  test('of 0 are omitted', async () => {
    const reader = new PlainReader('delta');
    const { meter } = startEngine({ readers: [reader] });
    meter.createCounter('m').add(0);
    expect(await reader.points()).toEqual([]);
  });

  // Same as stock: a decrease is a reset.
  test('of an observed counter after a reset are its whole new total', async () => {
    const readers = [new PlainReader('delta'), new PlainReader('cumulative')] as const;
    const { meter } = startEngine({ readers });
    let value = 10;
    meter.createObservableCounter('m').addCallback((result) => result.observe(value));
    expect(pointValue(await readers[0].points(), 'm')).toBe(10);
    value = 3;
    expect(pointValue(await readers[0].points(), 'm')).toBe(3);
    value = 5;
    expect(pointValue(await readers[0].points(), 'm')).toBe(2);
    expect(pointValue(await readers[1].points(), 'm')).toBe(5);
  });
});

// Specification: the sum of a histogram is monotonic.
test('a sum aggregation of a histogram never decreases', async () => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({
    readers: [reader],
    views: [{ instrumentName: 'm', aggregation: { type: AggregationType.SUM } }],
  });
  const histogram = meter.createHistogram('m');
  histogram.record(5);
  histogram.record(-2);
  const [point] = await reader.points();
  expect(point?.value).toBe(5);
  expect(point?.metric).toMatchObject({ isMonotonic: true });
  expect(provider.rejections.value_negative).toBe(1);
});

test.each([
  ['last value', { type: AggregationType.LAST_VALUE }],
  ['negative boundaries', explicit(-1, 1)],
] as const)('a counter drops negative values under a view with %s', async (_name, aggregation) => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader], views: [{ instrumentName: 'm', aggregation }] });
  meter.createCounter('m').add(-5);
  expect((await reader.points()).filter(({ value }) => value === -5 || value.count > 0)).toEqual([]);
  expect(provider.rejections.value_negative).toBe(1);
});

// Same as stock and the specification: values may be negative, so their sum is not monotonic.
test.each(['createGauge', 'createUpDownCounter'] as const)('a distribution of %s has no sum', async (make) => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader], views: [{ instrumentName: 'm', aggregation: explicit(0) }] });
  const instrument = meter[make]('m') as unknown as { add?(value: number): void; record?(value: number): void };
  (instrument.add ?? instrument.record)?.call(instrument, -5);
  expect((await reader.points())[0]?.value).toMatchObject({ count: 1, sum: undefined });
});
