/** Applies the cardinality limits that a configuration file sets for one reader. */
import type { Backend } from '../delivery/contract.js';
import type { InstrumentType, MetricReader } from '../model/otel-sdk.js';

/** Returns the backend with a reader that uses `limit` and forwards every other call. */
export function withCardinalityLimits(backend: Backend, limit: (type: InstrumentType) => number): Backend {
  const { reader } = backend;
  const limited: MetricReader = {
    setMetricProducer: (producer) => reader.setMetricProducer(producer),
    selectAggregation: (type) => reader.selectAggregation(type),
    selectAggregationTemporality: (type) => reader.selectAggregationTemporality(type),
    selectCardinalityLimit: limit,
    collect: (options) => reader.collect(options),
    forceFlush: (options) => reader.forceFlush(options),
    shutdown: (options) => reader.shutdown(options),
  };
  return { ...backend, reader: limited };
}
