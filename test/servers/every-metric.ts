/** A program that uses every pack and every collector, whose metrics a real Prometheus scrapes and a receiver gets by OTLP. */
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { application } from 'otelier/collectors/application';
import { gpu } from 'otelier/collectors/gpu';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';
import { gateway } from 'otelier/packs/gateway';
import { http } from 'otelier/packs/http';
import { inference } from 'otelier/packs/inference';
import { container } from '../../src/collectors/container/index.js';
import { packsWith } from '../packs/every-pack.js';
import { startHttpPeer } from '../support/http-peer.js';
import { auditLagMs, observeAll, recordAll, startOwnServer } from './every-event.js';
import { fakeGpus } from './every-gpu.js';

/** A running program. */
export interface EveryMetric {
  /** Hosts and ports of the scrape endpoints. */
  readonly targets: readonly string[];
  stop(): Promise<void>;
}

const flooded = defineCatalogue({
  flood: counter({
    name: 'everything.flood',
    unit: '{event}',
    description: 'Events of more kinds than the limit of series.',
    attributes: { kind: text({ limit: 100 }) },
    cardinalityLimit: 3,
  }),
});

const exportIntervalMs = 1_000;
const abandonedAfterMs = 1_000;

/** Starts the program; every event is recorded each fifth of a second. */
export async function startEveryMetric(otlpUrl: string): Promise<EveryMetric> {
  const gpus = fakeGpus();
  // Refuses a delivery, asks for a retry, and answers so slowly that load shedding acts.
  const troubled = await startHttpPeer((_, count) =>
    count % 3 === 0 ? { status: 200, delayMs: 0.9 * exportIntervalMs } : { status: count % 3 === 1 ? 400 : 503 },
  );
  const metrics = startMetrics({
    environment: {},
    serviceName: 'everything',
    logLevel: 'none',
    exportIntervalMs,
    catalogues: { flooded },
    packs: {
      ...packsWith(() => 5e8),
      gateway: gateway({ auditLagMs, auditCoolDownMs: 200, abandonedAfterMs }),
      inference: inference({ abandonedAfterMs }),
      http: http(),
      app: application(),
    },
    collectors: [runtime(), host(), container(), gpu({ ...gpus.smi, intervalMs: 1_000 })],
    backends: [prometheus({ port: 0 }), otlp({ endpoint: otlpUrl }), otlp({ endpoint: troubled.url })],
  });
  const ofNvml = startMetrics({
    environment: {},
    isolated: true,
    serviceName: 'everything-nvml',
    logLevel: 'none',
    exportIntervalMs,
    collectors: [gpu({ ...gpus.nvml, intervalMs: 1_000 })],
    backends: [prometheus({ port: 0 }), otlp({ endpoint: otlpUrl })],
  });
  await Promise.all([metrics.ready, ofNvml.ready]);
  observeAll(metrics);
  const server = await startOwnServer(metrics);
  let round = 0;
  const timer = setInterval(() => {
    recordAll(metrics, round);
    metrics.flooded.flood.add(1, { kind: `kind ${round % 10}` });
    server.request();
    round++;
  }, 200);
  return {
    targets: [metrics, ofNvml].map((each) => new URL(each.status().backends[0]?.url as string).host),
    async stop() {
      clearInterval(timer);
      server.stop();
      await Promise.all([metrics.shutdown(), ofNvml.shutdown()]);
      await troubled.close();
      gpus.remove();
    },
  };
}
