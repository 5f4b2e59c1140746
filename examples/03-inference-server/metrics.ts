/** Starts the metrics once. Every module that records imports this file. */
import { startMetrics } from 'otelier';
import { inference } from 'otelier/packs/inference';

export const metrics = startMetrics({
  serviceName: 'reranker',
  packs: { inference: inference() },
  // Code overrides the environment, so the default is set only if neither variable is set.
  ...(process.env.OTELIER_METRICS_EXPORTER || process.env.OTEL_METRICS_EXPORTER ? {} : { exporters: ['prometheus'] }),
});
