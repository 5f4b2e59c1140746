/** The tables of an application: a server measured by the pack `http`, and metrics of its own. */
import { counter, defineCatalogue, gauge, histogram, info, oneOf, startMetrics, stateSet, text } from 'otelier';
import { http } from 'otelier/packs/http';
import { expect, test, vi } from 'vitest';
import { serve } from '../../packs/http-traffic.js';
import { open } from '../../support/http-raw.js';
import { startConsole } from './fake-terminal.js';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders by outcome.',
    attributes: { outcome: oneOf('paid', 'declined'), region: text() },
  }),
  uploaded: counter({ name: 'shop.uploaded', unit: 'By', description: 'Size of uploads.' }),
  memory: gauge({
    name: 'shop.memory',
    unit: 'By',
    description: 'Memory.',
    attributes: { pool: oneOf('heap', 'buffers') },
  }),
  basket: histogram({ name: 'shop.basket.size', unit: 'By', description: 'Baskets.', aggregation: 'exponential' }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text(), commit: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving', 'stopping'] }),
});

test('at 80 columns', async () => {
  const app = startConsole((common) =>
    startMetrics({
      ...common,
      catalogues: { shop },
      packs: { http: http({ client: false, hosts: ['shop.example'] }) },
    }),
  );
  const { metrics, clock } = app;
  const url = await serve((request, response) => {
    metrics.http.route(
      request,
      request.url?.startsWith('/orders/') ? '/orders/:id' : '/catalogue/search/by-category/:category',
    );
    clock.advance(request.method === 'POST' ? 120 : 2.3);
    response.statusCode = request.method === 'POST' ? 503 : 200;
    response.end('done');
  });
  async function request(method: string, path: string): Promise<void> {
    const socket = await open(url);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 0\r\n\r\n`);
    await vi.waitFor(() => expect(answer).toContain('done'));
    socket.destroy();
  }

  metrics.shop.build.set({ version: '1.4.2', commit: '9f3c2ab' });
  metrics.shop.phase.set('starting');
  metrics.shop.memory.set(15_600_000, { pool: 'heap' });
  metrics.shop.memory.set(900_000, { pool: 'buffers' });
  for (let order = 1; order <= 3; order++) await request('GET', `/orders/${order}`);
  await request('GET', '/catalogue/search/by-category/books');
  metrics.shop.orders.add(1_204, { outcome: 'paid', region: 'eu' });
  metrics.shop.orders.add(7, { outcome: 'declined', region: 'eu' });
  for (const size of [120, 1_900, 2_100, 48_000]) metrics.shop.basket.record(size);
  const first = await app.print();

  metrics.shop.phase.set('serving');
  metrics.shop.memory.set(16_100_000, { pool: 'heap' });
  await request('POST', '/orders/4');
  await request('GET', '/orders/4');
  metrics.shop.orders.add(12, { outcome: 'paid', region: 'eu' });
  metrics.shop.orders.add(2, { outcome: 'paid', region: '東京' });
  metrics.shop.uploaded.add(31_000_000);
  metrics.shop.basket.record(640);
  const second = await app.print();
  const third = await app.print();
  await expect([first, second, third].join('\n')).toMatchFileSnapshot('../../golden/console/application.txt');
});
