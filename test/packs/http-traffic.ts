/** Servers on loopback, and the pack `http` started with a reader of its metrics. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { startMetrics } from 'otelier';
import { type HttpOptions, http } from 'otelier/packs/http';
import { afterEach, expect, vi } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { type Point, stockReader } from '../support/stock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0).toReversed()) await stop();
});

/** Runs `stop` after the test; the last registered runs first. */
export function afterTest(stop: () => Promise<unknown>): void {
  stopping.push(stop);
}

/** Serves on a free port of 127.0.0.1. Returns the URL. */
export async function serve(server: Server | RequestListener, host = '127.0.0.1'): Promise<string> {
  const listening = typeof server === 'function' ? createServer(server) : server;
  if (!listening.listening) await new Promise<void>((resolve) => listening.listen(0, host, resolve));
  afterTest(async () => {
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
  });
  const scheme = 'setSecureContext' in listening ? 'https' : 'http';
  return `${scheme}://${host}:${(listening.address() as AddressInfo).port}`;
}

async function listen(server: TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Serves raw sockets instead of `node:http`. */
export function serveSockets(connected: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer(connected);
  afterTest(() => new Promise((resolve) => server.close(resolve)));
  return listen(server);
}

/** Returns a URL whose port is closed. */
export async function closedUrl(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

/** Requests by method, route or server, status and error: `GET /users/:id 200`, `GET aborted`, `POST 127.0.0.1 404 404`. */
export type Counts = Record<string, number>;

const keyAttributes = [
  'http.request.method',
  'http.route',
  'server.address',
  'http.response.status_code',
  'error.type',
];

function countsOf(points: readonly Point[], name: string): Counts {
  const counts: Counts = {};
  for (const { attributes, value } of points.filter((point) => point.name === name)) {
    const key = keyAttributes.flatMap((name) => attributes[name] ?? []).join(' ');
    counts[key] = (counts[key] ?? 0) + (typeof value === 'number' ? value : value.count);
  }
  return counts;
}

/** Starts metrics with only this pack, and shuts them down after the test. */
export function start(options: HttpOptions = {}) {
  const clock = new FakeClock();
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    readers: [reader],
    packs: { http: http(options) },
    withoutSelfMetrics: true,
  });
  afterTest(() => metrics.shutdown());
  const server = async () => countsOf(await collect(), 'http.server.request.duration');
  const client = async () => countsOf(await collect(), 'http.client.request.duration');
  const active = async () => countsOf(await collect(), 'http.server.active_requests');
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, metrics, recorder: metrics.http, collect, server, client, active, rejected };
}

/** Waits until an assertion holds: a server notices the end of a response asynchronously. */
export function eventually(assertion: () => Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
}

/** Waits until exactly the expected requests are counted. */
export function expectCounts(counts: () => Promise<Counts>, expected: Counts): Promise<void> {
  return eventually(async () => expect(await counts()).toEqual(expected));
}

/** Sends a request and reads the response. Returns the status. */
export async function get(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.text();
  return response.status;
}
