/** Programs that export deltas to an endpoint that misbehaves on demand. */
import { onTestFinished } from 'vitest';
import { startFaultPeer } from '../support/fault-peer.js';

/** Starts the endpoint. The environment makes a program export to it. */
export async function startScene() {
  const peer = await startFaultPeer();
  onTestFinished(peer.close);
  const environment = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: peer.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  };
  return { peer, environment };
}

/** Start of a program with one counter, `metrics.app.done`. */
export const bootstrap = `
  import { counter, defineCatalogue, startMetrics, text } from 'otelier';
  const app = defineCatalogue({
    done: counter({ name: 'work.done', unit: '{job}', description: 'Done.', attributes: { queue: text() } }),
  });
  const metrics = startMetrics({ catalogues: { app }, withoutSelfMetrics: true });
`;
