/** A feed whose frames the test sends: the transport is tested without an engine. */
import { once } from 'node:events';
import { startMetrics } from 'otelier';
import { type PrometheusInput, prometheus } from 'otelier/backends/prometheus';
import { vi } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import type { LiveFeed } from '../../../src/backends/live/feed.js';
import type { MetricsUpdate, Subscription } from '../../../src/backends/live/messages.js';
import { createLiveRoutes } from '../../../src/backends/live/server/routes.js';
import type { BackendContext, BackendKind, ConfiguredBackend } from '../../../src/delivery/contract.js';
import { livePaths } from '../../../src/delivery/live-paths.js';
import { afterwards } from '../prometheus/serving.js';

/** A watch of the fake feed. */
export interface FakeWatch {
  readonly subscriptions: (Subscription | undefined)[];
  readonly send: (frame: Buffer, isState: boolean) => void;
}

/** A feed whose watches the test can see and feed. */
export interface FakeFeed extends LiveFeed {
  /** Present watches, in the order of their beginning. */
  readonly watches: Set<FakeWatch>;
  readonly snapshots: (Subscription | undefined)[];
  /** Sends the same frame to all watches. */
  sendAll(text: string, isState?: boolean): Buffer;
  isClosed: boolean;
}

export const update: MetricsUpdate = {
  type: 'metrics.update',
  timestamp: '2026-11-30T12:00:00.000Z',
  application_id: 'shop',
  metrics: { requests_per_second: 12.5, error_rate: null },
};

/** Creates the fake. */
export function fakeFeed(): FakeFeed {
  const watches = new Set<FakeWatch>();
  return {
    watches,
    snapshots: [],
    defectOf: ({ packs }) => (packs?.includes('unknown') ? 'packs: unknown name; known names: gateway' : undefined),
    isClosed: false,
    watch(subscription, send) {
      const watch: FakeWatch = { subscriptions: [subscription], send };
      watches.add(watch);
      return {
        subscribe: (next) => void watch.subscriptions.push(next),
        end: () => void watches.delete(watch),
      };
    },
    async snapshot(subscription) {
      this.snapshots.push(subscription);
      return update;
    },
    close() {
      this.isClosed = true;
    },
    sendAll(text, isState = false) {
      const frame = Buffer.from(text);
      for (const { send } of watches) send(frame, isState);
      return frame;
    },
  };
}

/** Returns a backend whose live routes are those of a feed. */
// biome-ignore lint/suspicious/noExplicitAny: a backend with any options.
export function withFeed<T extends ConfiguredBackend<any>>(backend: T, feed: LiveFeed, pingMs?: number): T {
  const live: BackendContext['live'] = ({ maxClients }) =>
    createLiveRoutes(feed, { maxClients, ...(pingMs === undefined ? {} : { pingMs }) });
  const start: BackendKind['start'] = (values, context: BackendContext) =>
    backend.kind.start(values, { ...context, live });
  return { ...backend, kind: { ...backend.kind, start } };
}

/** Starts an endpoint with a fake feed. */
export async function serveLive(
  options: PrometheusInput = {},
  {
    pingMs,
    environment = {},
  }: { readonly pingMs?: number; readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const feed = fakeFeed();
  const own = withFeed(prometheus({ host: '127.0.0.1', port: 0, ...options }), feed, pingMs);
  const metrics = startMetrics({ isolated: true, environment, logLevel: 'none', backends: [own] });
  afterwards(metrics.shutdown);
  await metrics.ready;
  const { url, pageUrl } = metrics.status().backends[0] ?? {};
  const origin = new URL(url as string).origin;
  const stream = `${(url as string).replace(/^http/, 'ws').replace('/metrics', '')}${livePaths.stream}`;
  return { metrics, feed, origin, pageUrl, stream };
}

/** Resolves with the next message. */
export async function nextMessage(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [RawData];
  return JSON.parse(String(data));
}

/** Resolves with the code and the reason of the closing. */
export function closed(socket: WebSocket): Promise<[code: number, reason: string]> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
}

/** Repeats an assertion until it holds. */
export function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 20_000, interval: 10 });
}
