/**
 * An application that has a `MeterProvider` already (its own, or NodeSDK's) and only wants the typed catalogue: the
 * provider gets the catalogue's views, the catalogue gets one of the provider's meters, and `startMetrics` is not used.
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
