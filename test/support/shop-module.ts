/** Code of a module that starts metrics of a shop: context of examples that have no imports, and of hover texts. */
export const shopModule = `import {
  asError, boolean, type Counter, counter, defineCatalogue, gauge, histogram, info, integer, observableCounter,
  observableGauge, observableUpDownCounter, oneOf, optional, startMetrics, stateSet, text, upDownCounter,
} from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { outcome: oneOf('paid', 'declined') },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration', unit: 's', description: 'Time to check out.', buckets: [0.1, 0.5, 1, 5],
    attributes: { outcome: oneOf('paid', 'declined') },
  }),
  search: histogram({ name: 'shop.search.duration', unit: 's', description: 'Time to search.', buckets: [0.1, 1] }),
  stock: gauge({ name: 'shop.stock', unit: '{item}', description: 'Stock.', attributes: { shelf: integer() } }),
  lastOrder: gauge({ name: 'shop.last_order', unit: 's', description: 'Time of the last order.' }),
  load: observableGauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { core: integer() } }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving'] }),
});
const metrics = startMetrics({ catalogues: { shop }, backends: [prometheus()] });
`;
