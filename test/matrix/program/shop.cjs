/** Catalogue of the common program. */
const { counter, defineCatalogue, histogram, oneOf } = require('otelier');

exports.shop = defineCatalogue({
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
