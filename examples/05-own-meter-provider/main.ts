/**
 * Uses a typed catalogue on an existing `MeterProvider`, such as that of NodeSDK, without `startMetrics`: the provider
 * receives the catalogue's views, and the catalogue receives one of the provider's meters.
 */
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { counter, defineCatalogue, histogram, instrumentsOf, oneOf, viewsOf } from 'otelier';

const search = defineCatalogue({
  queries: counter({
    name: 'search.queries',
    unit: '{query}',
    description: 'Queries answered.',
    attributes: { index: oneOf('docs', 'code') },
  }),
  latency: histogram({
    name: 'search.latency',
    unit: 'ms',
    description: 'Time to answer a query.',
    buckets: [1, 5, 10, 50, 100],
  }),
});

const provider = new MeterProvider({
  views: viewsOf(search),
  readers: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
});
const { queries, latency } = instrumentsOf(search, provider.getMeter('search'));

queries.add(1, { index: 'docs' });
latency.record(7);

await provider.shutdown();
