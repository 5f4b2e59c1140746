import { counter, defineCatalogue, histogram, oneOf, startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { http } from 'otelier/packs/http';

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

export const metrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway(), http: http() } });

/** Token of the provider. */
export const METRICS = 'METRICS';
export type ShopMetrics = typeof metrics;
