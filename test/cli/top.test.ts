/** The command `otelier top`, started as users start it, without a terminal. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { counter, defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { otelier } from './command.js';

const stopping: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

const top = (...args: readonly string[]) => otelier(['top', ...args]);
/** Returns the cells of the table's rows by name. */
const cells = (stdout: string) =>
  new Map(stdout.split('\n').map((line) => [line.slice(2).split(/\s+/)[0], line.trim().split(/\s{2,}|(?<=^[+-]) /)]));

test('one table of an endpoint of this package, with rates and percentiles', async () => {
  const shop = defineCatalogue({
    orders: counter({
      name: 'shop.orders',
      unit: '{order}',
      description: 'Orders.',
      attributes: { channel: text() },
    }),
    latency: histogram({ name: 'shop.latency', unit: 's', description: 'Latency.', buckets: [0.1, 0.2] }),
  });
  const { ready, status, shutdown, ...metrics } = startMetrics({
    serviceName: 'shop',
    isolated: true,
    environment: { OTELIER_COLLECTORS: 'none' },
    catalogues: { shop },
    backends: [prometheus({ port: 0 })],
  });
  stopping.push(shutdown);
  await ready;
  const recording = setInterval(() => {
    metrics.shop.orders.add(2, { channel: '東京\n\u001b[31m' });
    metrics.shop.orders.add(1, { channel: 'web' });
    metrics.shop.latency.record(0.15);
  }, 5);
  stopping.push(() => clearInterval(recording));
  const url = status().backends[0]?.url as string;
  const { code, stdout, stderr } = await top(url, '--once', '--interval', '200ms', '--series');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`otelier top  ${url}  every 200 ms  sort name\n`);
  expect(stdout).toMatch(/^- shop_orders_total +2 +[\d.]+k? +[\d.]+k?\/s/m);
  expect(stdout).toMatch(/^ {2}shop_orders_total .*channel="東京\\n\\u001b\[31m"/m);
  expect(stdout).toMatch(/^ {2}shop_latency_seconds +1 +\d+ +[\d.]+\/s +150 ms +~150 ms +~195 ms +~199 ms/m);
  expect(stdout).not.toContain('\u001b');
});

test('one table of an endpoint of prom-client, without --once because stdout is no terminal', async () => {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'requests_total', help: 'Requests.', registers });
  const took = new Histogram({ name: 'took_seconds', help: 'Time.', buckets: [1, 2], registers });
  const waited = new Summary({ name: 'waited_seconds', help: 'Time.', percentiles: [0.5, 0.99], registers });
  new Gauge({ name: 'heap_bytes', help: 'Heap.', registers }).set(2_500_000);
  // Each scrape counts, so that the second one differs from the first one.
  const server = createServer(async (_, response) => {
    requests.inc(100);
    took.observe(1.5);
    waited.observe(0.25);
    response.setHeader('content-type', registry.contentType).end(await registry.metrics());
  }).listen(0, '127.0.0.1');
  stopping.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, stdout, stderr } = await top(`127.0.0.1:${port}`, '--interval', '100ms');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const rows = cells(stdout);
  expect(rows.get('requests_total')?.slice(0, 3)).toEqual(['requests_total', '1', '200']);
  expect(rows.get('requests_total')?.[3]).toMatch(/\/s$/);
  expect(rows.get('heap_bytes')).toEqual(['heap_bytes', '1', '2.5 MB']);
  expect(rows.get('took_seconds')?.slice(4)).toEqual(['1.5 s', '~1.5 s', '~1.95 s', '~1.99 s']);
  expect(rows.get('waited_seconds')?.slice(4)).toEqual(['250 ms', '250 ms', '250 ms']);
});

test('flags filter, sort and send headers', async () => {
  const body = 'a_total 1\nb_total{route="/orders"} 5\nc_total{route="/orders"} 9\n';
  const answer: Answer = { status: 200, body };
  const peer = await startHttpPeer(() => answer);
  stopping.push(peer.close);
  const flags = ['--filter', 'orders', '--sort', 'value', '--header', 'X-Key: 1', '--header', 'X-Other: 2'];
  const { code, stdout } = await top(peer.url, '--once', '--interval', '100ms', ...flags);
  expect(code).toBe(0);
  expect(stdout.match(/^ {2}\w+_total/gm)).toEqual(['  c_total', '  b_total']);
  expect(peer.requests[1]?.headers).toMatchObject({ 'x-key': '1', 'x-other': '2' });
  expect(peer.requests).toHaveLength(2);
});

test('an endpoint without a server ends with 1 and the next step', async () => {
  const peer = await startHttpPeer();
  await peer.close();
  const { code, stdout, stderr } = await top(peer.url, '--once');
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr:
      `otelier: scrape of ${peer.url}/metrics failed: connection refused (ECONNREFUSED); ` +
      'start the program, or check host and port\n',
  });
});

test.each([
  [['localhost:x', '--interval', '5', '--header', 'secret'], /URL[\s\S]*--interval[\s\S]*"5s"[\s\S]*--header/],
  [['9464', '--sort', 'size'], /--sort.*name, rate, value/],
  [[], /missing required argument 'url'/],
])('%j ends with 1', async (args, message) => {
  const { code, stderr } = await top(...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('secret');
});
