/** Endpoints with a server of their own, for tests that ask them; stopped after each test. */
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
  stock: observableGauge({ name: 'shop.stock', unit: '{item}', description: 'What is there.' }),
});

const ofMany = { attributes: { visitor: integer({ min: 0, max: 99_999 }) }, cardinalityLimit: 100_000 };

/** Metrics of as many series as are wanted: of one line each, and of ten. */
const crowd = defineCatalogue({
  visits: counter({ name: 'crowd.visits', unit: '{visit}', description: 'Visits.', ...ofMany }),
  waits: histogram({
    name: 'crowd.waits',
    unit: 's',
    description: 'Waits.',
    ...ofMany,
    buckets: [0, 1, 2, 3, 4, 5, 6],
  }),
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Has something stopped or closed when the test is over, in the opposite order. */
export function afterwards(stop: () => Promise<unknown>): void {
  stops.push(stop);
}

/** Starts metrics that nobody else sees. */
export function start(settings: StartSettings) {
  const metrics = startMetrics({ isolated: true, environment: {}, ...settings, catalogues: { shop, crowd } });
  afterwards(metrics.shutdown);
  return metrics;
}

/** Starts an endpoint on a free port of this machine; `origin` is its URL without a path. */
export async function serve(options: PrometheusInput = {}, settings: StartSettings = {}) {
  const own = prometheus({ host: '127.0.0.1', port: 0, ...options });
  const metrics = start({ ...settings, backends: [own, ...(settings.backends ?? [])] });
  await metrics.ready;
  const url = metrics.status().backends[0]?.url as string;
  return { metrics, url, origin: new URL(url).origin };
}

/** A request as a server of this process took it. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/** The requests that servers of this process take from now on. */
export function watchArrivals(): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const note = (message: unknown) => arrivals.push(message as Arrival);
  subscribe('http.server.request.start', note);
  afterwards(async () => unsubscribe('http.server.request.start', note));
  return arrivals;
}

/** A promise that is fulfilled from outside. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
