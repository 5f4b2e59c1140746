/** Annotations that `isolatedDeclarations` needs. */
import { type Counter, counter, defineCatalogue, oneOf, type RunningMetrics, startMetrics } from 'otelier';
import { type GatewayRecorder, gateway } from 'otelier/packs/gateway';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders accepted.',
    attributes: { channel: oneOf('web', 'app') },
  }),
});

export interface ShopMetrics extends RunningMetrics {
  readonly shop: { readonly orders: Counter<{ channel: 'web' | 'app' }> };
  readonly gateway: GatewayRecorder;
}

export const metrics: ShopMetrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway() } });
