/** Catalogue of the tests of panels: each kind, with attributes of each type. */
import {
  asError,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  integer,
  observableUpDownCounter,
  oneOf,
  optional,
  stateSet,
  text,
} from '../../src/index.js';
import { metricsOf } from '../../src/panels/index.js';

export const shopCatalogue = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { channel: oneOf('web', 'app'), outcome: oneOf('paid', asError('declined')), region: optional(text()) },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [0.00001, 0.1, 0.5, 1, 5, 1_000_000],
    attributes: { channel: oneOf('web', 'app') },
  }),
  payload: histogram({
    name: 'shop.payload_bytes',
    unit: 'By',
    description: 'Size of a request.',
    aggregation: 'exponential',
  }),
  stock: gauge({
    name: 'shop.stock',
    unit: '{item}',
    description: 'Items.',
    attributes: { shelf: integer({ min: 1, max: 9 }) },
  }),
  waitMs: gauge({ name: 'shop.wait_ms', unit: 'ms', description: 'Wait.', merge: 'max' }),
  open: observableUpDownCounter({ name: 'shop.carts.open', unit: '{cart}', description: 'Open carts.' }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving'] }),
});

export const shop = metricsOf(shopCatalogue);
