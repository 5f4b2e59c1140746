/** Type tests: objects of stock SDKs fit into otelier and the reverse, without a cast. Compiled, never run. */
import { context, type MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  ConsoleMetricExporter,
  createAllowListAttributesProcessor,
  InMemoryMetricExporter,
  InstrumentType,
  PeriodicExportingMetricReader,
  MeterProvider as StockMeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { counter, defineCatalogue, startMetrics, viewsOf } from 'otelier';
import { stockExporter } from 'otelier/backends';
import { prometheus } from 'otelier/backends/prometheus';
import { MeterProvider } from 'otelier/engine';

const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
const readers = [
  new PrometheusExporter({ preventServerStart: true }),
  new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() }),
  new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA) }),
  new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() }),
];
const views: ViewOptions[] = [
  {
    instrumentType: InstrumentType.HISTOGRAM,
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1] } },
    attributesProcessors: [createAllowListAttributesProcessor(['a'])],
  },
  { instrumentName: 'a', aggregation: { type: AggregationType.DROP } },
];

startMetrics({ readers, views });
const provider = new MeterProvider({ readers, views, resource: resourceFromAttributes({ a: 1 }) });
export const asApi: MeterProviderApi = provider;
export const active = context.active();

new StockMeterProvider({ views: viewsOf(shop) });
new MeterProvider({ views: viewsOf(shop) });
stockExporter(new OTLPMetricExporter(), { exported() {} });
export const backend = prometheus({ port: 0 });

// @ts-expect-error: an exporter is not a reader
startMetrics({ readers: [new ConsoleMetricExporter()] });
// @ts-expect-error: an aggregation that does not exist
new MeterProvider({ views: [{ aggregation: { type: 9 } }] });
// @ts-expect-error: an instrument type that does not exist
new MeterProvider({ views: [{ instrumentType: 'SUMMARY' }] });
