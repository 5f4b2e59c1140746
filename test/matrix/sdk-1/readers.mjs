/** Readers of sdk-metrics 1.30 get what otelier records: through `startMetrics`, or through the provider of the engine. */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { instrumentsOf, startMetrics } from 'otelier';
import { MeterProvider } from 'otelier/engine';
import { shop } from './program/shop.mjs';

const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const readers = [
  new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 }),
  new PrometheusExporter({ preventServerStart: true }),
];
let handles;
let flush;
if (process.argv[2] === 'startMetrics') {
  const metrics = startMetrics({ readers, catalogues: { shop }, withoutSelfMetrics: true });
  handles = metrics.shop;
  flush = () => metrics.forceFlush();
} else {
  const provider = new MeterProvider({ readers, resource: new Resource({ 'service.name': 'matrix' }) });
  handles = instrumentsOf(shop, provider.getMeter('shop'));
  flush = () => provider.forceFlush();
}
const exported = [];
for (const orders of [1, 2]) {
  handles.orders.add(orders, { channel: 'web' });
  handles.checkout.record(0.2);
  await flush();
  exported.push(...exporter.getMetrics());
  exporter.reset();
}
const { resourceMetrics } = await readers[1].collect();
const valuesOf = (list, name) =>
  list
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value.count ?? value));
const sum = (values) => values.reduce((total, value) => total + value, 0);
console.log(
  JSON.stringify({
    recorded: { deltas: 3, cumulative: 3, checkouts: 2 },
    scraped: {
      deltas: sum(valuesOf(exported, 'shop.orders')),
      cumulative: sum(valuesOf([resourceMetrics], 'shop.orders')),
      checkouts: sum(valuesOf([resourceMetrics], 'shop.checkout.duration')),
    },
  }),
);
process.exit();
