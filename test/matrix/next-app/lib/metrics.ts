/** Instruments that every part of the application imports. */
import { counter, defineCatalogue, histogram, instrumentsOf, oneOf } from 'otelier';

export const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders accepted.',
    attributes: { channel: oneOf('web', 'app') },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [0.1, 0.5, 1, 5],
  }),
});

export const { orders, checkout } = instrumentsOf(shop);
