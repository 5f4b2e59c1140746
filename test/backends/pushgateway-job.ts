/** A job that pushes to a fake Pushgateway. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text } from 'otelier';
import { type PushgatewayInput, pushgateway } from 'otelier/backends/pushgateway';
import { afterEach, vi } from 'vitest';
import { type Answer, type ReceivedRequest, startHttpPeer } from '../support/http-peer.js';

export const nightly = defineCatalogue({
  rows: counter({
    name: 'nightly.rows',
    unit: '{row}',
    description: 'Rows written.',
    attributes: { table: text(), job: text(), instance: text() },
  }),
  held: gauge({ name: 'nightly.held', unit: '{row}', description: 'Held.' }),
  time: histogram({ name: 'nightly.time', unit: 's', description: 'Time.', buckets: [1, 10] }),
});

/** Attributes of `rows`. */
export const set = { table: 'users', job: 'import', instance: 'db-1' };

/** Functions that run after each test, in reverse order. */
export const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

interface JobOptions extends PushgatewayInput {
  readonly environment?: Record<string, string>;
  readonly exportIntervalMs?: number;
}

/** Starts a job of service `worker` that pushes to a peer, which responds with `answer`. */
export async function start(
  { environment = {}, exportIntervalMs, ...options }: JobOptions = {},
  answer: (request: ReceivedRequest, count: number) => Answer = () => ({ status: 200 }),
) {
  const messages: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => messages.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  closing.push(async () => diag.disable());
  const peer = await startHttpPeer(answer);
  closing.push(peer.close);
  const group = pushgateway({ url: peer.url, ...options });
  const metrics = startMetrics({
    isolated: true,
    environment,
    exportIntervalMs,
    shutdownTimeoutMs: 3_000,
    serviceName: 'worker',
    catalogues: { nightly },
    backends: [group],
  });
  closing.push(metrics.shutdown);
  const sent = () => peer.requests.map(({ method, path }) => `${method} ${path}`);
  return { peer, sent, metrics, group, messages, status: () => metrics.status().backends[0] };
}
