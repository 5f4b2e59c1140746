/**
 * A cluster of two workers with an endpoint each. MODE selects the port: `fixed` (the first of PORTS), `own` (one of PORTS per
 * worker), `any` (0), or `mounted` in a server on the first of PORTS. The primary scrapes every URL ten times and prints the sets of values as JSON.
 */
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';

const { MODE = '' } = process.env;
const ports = (process.env.PORTS ?? '').split(',').map(Number);
if (cluster.isPrimary) await primary();
else await worker();

async function primary() {
  const workers = [cluster.fork(), cluster.fork()];
  const reports = await Promise.all(workers.map((one) => new Promise((resolve) => one.once('message', resolve))));
  const urls = [...new Set(reports.flatMap(({ url }) => (url === undefined ? [] : [url])))];
  const scraped = [];
  for (const url of urls) {
    const values = new Set();
    for (let scrape = 0; scrape < 10; scrape++) {
      const response = await fetch(url, { headers: { connection: 'close' } });
      values.add(/^shop_orders_total\S* (\d+)$/m.exec(await response.text())?.[1]);
    }
    scraped.push([...values].sort());
  }
  console.log(JSON.stringify({ scraped, errors: reports.flatMap(({ error }) => error ?? []) }));
  for (const one of workers) one.disconnect();
}

async function worker() {
  const shop = defineCatalogue({
    orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }),
  });
  const port = { fixed: ports[0], own: ports[cluster.worker.id], any: 0 }[MODE];
  const endpoint = MODE === 'mounted' ? mountedPrometheus() : prometheus({ host: '127.0.0.1', port });
  const metrics = startMetrics({ environment: {}, catalogues: { shop }, backends: [endpoint] });
  // Each worker records its number, which identifies it in a scrape.
  metrics.shop.orders.add(cluster.worker.id);
  const error = await metrics.ready.then(() => undefined).catch(({ message }) => message);
  let url = error === undefined ? metrics.status().backends[0].url : undefined;
  if (MODE === 'mounted') {
    const server = createServer(endpoint.handler);
    await new Promise((resolve) => server.listen(ports[0], '127.0.0.1', resolve));
    url = `http://127.0.0.1:${ports[0]}/metrics`;
  }
  process.send({ url, error });
}
