import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const shop = defineCatalogue({
  orders: counter({
    name: 'self.orders',
    unit: '1',
    description: 'Orders.',
    attributes: { region: text({ limit: 10 }) },
    cardinalityLimit: 4,
  }),
});

let stop: (() => Promise<unknown>) | undefined;
afterEach(() => stop?.());

test('series in use, their limit, what was rejected and how long collecting takes are told', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop } });
  stop = metrics.shutdown;
  for (const region of ['a', 'b', 'c', 'd', 'e']) metrics.shop.orders.add(1, { region });
  metrics.shop.orders.add(Number.NaN, { region: 'a' });
  await collect();
  const points = await collect();
  const value = (name: string, attribute: string) =>
    points.find((point) => point.name === name && Object.values(point.attributes).includes(attribute))?.value;
  expect(value('otelier.series.used', 'self.orders')).toBe(4);
  expect(value('otelier.series.limit', 'self.orders')).toBe(4);
  expect(value('otelier.measurement.rejected', 'series_overflow')).toBe(2);
  expect(value('otelier.measurement.rejected', 'value_not_finite')).toBe(1);
  expect(value('otel.sdk.metric_reader.collection.duration', 'OnDemandReader')).toMatchObject({ count: 1 });
});

test('they can be left out', async () => {
  const { reader, collect } = stockReader();
  const environment = { OTELIER_WITHOUT_SELF_METRICS: 'true' };
  const metrics = startMetrics({ environment, readers: [reader], catalogues: { shop } });
  stop = metrics.shutdown;
  metrics.shop.orders.add(1, { region: 'a' });
  expect((await collect()).map(({ name }) => name)).toEqual(['self.orders']);
});
