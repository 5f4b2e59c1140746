/** Exports the SDK of this folder to other folders. */
export { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
