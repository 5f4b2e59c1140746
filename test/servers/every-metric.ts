/** A program that uses every pack and every collector, whose metrics a real Prometheus scrapes and a receiver gets by OTLP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { application } from 'otelier/collectors/application';
import { gpu } from 'otelier/collectors/gpu';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';
import type { InferenceRecorder } from 'otelier/packs/inference';
import { container } from '../../src/collectors/container/index.js';
import { stages as inferenceStages } from '../../src/packs/inference/queries.js';
import { packsWith } from '../packs/every-pack.js';
import { verbs } from '../packs/verbs.js';
import { fakeNvidiaSmi } from '../support/fake-nvidia-smi.js';

/** Answers every queried field with a number, except those that are texts. */
const everyField = `
row() {
  line=; IFS=,
  for field in $fields; do
    case $field in
      count) value=2 ;; index) value=$1 ;; uuid) value=GPU-$1 ;; name) value='Fake GPU' ;;
      mig.mode.current) value=Disabled ;;
      clocks_event_reasons*|clocks_throttle_reasons*) value=0x0000000000000024 ;;
      *) value=$((40 + round % 7)) ;;
    esac
    line="$line, $value"
  done
  unset IFS; echo "\${line#, }"
}
while :; do print; sleep 0.2; done`;

/** A running program. */
export interface EveryMetric {
  /** Host and port of the scrape endpoint. */
  readonly target: string;
  stop(): Promise<void>;
}

/** Starts the program; every verb of every pack is called each fifth of a second. */
export async function startEveryMetric(otlpUrl: string): Promise<EveryMetric> {
  const smi = fakeNvidiaSmi(everyField);
  const path = process.env['PATH'];
  process.env['PATH'] = `${smi.folder}:${path}`;
  const metrics = startMetrics({
    environment: {},
    logLevel: 'none',
    serviceName: 'everything',
    exportIntervalMs: 1_000,
    packs: { ...packsWith(() => 5e8), app: application() },
    collectors: [runtime(), host(), container(), gpu()],
    backends: [prometheus({ port: 0 }), otlp({ endpoint: otlpUrl })],
  });
  await metrics.ready;
  observeSources(metrics.app);
  const serve = inferenceServer(metrics.inference);
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const timer = setInterval(() => {
    for (const { call, valid } of Object.values(verbs).flat()) call(metrics as never, ...(valid as never[]));
    serve();
    void fetch(ownUrl).catch(() => {});
  }, 200);
  const [endpoint] = metrics.status().backends;
  return {
    target: new URL(endpoint?.url as string).host,
    async stop() {
      clearInterval(timer);
      server.close();
      await metrics.shutdown();
      process.env['PATH'] = path;
      smi.remove();
    },
  };
}

/** Observes a source of each kind, whose counts increase, and one that fails. */
function observeSources(app: ReturnType<ReturnType<typeof application>['recorder']>): void {
  let total = 0;
  const next = () => (total += 3);
  const fails = () => {
    if (next() % 2 === 0) throw new Error('no connection');
    return { used: 1 };
  };
  const state = { used: 3, idle: 1, max: 9, minIdle: 1, maxIdle: 4, pendingRequests: 2, activeRequests: 1 };
  const server = { origin: 'http://localhost:8080', active: 2, idle: 1, activeRequests: 2, pendingRequests: 1 };
  app.observePool('orders', () => ({ ...state, status: 'ready', timeouts: next() }));
  app.observePool('shops', () => ({ servers: [server] }));
  app.observePool('broken', fails);
  app.observeCache('sessions', () => ({
    entries: 5,
    maxEntries: 9,
    bytes: 500,
    maxBytes: 900,
    hits: next(),
    misses: total,
    evictions: total,
  }));
  app.observeBuffer('audit', () => ({ used: 5, capacity: 9, dropped: next() }));
  app.observeQueue('mails', () => ({
    waiting: 5,
    active: 2,
    delayed: 1,
    failed: 3,
    oldestUnixMs: Date.now() - 2_000,
  }));
}

/** Observes the queues of an inference server. Returns a function that records a request with all stages. */
function inferenceServer(inference: InferenceRecorder): () => void {
  inference.watchQueues({ tokenizer: () => 2, batch: () => 3, model: () => 1 });
  return () => {
    const request = inference.begin();
    for (const stage of inferenceStages) request.stage(stage, 0.001);
    request.end({ documents: 20 });
  };
}
