/**
 * Serves metrics within an existing HTTP server, protected by a bearer token: handles one order, then prints a scrape
 * without the token and with it.
 *
 * The same `handler` works with express and koa, and with the raw objects of fastify; `fetch` works with hono.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { counter, defineCatalogue, info, startMetrics, text } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }),
  build: info({ name: 'shop.build.info', description: 'Build of the server.', attributes: { version: text() } }),
});

const token = 'a-token-from-your-secrets';
const endpoint = mountedPrometheus({ bearerTokens: { prometheus: token }, withoutScopeLabels: true });
await using metrics = startMetrics({ serviceName: 'own-server', catalogues: { shop }, backends: [endpoint] });
metrics.shop.build.set({ version: '1.4.0' });

const server = createServer((request, response) => {
  if (request.url?.startsWith('/metrics')) {
    void endpoint.handler(request, response);
    return;
  }
  metrics.shop.orders.add(1);
  response.end('thank you\n');
}).listen(0, 'localhost');
await once(server, 'listening');

const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
await fetch(`${origin}/orders`);
console.log(`without a token: ${(await fetch(`${origin}/metrics`)).status}`);
const scraped = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
console.log(await scraped.text());
server.close();
server.closeAllConnections();
