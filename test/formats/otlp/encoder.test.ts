/** OTLP encoder: bytes equal to those of the stock encoder, and omitted metrics. */
import type { Attributes } from '@opentelemetry/api';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import type { PointVisitor } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import { ResourceMetricsBuilder } from '../../../src/model/resource-metrics.js';
import { PlainReader, startEngine } from '../../engine/provider.js';
import { pointsOfRequest } from './message.js';
import { collectionOf, metricOf, pointCount, restricted, type Sample, stockBytes } from './samples.js';

const { SUM, GAUGE, HISTOGRAM, EXPONENTIAL_HISTOGRAM } = DataPointType;

function encode(collection: ResourceMetrics): Buffer[] {
  const encoder = new OtlpEncoder();
  replay(collection, encoder);
  return encoder.requests().map((request) => Buffer.from(request));
}

/** Returns the only request as hexadecimal text. */
function hexOf(requests: readonly Uint8Array[]): string {
  expect(requests).toHaveLength(1);
  return Buffer.from(requests[0] as Uint8Array).toString('hex');
}

test('the layout of a request', () => {
  const attributes = { route: '/' };
  const metric = metricOf({ type: SUM, name: 'n', unit: 's', value: 3, valueType: 0, attributes });
  const request = {
    resource: emptyResource(),
    scopeMetrics: [{ scope: { name: 'm', version: '2', schemaUrl: 'u' }, metrics: [metric] }],
  };
  const layout = [
    ['0a 4a', 'resource_metrics'],
    ['  0a 02', 'resource'],
    ['    10 00', 'dropped_attributes_count'],
    ['  12 44', 'scope_metrics'],
    ['    0a 06', 'scope'],
    ['      0a 01 6d', 'name'],
    ['      12 01 32', 'version'],
    ['    12 37', 'metrics'],
    ['      0a 01 6e', 'name'],
    ['      1a 01 73', 'unit'],
    ['      3a 2f', 'sum'],
    ['        0a 29', 'data_points'],
    ['          11 00 00 2a 36 fe 9c 97 17', 'start_time_unix_nano'],
    ['          19 80 88 22 c3 01 9d 97 17', 'time_unix_nano'],
    ['          31 03 00 00 00 00 00 00 00', 'as_int'],
    ['          3a 0c', 'attributes'],
    ['            0a 05 72 6f 75 74 65', 'key'],
    ['            12 03', 'value'],
    ['              0a 01 2f', 'string_value'],
    ['        10 02', 'aggregation_temporality: cumulative'],
    ['        18 01', 'is_monotonic'],
    ['    1a 01 75', 'schema_url'],
  ];
  const hex = layout.map(([bytes]) => (bytes as string).replaceAll(' ', '')).join('');
  expect(stockBytes(request).toString('hex')).toBe(hex);
  expect(hexOf(encode(request))).toBe(hex);
});

const histogram = { count: 6, sum: 7.5, min: 0.25, max: 4, buckets: { boundaries: [1, 2], counts: [1, 2, 3] } };
const exponential = {
  count: 9,
  sum: -3.5,
  min: -8,
  max: 8,
  scale: 3,
  zeroCount: 2,
  positive: { offset: -4, bucketCounts: [1, 0, 300] },
  negative: { offset: 7, bucketCounts: [2, 2 ** 40] },
};
const list: Attributes = { strings: ['a', '', 'é'], numbers: [1, -1, 0.5], booleans: [true, false], empty: [] };
const holes = { holes: ['a', null, undefined] } as Attributes;

const samples: [name: string, first: Sample, ...others: Partial<Sample>[]][] = [
  ['a cumulative sum', { type: SUM, value: 1.5 }, { value: -0 }, { value: Number.NaN }],
  ['a delta sum', { type: SUM, value: 1.5, delta: true }],
  ['a sum that falls', { type: SUM, value: -1.5, isMonotonic: false }],
  ['whole numbers', { type: SUM, value: 0, valueType: 0 }, { value: 255 }, { value: -1 }, { value: -256 }],
  ['large whole numbers', { type: GAUGE, value: 2 ** 32, valueType: 0 }, { value: -(2 ** 32) }, { value: -(2 ** 53) }],
  ['fractions in an integer field', { type: SUM, value: 1.9, valueType: 0 }, { value: -1.9 }, { value: -0.5 }],
  ['a gauge', { type: GAUGE, value: Number.POSITIVE_INFINITY }, { value: 5e-324 }],
  ['description and unit', { type: GAUGE, value: 1, description: 'Grüße.', unit: 'By' }],
  ['a histogram', { type: HISTOGRAM, value: histogram }],
  ['a delta histogram', { type: HISTOGRAM, value: histogram, delta: true, valueType: 0 }],
  ['a histogram without sum', { type: HISTOGRAM, value: { ...histogram, sum: undefined } }],
  ['a histogram without minimum', { type: HISTOGRAM, value: { ...histogram, min: undefined } }],
  ['a histogram without maximum', { type: HISTOGRAM, value: { ...histogram, max: undefined } }],
  [
    'histograms with and without them',
    { type: HISTOGRAM, value: { ...histogram, sum: undefined, min: undefined, max: undefined } },
    { value: histogram, attributes: { n: 1 } },
  ],
  ['a histogram of one bucket', { type: HISTOGRAM, value: { ...histogram, buckets: { boundaries: [], counts: [6] } } }],
  [
    'large counts',
    {
      type: HISTOGRAM,
      value: { ...histogram, count: 2 ** 53, buckets: { boundaries: [0], counts: [2 ** 32 - 1, 2 ** 33 + 1] } },
    },
  ],
  ['an exponential histogram', { type: EXPONENTIAL_HISTOGRAM, value: exponential }],
  [
    'an exponential histogram without buckets',
    {
      type: EXPONENTIAL_HISTOGRAM,
      delta: true,
      value: {
        ...exponential,
        ...{ sum: undefined, min: undefined, max: undefined, scale: -10 },
        ...{ positive: { offset: 0, bucketCounts: [] }, negative: { offset: 0, bucketCounts: [] } },
      },
    },
  ],
  ['no attributes', { type: SUM, value: 1, attributes: {} }],
  [
    'texts',
    { type: SUM, value: 1, attributes: { '': '', ключ: '値😀', lone: '\ud83d', '\udc00': '\ud83d\ud83d', nul: '\0' } },
  ],
  ['long texts', { type: SUM, value: 1, attributes: { a: 'x'.repeat(127), b: 'é'.repeat(20_000) } }],
  ['booleans', { type: SUM, value: 1, attributes: { yes: true, no: false } }],
  [
    'numbers',
    { type: SUM, value: 1, attributes: { int: 7, zero: 0, minus: -0, less: -1, double: 0.5, nan: Number.NaN } },
  ],
  [
    'large numbers',
    { type: SUM, value: 1, attributes: { a: 2 ** 53, b: -(2 ** 63), c: 2 ** 63, d: 1e300, e: 2 ** 35 } },
  ],
  ['lists', { type: SUM, value: 1, attributes: list }, { attributes: holes }],
  ['the time after 2038 and 2106', { type: SUM, value: 1, startMs: 2_200_000_000_123, endMs: 4_400_000_000_999 }],
  ['parts of milliseconds', { type: SUM, value: 1, startMs: 1_700_000_000_000.25, endMs: 1_700_000_000_999.875 }],
  ['the beginning of time', { type: SUM, value: 1, startMs: 0, endMs: 0.5 }],
];

test.each(samples)('encodes the same bytes as the stock encoder: %s', (...sample) => {
  const [, first, ...others] = sample;
  const collection = collectionOf(metricOf(first, ...others));
  expect(hexOf(encode(collection))).toBe(stockBytes(collection).toString('hex'));
});

test('encodes a time before 1970 as 1970', () => {
  const [point] = pointsOfRequest(encode(collectionOf(metricOf({ type: SUM, value: 1, startMs: -5 })))[0] as Buffer);
  expect(point?.['start_time_unix_nano']).toBe(0n);
});

describe('metrics without points', () => {
  const full = metricOf({ type: SUM, value: 1, name: 'full' });
  const empty = { ...metricOf({ type: SUM, value: 1, name: 'empty' }), dataPoints: [] };

  test('are omitted', () => {
    const resource = resourceFromAttributes({ a: 1 }, { schemaUrl: 'https://example.org/resource' });
    const [one, two, three] = [{ name: 'one' }, { name: 'two', schemaUrl: 'https://example.org' }, { name: 'three' }];
    const scopeMetrics = [
      { scope: one, metrics: [empty, full, empty, full] },
      { scope: two, metrics: [empty] },
      { scope: three, metrics: [] },
      { scope: two, metrics: [full] },
    ];
    const collection = { resource, scopeMetrics };
    expect(hexOf(encode(collection))).toBe(stockBytes(restricted(collection, () => true)).toString('hex'));
  });

  test('produce no request', () => {
    const encoder = new OtlpEncoder();
    expect(encoder.requests()).toEqual([]);
    for (const collection of [collectionOf(full), collectionOf(empty), collectionOf()]) {
      replay(collection, encoder);
      expect(encoder.points).toBe(pointCount(collection));
      expect(encoder.requests()).toHaveLength(encoder.points);
    }
  });
});

test('groups the metrics of a scope that another scope interrupts, as the builder does', () => {
  const [one, two] = [{ name: 'one' }, { name: 'two' }];
  const metrics = [metricOf({ type: SUM, value: 1 })];
  const collection = {
    resource: emptyResource(),
    scopeMetrics: [one, two, one].map((scope) => ({ scope, metrics })),
  };
  const builder = new ResourceMetricsBuilder(emptyResource());
  replay(collection, builder);
  expect(builder.result().scopeMetrics).toHaveLength(2);
  expect(hexOf(encode(collection))).toBe(stockBytes(builder.result()).toString('hex'));
});

/** Returns a visitor that forwards each call to two visitors. */
function both(one: PointVisitor, other: PointVisitor): PointVisitor {
  return {
    begin: (...all) => [one, other].forEach((visitor) => void visitor.begin?.(...all)),
    metric: (...all) => [one, other].forEach((visitor) => void visitor.metric(...all)),
    number: (...all) => [one, other].forEach((visitor) => void visitor.number(...all)),
    histogram: (...all) => [one, other].forEach((visitor) => void visitor.histogram(...all)),
    exponentialHistogram: (...all) => [one, other].forEach((visitor) => void visitor.exponentialHistogram(...all)),
    end: () => [one, other].forEach((visitor) => void visitor.end?.()),
  };
}

test.each(['cumulative', 'delta'] as const)('encodes walks of the engine, %s', async (temporality) => {
  const reader = new PlainReader(temporality);
  const views = [
    { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const },
  ];
  const { provider, clock } = startEngine({ readers: [reader], views });
  const one = provider.getMeter('one', '1', { schemaUrl: 'https://example.org' });
  const two = provider.getMeter('two');
  const counter = one.createCounter('counter', { unit: 'By', description: 'C.' });
  const other = two.createUpDownCounter('changes', { valueType: 0 });
  const gauge = one.createGauge('gauge');
  const explicit = two.createHistogram('explicit');
  const wide = one.createHistogram('exponential');
  one.createHistogram('unused');
  let observed = [1, 2, 3];
  two.createObservableGauge('og').addCallback((result) => {
    for (const id of observed) result.observe(id / 4, { id });
  });
  const steps = [
    () => {
      for (let id = 0; id < 300; id++) counter.add(id, { id, list: ['a'] });
      other.add(-2.5);
      explicit.record(7, { id: 'a' });
    },
    () => {
      counter.add(1, { id: 299, list: ['a'] });
      counter.add(1, { id: 7, list: ['a'] });
      counter.add(1, { id: 'new' });
      explicit.record(8, { id: 'b' });
      explicit.record(9, { id: 'a' });
      wide.record(0);
      wide.record(7e9);
      observed = [3, 1];
    },
    () => {
      gauge.record(1.5);
      explicit.record(9, { id: 'b' });
      for (let value = 1e-9; value < 1e9; value *= 1.5) wide.record(value);
      counter.add(1, { id: 7, list: ['a'] });
      observed = [];
    },
    () => {},
    () => {
      counter.add(1, { id: 'new' });
      observed = [1, 2, 3, 4];
    },
  ];
  const encoder = new OtlpEncoder();
  for (const step of steps) {
    step();
    clock.advance(1_500.5);
    const builder = new ResourceMetricsBuilder(resourceFromAttributes({ 'service.name': 'test' }));
    const collected = await reader.begin();
    await collected.walk(both(encoder, builder));
    collected.accept();
    const built = builder.result();
    const bytes = encoder.requests().map((request) => Buffer.from(request).toString('hex'));
    expect(bytes).toEqual(built.scopeMetrics.length === 0 ? [] : [stockBytes(built).toString('hex')]);
    expect(encoder.points).toBe(pointCount(built));
  }
});
