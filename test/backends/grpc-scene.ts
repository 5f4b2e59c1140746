/** Metrics that are exported over gRPC to a server of the test, and what the server received. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach } from 'vitest';
import { pointsOfRequest } from '../formats/otlp/message.js';
import { type GrpcPeerOptions, type GrpcRequest, startGrpcPeer } from '../support/grpc-peer.js';

export const jobs = defineCatalogue({
  done: counter({
    name: 'jobs.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { queue: text({ limit: 5_000 }) },
    cardinalityLimit: 5_000,
  }),
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Closes something after the test. */
export function closeLater(close: () => Promise<unknown>): void {
  closing.push(close);
}

/** Starts a server that is closed after the test. */
export async function startPeer(options?: GrpcPeerOptions) {
  const peer = await startGrpcPeer(options);
  closeLater(peer.close);
  return peer;
}

interface StartOptions {
  readonly spoolDirectory?: string;
  readonly exportIntervalMs?: number;
  readonly shutdownTimeoutMs?: number;
}

/** Starts metrics with the backend `otlp` and protocol `grpc`; flushes are the only exports. */
export async function startOver(url: string, options: Parameters<typeof otlp>[0] = {}, start: StartOptions = {}) {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    shutdownTimeoutMs: 3_000,
    withoutSelfMetrics: true,
    catalogues: { jobs },
    backends: [otlp({ endpoint: url, protocol: 'grpc', ...options })],
    ...start,
  });
  closeLater(metrics.shutdown);
  await metrics.ready;
  const status = () => metrics.status().backends[0];
  return { metrics, done: metrics.jobs.done, status };
}

/** Records the messages for operators until the end of the test. */
export function recordMessages(): string[] {
  const messages: string[] = [];
  const ignore = () => undefined;
  const keep = (message: string) => messages.push(message);
  diag.setLogger({ error: keep, warn: keep, info: ignore, debug: ignore, verbose: ignore });
  closeLater(async () => diag.disable());
  return messages;
}

/** Returns the values of each request, in order. */
export function valuesOf(requests: readonly GrpcRequest[]): unknown[][] {
  return requests.map(({ body }) => pointsOfRequest(body).map(({ as_double }) => as_double));
}
