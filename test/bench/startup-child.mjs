/** Starts one library in this process: prints the milliseconds of the import and from the start to the first scrape. */

import { get } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const require = createRequire(import.meta.url);

/** For each library: `load` imports it, and the function that `load` returns starts it and resolves to its URL. */
const libraries = {
  'otelier-esm': async () => startOtelier(await import('otelier')),
  'otelier-cjs': async () => startOtelier(require('otelier')),
  'prom-client': async () => {
    const { Counter, register } = require('prom-client');
    return async () => {
      const { createServer: createHttpServer } = await import('node:http');
      const orders = new Counter({ name: 'shop_orders_total', help: 'Orders accepted.', labelNames: ['channel'] });
      orders.inc({ channel: 'web' });
      const server = createHttpServer(async (_request, response) => response.end(await register.metrics()));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${server.address().port}/metrics`;
    };
  },
  'sdk-metrics': async () => {
    const { MeterProvider } = require('@opentelemetry/sdk-metrics');
    const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
    const port = await freePort();
    return async () => {
      const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true });
      await exporter.startServer();
      const provider = new MeterProvider({ readers: [exporter] });
      provider.getMeter('shop').createCounter('shop.orders').add(1, { channel: 'web' });
      return `http://127.0.0.1:${port}/metrics`;
    };
  },
};

function startOtelier({ startMetrics, defineCatalogue, counter, oneOf }) {
  return async () => {
    const attributes = { channel: oneOf('web', 'app') };
    const orders = counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', attributes });
    const metrics = startMetrics({ catalogues: { shop: defineCatalogue({ orders }) } });
    metrics.shop.orders.add(1, { channel: 'web' });
    await metrics.ready;
    return metrics.status().backends[0].url;
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function scrape(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => (/^shop_orders_total\{.*\} 1/m.test(text) ? resolve() : reject(new Error(text))));
    }).on('error', reject);
  });
}

require('@opentelemetry/api');
const beginMs = performance.now();
const start = await libraries[process.argv[2]]();
const importedMs = performance.now();
const url = await start();
await scrape(url);
console.log(JSON.stringify({ importMs: importedMs - beginMs, firstScrapeMs: performance.now() - importedMs }));
process.exit();
