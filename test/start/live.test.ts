/** The live view of a start: what it shows, when it is loaded, and that it keeps no process alive. */
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { gateway } from 'otelier/packs/gateway';
import { expect, test } from 'vitest';
import { ask } from '../support/http-raw.js';
import { startApp } from '../support/program.js';

const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });

test('the summary has the fields of the gateway, and the metrics of a catalogue', async () => {
  const metrics = startMetrics({
    isolated: true,
    environment: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=storefront' },
    catalogues: { shop },
    packs: { gateway: gateway() },
    backends: [prometheus({ host: '127.0.0.1', port: 0 })],
  });
  await metrics.ready;
  const { pageUrl } = metrics.status().backends[0] ?? {};
  const summary = async (query = '') =>
    JSON.parse((await ask(`${pageUrl}api/v1/metrics/summary${query}`)).text) as {
      application_id: string;
      metrics: object;
    };
  const first = await summary();
  expect(first.application_id).toBe('storefront');
  expect(Object.keys(first.metrics)).toEqual([
    'requests_per_second',
    'error_rate',
    'p99_latency_ms',
    'active_sessions',
  ]);
  expect(Object.keys((await summary('?metrics=shop.orders')).metrics)).toEqual(['shop.orders']);
  expect((await summary('?packs=shop&metrics=nope')).metrics).toEqual({ 'shop.orders': 0, nope: null });
  const unknown = await ask(`${pageUrl}api/v1/metrics/summary?packs=nope`);
  expect([unknown.status, unknown.text]).toEqual([400, 'packs: unknown name; known names: gateway, shop, health\n']);
  await metrics.shutdown();
});

const program = (body: string) => `
  import { createRequire } from 'node:module';
  import { startMetrics } from 'otelier';
  import { prometheus } from 'otelier/backends/prometheus';
  const { WebSocket } = createRequire(import.meta.url)('ws');
  const metrics = startMetrics({ backends: [prometheus({ host: '127.0.0.1', port: 0 })] });
  await metrics.ready;
  const { url, pageUrl } = metrics.status().backends[0];
  ${body}`;

test('an open stream keeps no process alive', async () => {
  const source = program(`
    const socket = new WebSocket(pageUrl.replace('http', 'ws') + 'api/v1/metrics/stream');
    await new Promise((resolve) => socket.once('message', resolve));
    console.log('connected');
    // The client's own connection would keep the process alive.
    socket._socket.unref();`);
  const { code, stdout, stderr } = await startApp(source, {}).end;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'connected\n', stderr: '' });
});

test.each(['import', 'require'])('a scrape loads nothing of the live view, the page does, by %s', async (how) => {
  const load = how === 'import' ? 'await import' : 'createRequire(import.meta.url)';
  const source = `
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    const { startMetrics } = ${load}('otelier');
    const { prometheus } = ${load}('otelier/backends/prometheus');
    const metrics = startMetrics({ backends: [prometheus({ host: '127.0.0.1', port: 0 })] });
    await metrics.ready;
    const { url, pageUrl } = metrics.status().backends[0];
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    console.log((await (await fetch(url)).text()).length > 0);
    const live = globalThis.watched.filter((name) => name.includes('/live.js'));
    console.log(live.length);
    const page = await fetch(pageUrl);
    console.log(page.status, (await page.text()).slice(0, 15).toLowerCase());
    console.log(globalThis.watched.filter((name) => name.includes('/live.js')).length);
    await metrics.shutdown();`;
  // Lists the modules that are loaded, as their files are read.
  const watch = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    globalThis.watched = [];
    const promised = fs.promises.readFile;
    fs.promises.readFile = (name, ...rest) => (globalThis.watched.push(String(name)), promised(name, ...rest));
    for (const name of ['readFileSync', 'openSync']) {
      const original = fs[name];
      fs[name] = (file, ...rest) => (globalThis.watched.push(String(file)), original(file, ...rest));
    }
    syncBuiltinESMExports();`;
  const { code, stdout } = await startApp(source, {}, ['--import', `data:text/javascript,${encodeURIComponent(watch)}`])
    .end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'true\n0\n200 <!doctype html>\n1\n' });
});
