/** The examples and the tables of docs/live.md: subscriptions, their errors, and the fields of updates with their values. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { windowSeconds } from '../../../src/backends/live/moment.js';
import { readMessage, readQuery } from '../../../src/backends/live/server/subscription.js';
import { shipped } from '../../../src/dashboards/index.js';
import { counter, defineCatalogue, gauge, histogram, oneOf, stateSet, upDownCounter } from '../../../src/index.js';
import { scene } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

const attributes = { shelf: oneOf('a', 'b') };

const page = readFileSync(new URL('../../../docs/live.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const of = (type: string) => examples.find((text) => (JSON.parse(text) as { type: string }).type === type) as string;

test('the subscription is valid', () => {
  expect(readMessage(of('subscribe'))).toEqual({ subscription: JSON.parse(of('subscribe')) });
});

test('the error is that of an invalid interval', () => {
  const { message } = JSON.parse(of('error')) as { message: string };
  expect(readMessage('{"type":"subscribe","interval_ms":1500}')).toEqual({ defect: message });
});

test('the queries are valid', () => {
  const queries = [...page.matchAll(/metrics\/(?:events|summary)\?([^']+)'/g)].map(([, query = '']) => query);
  expect(queries).toHaveLength(2);
  for (const query of queries) expect(readQuery(new URLSearchParams(query))).toHaveProperty('subscription');
});

test('the table has the fields of a subscription', () => {
  const [, names = ''] =
    /known fields: (.*)/.exec((readMessage('{"type":"subscribe","x":1}') as { defect: string }).defect) ?? [];
  expect(tableOf('| field | meaning |').flatMap(([cell]) => namesIn(cell))).toEqual(names.split(', '));
});

/** Returns the rows of the table with this heading, as cells. */
function tableOf(heading: string): string[][] {
  const [, text = ''] = page.split(`${heading}\n`);
  const [rows = ''] = text.split('\n\n');
  const lines = rows.split('\n').slice(1);
  return lines.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the names in a cell. */
const namesIn = (cell = '') => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name);

test('the table of packs has the fields of each', () => {
  const rows = tableOf('| pack | fields |').map(([pack, fields]) => [namesIn(pack)[0], namesIn(fields)]);
  const packs = Object.entries(shipped).flatMap(([name, { live }]) => (live ? [[name, Object.keys(live())]] : []));
  expect(rows).toEqual(packs);
});

test('the table of metrics has the fields of each kind, and their values are as it describes', async () => {
  const fields = tableOf('| metric | field | value |').flatMap(([, cell]) => namesIn(cell));
  const catalogue = defineCatalogue({
    orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes }),
    visitors: upDownCounter({ name: 'shop.visitors', unit: '{visitor}', description: 'Visitors.', attributes }),
    stock: gauge({ name: 'shop.stock', unit: '{item}', description: 'Items.', attributes }),
    longest: gauge({ name: 'shop.longest', unit: 's', description: 'Wait.', attributes, merge: 'max' }),
    checkout: histogram({
      name: 'shop.checkout.duration',
      unit: 's',
      description: 'Time.',
      buckets: [1, 2],
      attributes,
    }),
    phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving'] }),
  });
  const { client, seconds, instruments, catalogues } = scene();
  catalogues.push({ name: 'shop', metrics: catalogue.metrics });
  const { orders, visitors, stock, longest, checkout, phase } = instruments(catalogue);
  const watcher = client({ packs: ['shop'] });
  const state = client({ metrics: ['shop.phase'], where: { 'shop.phase': 'serving' } });
  phase.set('serving');
  await seconds(30, (second) => {
    for (const shelf of ['a', 'b'] as const) {
      // Recordings of the first ten seconds are no longer part of any value.
      orders.add(second < 10 ? 100 : 2, { shelf });
      visitors.add(1, { shelf });
      stock.set(shelf === 'a' ? 4 : 6, { shelf });
      longest.set(shelf === 'a' ? 4 : 6, { shelf });
      checkout.record(second < 10 ? 1.5 : shelf === 'a' ? 0.5 : 900, { shelf });
    }
  });
  const { metrics } = watcher.update();
  expect(metrics).toEqual({
    'shop.orders': 4,
    'shop.visitors': 60,
    'shop.stock': 5,
    'shop.longest': 6,
    'shop.checkout.duration.rate': 2,
    'shop.checkout.duration.mean': 450.25,
    'shop.checkout.duration.p50': 1,
    // Above the last bound.
    'shop.checkout.duration.p95': 2,
    'shop.checkout.duration.p99': 2,
    'shop.phase': 0.5,
  });
  expect(Object.keys(metrics).filter((name) => !['shop.longest', 'shop.phase'].includes(name))).toEqual(fields);
  expect(state.update().metrics).toEqual({ 'shop.phase': 1 });
});

test('the window is that of the code', () => {
  expect(page).toContain(`those of the last ${windowSeconds} seconds`);
});
