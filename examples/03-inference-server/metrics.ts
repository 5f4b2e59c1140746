/** The bootstrap of the metrics: started once, before anything records, and imported by whatever does. */
import { startMetrics } from 'otelier';
import { inference } from 'otelier/packs/inference';

export const metrics = startMetrics({
  serviceName: 'reranker',
  packs: { inference: inference() },
  // What code says wins over the environment, so it is said only where the environment says nothing.
  ...(process.env.OTEL_METRICS_EXPORTER ? {} : { exporters: ['prometheus'] }),
});
