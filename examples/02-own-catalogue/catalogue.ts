/** A catalogue declares each metric once. */
import { asError, counter, defineCatalogue, histogram, integer, observableGauge, oneOf, optional, text } from 'otelier';

export const checkout = defineCatalogue({
  orders: counter({
    name: 'checkout.orders',
    unit: '{order}',
    description: 'Orders by outcome.',
    attributes: { outcome: oneOf('paid', 'abandoned', asError('declined')), country: text({ limit: 50 }) },
  }),
  duration: histogram({
    name: 'checkout.duration',
    unit: 's',
    description: 'Time from the basket to the payment.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    attributes: { outcome: oneOf('paid', 'abandoned', asError('declined')) },
  }),
  basket: histogram({
    name: 'checkout.basket.items',
    unit: '{item}',
    description: 'Items in a basket when it is paid.',
    buckets: [1, 2, 5, 10, 20, 50],
    attributes: { warehouse: optional(integer({ min: 1, max: 9 })) },
  }),
  stock: observableGauge({
    name: 'checkout.stock',
    unit: '{item}',
    description: 'Items in stock.',
    attributes: { warehouse: integer({ min: 1, max: 9 }) },
  }),
});
