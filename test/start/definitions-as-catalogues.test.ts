/** Metric definitions in places of other values: the message names them and `defineCatalogue`. */
import { counter, defineCatalogue, info, startMetrics } from 'otelier';
import { expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.js';

const orders = counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' });
const build = info({ name: 'shop.build', description: 'Build.', attributes: {} });
const shop = defineCatalogue({ orders });
const made = 'a catalogue made by defineCatalogue()';

test.each<[title: string, options: object, problem: string]>([
  [
    'a definition of a catalogue',
    { catalogues: { orders: (shop as never as { orders: object }).orders } },
    `catalogues.orders: expected ${made}, not a metric definition: defineCatalogue({ orders })`,
  ],
  [
    'a definition',
    { catalogues: { orders } },
    `catalogues.orders: expected ${made}, not a metric definition: defineCatalogue({ orders })`,
  ],
  [
    'a definition of info()',
    { catalogues: { build } },
    `catalogues.build: expected ${made}, not a metric definition: defineCatalogue({ build })`,
  ],
  [
    'definitions by key',
    { catalogues: { shop: { orders, build } } },
    `catalogues.shop: expected ${made}, not an object of metric definitions: defineCatalogue(shop)`,
  ],
  [
    'the definitions of a catalogue',
    { catalogues: { shop: shop.definitions } },
    `catalogues.shop: expected ${made}, not an object of metric definitions: defineCatalogue(shop)`,
  ],
  [
    'a single definition',
    { catalogues: orders },
    'catalogues: expected an object such as { shop: defineCatalogue(...) }, not a single metric definition',
  ],
  [
    'a definition as an option',
    { orders },
    'orders: expected catalogues: { orders: defineCatalogue(...) }, because it is a metric definition',
  ],
  [
    'a definition as a pack',
    { packs: { orders } },
    'packs.orders: got an object (Object), expected a pack such as inference(); a metric definition belongs in a catalogue',
  ],
  ['another object', { catalogues: { shop: {} } }, `catalogues.shop: got an object (Object), expected ${made}`],
])('%s', (_, options, problem) => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const error = thrownBy(() => startMetrics({ isolated: true, environment, ...options } as never));
  expect(error?.message.split('\n').slice(1, -1)).toEqual([`  - ${problem}`]);
});
