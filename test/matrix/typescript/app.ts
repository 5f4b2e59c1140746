/** The common program in one typed file. An exported result has an inferred type that a declaration file can name. */
import { metrics as api } from '@opentelemetry/api';
import { asError, counter, defineCatalogue, histogram, instrumentsOf, oneOf, startMetrics, text } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { report } from './report.cjs';

export const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders by outcome.',
    attributes: { outcome: oneOf('paid', asError('declined')), region: text({ limit: 20 }) },
  }),
  checkout: histogram({
    name: 'shop.checkout.duration',
    unit: 's',
    description: 'Time to check out.',
    buckets: [0.1, 0.5, 1, 5],
  }),
});

export const { orders } = instrumentsOf(shop);
export const paid = orders.bind({ outcome: 'paid', region: 'eu' });
paid.add(1);

export const metrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway() } });
metrics.shop.orders.add(1, { outcome: 'paid', region: 'eu' });
metrics.shop.orders.add(1, { outcome: 'declined', region: 'us' });
paid.add(1);
metrics.shop.checkout.record(0.2);
metrics.shop.checkout.startTimer().stop();
for (let times = 0; times < 3; times++) {
  metrics.gateway.provider('openai').record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
}
const jobs = api.getMeter('plain').createCounter('jobs');
for (let times = 0; times < 4; times++) jobs.add(1);
report(metrics);

/** Mistakes that must not compile. */
export function mistakes(): void {
  // @ts-expect-error: the value is not declared.
  metrics.shop.orders.add(1, { outcome: 'payed', region: 'eu' });
  // @ts-expect-error: the attribute is not declared.
  metrics.shop.orders.add(1, { outcome: 'paid', region: 'eu', user: 'u-1' });
  // @ts-expect-error: an attribute is missing.
  metrics.shop.orders.add(1, { outcome: 'paid' });
  // @ts-expect-error: the catalogue has no such instrument.
  metrics.shop.refunds.add(1);
  // @ts-expect-error: a sample has no such field.
  metrics.gateway.provider('openai').record({ bytes: 1 });
}
