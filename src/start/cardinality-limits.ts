/** Limits of series that a configuration file sets for one reader. */
import type { IMetricReader, InstrumentType } from '@opentelemetry/sdk-metrics';
import type { Backend } from '../delivery/contract.js';

/** The backend with a reader that asks for other limits and does everything else as it did. */
export function withCardinalityLimits(backend: Backend, limit: (type: InstrumentType) => number): Backend {
  const { reader } = backend;
  const limited: IMetricReader = {
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
