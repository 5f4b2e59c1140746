/** Starts the metrics once. Every module that records imports this file. */
import { startMetrics } from 'otelier';
import { inference } from 'otelier/packs/inference';

const { OTELIER_METRICS_EXPORTER, OTEL_METRICS_EXPORTER, OTEL_LOG_LEVEL } = process.env;

export const metrics = startMetrics({
  serviceName: 'reranker',
  packs: { inference: inference() },
  // Code overrides the environment, so defaults are set only if their variables are not set.
  ...(OTELIER_METRICS_EXPORTER || OTEL_METRICS_EXPORTER ? {} : { exporters: ['prometheus'] }),
  // Omits the line at the start: the program prints all URLs, that of the live page first.
  ...(OTEL_LOG_LEVEL ? {} : { logLevel: 'warn' }),
});
