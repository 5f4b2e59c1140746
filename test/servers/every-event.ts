/** Events for every metric of the packs, failures included. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { startMetrics } from 'otelier';
import type { application } from 'otelier/collectors/application';
import type { packsWith } from '../packs/every-pack.js';
import { verbs } from '../packs/verbs.js';

/** Packs of the program, by their keys. */
export type ProgramPacks = ReturnType<typeof packsWith> & { app: ReturnType<typeof application> };
type Recorders = Omit<ReturnType<typeof startMetrics<Record<never, never>, ProgramPacks>>, 'shutdown'>;

/** The circuit breaker of the gateway acts when an event waits longer. */
export const auditLagMs = 20;

/** Registers readings and listeners, which last as long as the program. */
export function observeAll({ app, inference, gateway }: Recorders): void {
  let total = 0;
  const next = () => (total += 3);
  app.observePool('orders', () => ({
    used: 3,
    idle: 1,
    max: 9,
    minIdle: 1,
    maxIdle: 4,
    pendingRequests: 2,
    activeRequests: 3,
    timeouts: next(),
    status: 'ready',
  }));
  const server = { origin: 'https://api.example.com', active: 2, idle: 1, activeRequests: 2, pendingRequests: 1 };
  app.observePool('api', () => ({ servers: [server] }));
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
  app.observeBuffer('unreadable', () => {
    throw new Error('as the test wants');
  });
  const jobs = { waiting: 5, active: 2, delayed: 1, failed: 3 };
  app.observeQueue('mails', () => ({ ...jobs, oldestUnixMs: Date.now() - 5_000 }));
  inference.watchQueues({ tokenizer: () => 1, model: () => 2, batch: () => 3 });
  gateway.onEvents(() => {
    throw new Error('as the test wants');
  });
}

const everyStage = {
  deserialize: 0.001,
  scheduler: 0.002,
  tokenizerQueueWait: 0.003,
  tokenization: 0.01,
  batchWait: 0.005,
  modelQueueWait: 0.02,
  inference: 0.2,
  send: 0.001,
  receive: 0.001,
  serialize: 0.002,
};

/** Records one event of each kind. @param round number of earlier calls. */
export function recordAll(metrics: Recorders, round: number): void {
  const { agents, inference, gateway, genai, benchmark } = metrics;
  for (const { call, valid } of Object.values(verbs).flat()) call(metrics as never, ...(valid as never[]));
  agents.agentSwitch({ from: 'a', to: 'priced', qualityImprovement: (round % 5) - 1, costRatio: 0.5 });
  inference.request({ totalSeconds: 0.3, stages: everyStage, firstResultSeconds: 0.1, documents: 2 });
  // Requests without an end are counted as abandoned.
  inference.begin();
  gateway.provider('openai').begin();
  const run = benchmark.begin({ model: 'm', container: 'c', gpu: 0 });
  run.sample({ latencySeconds: 0.5, ok: true });
  run.end({ ok: true });
  genai.operation({
    operation: 'embeddings',
    provider: 'openai',
    model: 'small',
    durationSeconds: 0.1,
    usage: { inputTokens: 9 },
  });
  genai.operation({ operation: 'invoke_agent', provider: 'openai', agent: 'a', durationSeconds: 0.5 });
  const stream = genai.begin({ operation: 'chat', provider: 'openai', model: 'gpt-4o' });
  stream.chunk(2);
  setTimeout(() => {
    stream.chunk(3);
    stream.end({ usage: { inputTokens: 9, outputTokens: 5 } });
  }, 20);
  if (round % 5 > 0) return;
  // The first event waits for longer than the circuit breaker allows; the second one makes the breaker look.
  const event = { provider: 'openai', model: 'gpt-4o', latencyMs: 5 };
  gateway.audit(event);
  const endMs = performance.now() + 2 * auditLagMs;
  while (performance.now() < endMs);
  gateway.audit(event);
}

/** Serves a route that succeeds, one that fails and one that never answers. */
export async function startOwnServer({ http }: Recorders): Promise<{ request(): void; stop(): void }> {
  const server: Server = createServer((incoming, response) => {
    const path = incoming.url ?? '/';
    http.route(incoming, path);
    if (path === '/slow') return;
    response.statusCode = path === '/failing' ? 500 : 200;
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (path: string) =>
    void fetch(url + path, { signal: AbortSignal.timeout(100) })
      .then((response) => response.text())
      .catch(() => {});
  return {
    request: () => ['/', '/failing', '/slow'].forEach(get),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
