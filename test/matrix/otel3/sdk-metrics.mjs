/** The SDK of this folder, for those outside of it. */
export { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
