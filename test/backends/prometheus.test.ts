/** The Prometheus endpoint through the public entry point. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { counter, defineCatalogue, type MetricsError, observableGauge, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { afterEach, expect, test } from 'vitest';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }),
  broken: observableGauge({ name: 'shop.broken', unit: '1', description: 'A reading that fails.' }),
});

let stop: (() => Promise<unknown>) | undefined;
afterEach(() => stop?.());

async function serve(options: Parameters<typeof prometheus>[0] = {}) {
  const backends = [prometheus({ host: '127.0.0.1', port: 0, ...options })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { shop }, backends });
  stop = metrics.shutdown;
  await metrics.ready;
  return { metrics, url: metrics.status().backends[0]?.url as string };
}

test('a scrape returns the recorded values', async () => {
  const { metrics, url } = await serve();
  metrics.shop.orders.add(2);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  expect(await response.text()).toContain('\nshop_orders_total{otel_scope_name="otelier"} 2\n');
  expect(metrics.status().backends[0]).toMatchObject({ name: 'prometheus', state: 'ok', delivered: 1, failed: 0 });
});

test('omits scope labels if withoutScopeLabels is set', async () => {
  const { metrics, url } = await serve({ withoutScopeLabels: true });
  metrics.shop.orders.add(2);
  expect(await (await fetch(url)).text()).toContain('\nshop_orders_total 2\n');
});

test.each([
  ['HEAD', '/metrics', 200],
  ['GET', '/metrics?name=x', 200],
  ['GET', '/', 200],
  ['GET', '/metrics/x', 404],
  ['POST', '/metrics', 405],
  ['DELETE', '/metrics', 405],
])('%s %s responds %i', async (method, path, status) => {
  const { url } = await serve();
  const response = await fetch(new URL(path, url), { method });
  expect(response.status).toBe(status);
  expect(await response.text()).not.toContain('name=x');
  if (status === 405) expect(response.headers.get('allow')).toBe('GET, HEAD');
});

test.each(['GET http:// HTTP/1.1', 'GET //[ HTTP/1.1', 'GARBAGE', 'GET /metrics HTTP/9.9'])(
  'serves the next scrape after %s',
  async (line) => {
    const { url } = await serve();
    const { port, hostname } = new URL(url);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
      );
      socket.on('data', () => socket.end());
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect((await fetch(url)).status).toBe(200);
  },
);

test('a throwing callback does not affect other metrics', async () => {
  const { metrics, url } = await serve();
  metrics.shop.broken.addCallback(() => {
    throw new Error('out of order');
  });
  metrics.shop.orders.add(1);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('shop_orders_total');
});

test('a hanging callback does not affect other metrics', async () => {
  const backends = [prometheus({ host: '127.0.0.1', port: 0 })];
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    exportTimeoutMs: 100,
    catalogues: { shop },
    backends,
  });
  stop = metrics.shutdown;
  await metrics.ready;
  metrics.shop.broken.addCallback(() => new Promise(() => {}));
  metrics.shop.orders.add(1);
  expect(await (await fetch(metrics.status().backends[0]?.url as string)).text()).toContain('shop_orders_total');
});

test('a port in use rejects ready with its name, and recording continues', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const backends = [prometheus({ host: '127.0.0.1', port })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { shop }, backends });
  const error = (await metrics.ready.catch((reason) => reason)) as MetricsError;
  expect(error.code).toBe('METRICS_PORT_IN_USE');
  expect(error.message).toContain(`127.0.0.1:${port}`);
  expect(error.message).toContain('OTEL_EXPORTER_PROMETHEUS_PORT');
  metrics.shop.orders.add(1);
  expect(metrics.status().backends[0]).toMatchObject({ state: 'failing' });
  await metrics.shutdown();
  await new Promise((resolve) => other.close(resolve));
});

test('a host that other machines reach is not opened without authentication', async () => {
  const start = (options: object) => {
    const backends = [prometheus({ host: '0.0.0.0', port: 0, ...options })];
    return startMetrics({ isolated: true, environment: {}, catalogues: { shop }, backends });
  };
  const refused = start({});
  const error = (await refused.ready.catch((reason) => reason)) as MetricsError;
  expect(error).toMatchObject({ code: 'METRICS_ENDPOINT_UNPROTECTED' });
  expect(error.message).toContain('set OTELIER_PROMETHEUS_BEARER_TOKENS (or …ALLOW_UNPROTECTED=true)');
  expect(refused.status().backends[0]).toMatchObject({ state: 'failing' });
  refused.shop.orders.add(1);
  await refused.shutdown();

  for (const options of [{ allowUnprotected: true }, { bearerTokens: { scraper: 'a-token-of-many-letters' } }]) {
    const open = start(options);
    await open.ready;
    await open.shutdown();
  }
});

test('a host of another machine rejects ready', async () => {
  const backends = [prometheus({ host: '192.0.2.1', port: 0, allowUnprotected: true })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { shop }, backends });
  await expect(metrics.ready).rejects.toMatchObject({ code: 'METRICS_LISTEN_FAILED' });
  await metrics.shutdown();
});

test('shutdown frees the port', async () => {
  const { metrics, url } = await serve();
  await fetch(url);
  expect(await metrics.shutdown()).toEqual({ ok: true, backends: [{ backend: 'prometheus', ok: true }] });
  await expect(fetch(url)).rejects.toThrow();
});
