/** Programs under test: servers on loopback, and what the pack `http` tells of the requests to them. */
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

/** Has something done when the test is over; what began last ends first. */
export function afterwards(stop: () => Promise<unknown>): void {
  stopping.push(stop);
}

/** Serves on a free port of 127.0.0.1, and gives the address. */
export async function serve(server: Server | RequestListener, host = '127.0.0.1'): Promise<string> {
  const listening = typeof server === 'function' ? createServer(server) : server;
  if (!listening.listening) await new Promise<void>((resolve) => listening.listen(0, host, resolve));
  afterwards(async () => {
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

/** Serves by what is no server of `node:http`. */
export function serveSockets(connected: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer(connected);
  afterwards(() => new Promise((resolve) => server.close(resolve)));
  return listen(server);
}

/** The address of a port that nobody listens on. */
export async function nowhere(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

/** Requests by what matters of them: `GET /users/:id 200`, `GET - aborted`, `POST 127.0.0.1 404 404`. */
export type Counts = Record<string, number>;

const kept = ['http.request.method', 'http.route', 'server.address', 'http.response.status_code', 'error.type'];

function counted(points: readonly Point[], name: string): Counts {
  const counts: Counts = {};
  for (const { attributes, value } of points.filter((point) => point.name === name)) {
    const key = kept.flatMap((word) => attributes[word] ?? []).join(' ');
    counts[key] = (counts[key] ?? 0) + (typeof value === 'number' ? value : value.count);
  }
  return counts;
}

/** Starts metrics with the pack alone; they are shut down after the test. */
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
  afterwards(() => metrics.shutdown());
  const server = async () => counted(await collect(), 'http.server.request.duration');
  const client = async () => counted(await collect(), 'http.client.request.duration');
  const active = async () => counted(await collect(), 'http.server.active_requests');
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, metrics, recorder: metrics.http, collect, server, client, active, rejected };
}

/** Waits until something is so: a server learns of the end of a response at its own time. */
export function eventually(assertion: () => Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
}

/** Waits until requests were counted so, and no others. */
export function expectCounts(counts: () => Promise<Counts>, expected: Counts): Promise<void> {
  return eventually(async () => expect(await counts()).toEqual(expected));
}

/** Requests, and reads the response; the status. */
export async function get(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.text();
  return response.status;
}
