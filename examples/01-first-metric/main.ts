/** The smallest program with a metric: one counter, printed as a table when the program ends. */
import { counter, defineCatalogue, oneOf, startMetrics } from 'otelier';
import { consoleTable } from 'otelier/backends/console';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders accepted.',
    attributes: { channel: oneOf('web', 'app') },
  }),
});

const metrics = startMetrics({ serviceName: 'first-metric', catalogues: { shop }, backends: [consoleTable()] });

metrics.shop.orders.add(1, { channel: 'web' });
metrics.shop.orders.add(2, { channel: 'app' });
