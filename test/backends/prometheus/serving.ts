/** Starts endpoints with their own servers for tests, and stops them after each test. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  counter,
  defineCatalogue,
  histogram,
  integer,
  observableGauge,
  oneOf,
  type StartSettings,
  startMetrics,
} from 'otelier';
import { type PrometheusInput, prometheus } from 'otelier/backends/prometheus';
import { afterEach } from 'vitest';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { channel: oneOf('web', 'app') },
  }),
  wait: histogram({ name: 'shop.wait', unit: 's', description: 'Waits.', buckets: [0.1, 1] }),
  stock: observableGauge({ name: 'shop.stock', unit: '{item}', description: 'Items in stock.' }),
});

const manySeries = { attributes: { visitor: integer({ min: 0, max: 99_999 }) }, cardinalityLimit: 100_000 };

/** Metrics with up to 100,000 series: one line per series, and ten lines per series. */
const crowd = defineCatalogue({
  visits: counter({ name: 'crowd.visits', unit: '{visit}', description: 'Visits.', ...manySeries }),
  waits: histogram({
    name: 'crowd.waits',
    unit: 's',
    description: 'Waits.',
    ...manySeries,
    buckets: [0, 1, 2, 3, 4, 5, 6],
  }),
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Registers a function that runs after the test, in reverse order of registration. */
export function afterwards(stop: () => Promise<unknown>): void {
  stops.push(stop);
}

/** Starts isolated metrics. */
export function start(settings: StartSettings) {
  const metrics = startMetrics({ isolated: true, environment: {}, ...settings, catalogues: { shop, crowd } });
  afterwards(metrics.shutdown);
  return metrics;
}

/** Starts an endpoint on a free local port; `origin` is its URL without a path. */
export async function serve(options: PrometheusInput = {}, settings: StartSettings = {}) {
  const own = prometheus({ host: '127.0.0.1', port: 0, ...options });
  const metrics = start({ ...settings, backends: [own, ...(settings.backends ?? [])] });
  await metrics.ready;
  const url = metrics.status().backends[0]?.url as string;
  return { metrics, url, origin: new URL(url).origin };
}

/** A request that a server of this process received. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/** Returns a list that grows with the requests that servers of this process receive. */
export function watchArrivals(): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const note = (message: unknown) => arrivals.push(message as Arrival);
  subscribe('http.server.request.start', note);
  afterwards(async () => unsubscribe('http.server.request.start', note));
  return arrivals;
}

/** Creates a promise that the test resolves. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
