/**
 * Metrics within a server that an application has already, for those who hold a token: answers one order, prints what a
 * scrape gets with the token and without.
 *
 * The same `handler` serves express and koa, and fastify with its raw objects; `fetch` serves hono.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { counter, defineCatalogue, info, startMetrics, text } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }),
  build: info({ name: 'shop.build.info', description: 'What serves.', attributes: { version: text() } }),
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
