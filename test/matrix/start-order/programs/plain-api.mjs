import { metrics as api } from '@opentelemetry/api';
import { counter, defineCatalogue, instrumentsOf, startMetrics } from 'otelier';
import { report } from './report.mjs';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }),
});

const early = api.getMeter('app').createCounter('early'); // lost: the API has no provider yet
instrumentsOf(shop).orders.add(1); // counts: catalogues record from the first instrument on

const metrics = startMetrics({ catalogues: { shop } });

const late = api.getMeter('app').createCounter('late');
early.add(1);
late.add(1);

await report(metrics);
