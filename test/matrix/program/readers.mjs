/**
 * Stock readers get what otelier records.
 *
 *   node readers.mjs startMetrics | engine
 */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import * as resources from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { instrumentsOf, startMetrics } from 'otelier';
import { MeterProvider } from 'otelier/engine';
import { shop } from './shop.mjs';

const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const readers = [
  new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000, exportTimeoutMillis: 5_000 }),
  new PrometheusExporter({ preventServerStart: true }),
];
const { handles, owner } = process.argv[2] === 'engine' ? provide() : start();

/** Passes the readers to the provider of the engine. */
function provide() {
  const attributes = { 'service.name': 'matrix' };
  const resource = resources.resourceFromAttributes?.(attributes) ?? new resources.Resource(attributes);
  const provider = new MeterProvider({ readers, resource });
  return { handles: instrumentsOf(shop, provider.getMeter('shop')), owner: provider };
}

/** Passes the readers to `startMetrics`, which has no other backend. */
function start() {
  const metrics = startMetrics({ readers, backends: [], catalogues: { shop }, withoutSelfMetrics: true });
  return { handles: metrics.shop, owner: metrics };
}

const exported = [];
for (const orders of [1, 2]) {
  handles.orders.add(orders, { channel: 'web' });
  handles.checkout.record(0.2);
  await owner.forceFlush();
  exported.push(...exporter.getMetrics());
  exporter.reset();
}
const { resourceMetrics } = await readers[1].collect();
await owner.shutdown();
console.log(
  JSON.stringify({
    recorded: { deltas: 3, cumulative: 3, checkouts: 2, service: 1 },
    scraped: {
      deltas: sumOf(exported, 'shop.orders'),
      cumulative: sumOf([resourceMetrics], 'shop.orders'),
      checkouts: sumOf([resourceMetrics], 'shop.checkout.duration'),
      service: resourceMetrics.resource.attributes['service.name'] === 'matrix' ? 1 : 0,
    },
  }),
);

/** Adds the values of a counter, or the counts of a histogram. */
function sumOf(collections, name) {
  return collections
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value.count ?? value))
    .reduce((total, value) => total + value, 0);
}
