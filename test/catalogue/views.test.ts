import { AggregationTemporality, AggregationType, InstrumentType, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { counter, defineCatalogue, gauge, histogram, instrumentsOf, oneOf, text, viewsOf } from 'otelier';
import { expect, test } from 'vitest';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../src/model/instrument.js';
import { stockProvider } from '../support/stock.js';

test('copied constants equal those of the SDK', () => {
  expect(Object.values(instrumentTypes).sort()).toEqual(Object.values(InstrumentType).sort());
  expect(aggregationTypes).toEqual({
    default: AggregationType.DEFAULT,
    drop: AggregationType.DROP,
    sum: AggregationType.SUM,
    lastValue: AggregationType.LAST_VALUE,
    explicitBucketHistogram: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
    exponentialHistogram: AggregationType.EXPONENTIAL_HISTOGRAM,
  });
  expect(aggregationTemporalities).toEqual({
    delta: AggregationTemporality.DELTA,
    cumulative: AggregationTemporality.CUMULATIVE,
  });
});

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { region: text({ limit: 10 }) },
    cardinalityLimit: 3,
  }),
  latency: histogram({ name: 'shop.latency', unit: 's', description: 'Latency.', buckets: [-1, 0, 1] }),
  sizes: histogram({ name: 'shop.sizes', unit: 'By', description: 'Sizes.', aggregation: 'exponential' }),
  stock: gauge({ name: 'shop.stock', unit: '1', description: 'Stock.', attributes: { cold: oneOf('yes', 'no') } }),
});

test('returns exactly one view per metric', () => {
  const views = viewsOf(shop);
  expect(views.map((view) => [view.instrumentName, (view as ViewOptions).instrumentType])).toEqual([
    ['shop.orders', 'COUNTER'],
    ['shop.latency', 'HISTOGRAM'],
    ['shop.sizes', 'HISTOGRAM'],
    ['shop.stock', 'GAUGE'],
  ]);
  expect(views.map(({ aggregationCardinalityLimit }) => aggregationCardinalityLimit)).toEqual([3, 2000, 2000, 2000]);
});

test('buckets, limits and allow-lists apply to instruments created without the catalogue', async () => {
  const { meter, collect } = stockProvider(viewsOf(shop));
  meter.createHistogram('shop.latency').record(0.5);
  meter.createHistogram('shop.sizes').record(1000);
  meter.createGauge('shop.stock').record(1, { cold: 'yes', secret: 'token' });
  const orders = meter.createCounter('shop.orders');
  for (const region of ['a', 'b', 'c', 'd', 'e']) orders.add(1, { region });

  const points = await collect();
  const of = (name: string) => points.filter((point) => point.name === name);
  expect(of('shop.latency')[0]?.value.buckets).toEqual({ boundaries: [-1, 0, 1], counts: [0, 0, 1, 0] });
  expect(of('shop.sizes')[0]?.value).toHaveProperty('scale');
  expect(of('shop.stock')[0]?.attributes).toEqual({ cold: 'yes' });
  expect(of('shop.orders')).toHaveLength(3);
  expect(of('shop.orders').reduce((sum, { value }) => sum + value, 0)).toBe(5);
});

test('a provider without the views gets the declared buckets as advice', async () => {
  const { meter, collect } = stockProvider();
  instrumentsOf(shop, meter).latency.record(0.5);
  expect((await collect())[0]?.value.buckets.boundaries).toEqual([-1, 0, 1]);
});
