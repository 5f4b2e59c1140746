/** Tests that docs/backends/console.md matches the backend. */
import { readFileSync } from 'node:fs';
import { counter, defineCatalogue, gauge, histogram, info, oneOf, startMetrics, stateSet, text } from 'otelier';
import { expect, test } from 'vitest';
import { consoleOptions } from '../../../src/backends/console/options.js';
import { startConsole } from './fake-terminal.js';

const page = readFileSync(new URL('../../../docs/backends/console.md', import.meta.url), 'utf8');

test('the page lists every option with its variable', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, option, variable]) => [option, variable]);
  expect(rows).toEqual(Object.entries(consoleOptions).map(([name, { environment }]) => [name, environment[0]]));
});

const shop = defineCatalogue({
  duration: histogram({
    name: 'shop.request.duration',
    unit: 's',
    description: 'Time to answer.',
    attributes: { route: text() },
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  }),
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders by outcome.',
    attributes: { outcome: oneOf('paid', 'declined') },
  }),
  memory: gauge({ name: 'shop.memory', unit: 'By', description: 'Memory.', attributes: { pool: text() } }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text(), commit: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving'] }),
});

test('the page shows the table of an application', async () => {
  const { metrics, print } = startConsole((common) => startMetrics({ ...common, catalogues: { shop } }));
  const { duration, orders, memory, build, phase } = metrics.shop;
  for (let index = 0; index < 76; index++) duration.record(0.001 + index * 0.0001, { route: '/orders' });
  for (let index = 0; index < 36; index++) duration.record(0.001 + index * 0.00005, { route: '/orders/:id' });
  orders.add(1_204, { outcome: 'paid' });
  orders.add(7, { outcome: 'declined' });
  memory.set(900_000, { pool: 'buffers' });
  memory.set(15_600_000, { pool: 'heap' });
  build.set({ version: '1.4.2', commit: '9f3c2ab' });
  phase.set('starting');
  await print();
  for (let index = 0; index < 12; index++) duration.record(0.02 + index * 0.001, { route: '/orders' });
  for (let index = 0; index < 4; index++) duration.record(0.0031, { route: '/orders/:id' });
  orders.add(12, { outcome: 'paid' });
  memory.set(16_100_000, { pool: 'heap' });
  phase.set('serving');
  const withoutTime = (table: string | undefined) => table?.replace(/ at \S+:/, '');
  expect(withoutTime(/^```text\n([\s\S]*?)^```$/m.exec(page)?.[1])).toBe(withoutTime(await print()));
});
