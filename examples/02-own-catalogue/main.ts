/**
 * A custom catalogue on a Prometheus endpoint: starts the endpoint, records some values and prints a scrape.
 *
 * An environment variable adds a backend: `OTEL_METRICS_EXPORTER=console npm run example -- 02`.
 */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { checkout } from './catalogue.ts';

await using metrics = startMetrics({
  serviceName: 'own-catalogue',
  catalogues: { checkout },
  backends: [prometheus({ port: 0, withoutScopeLabels: true })],
});

const { orders, duration, basket, stock } = metrics.checkout;
stock.addCallback((observation) => {
  observation.observe(120, { warehouse: 1 });
  observation.observe(80, { warehouse: 2 });
});

// A bound instrument skips the lookup of its attributes.
const paid = orders.bind({ outcome: 'paid', country: 'NZ' });
for (const seconds of [0.4, 0.7, 1.9]) {
  paid.add(1);
  duration.record(seconds, { outcome: 'paid' });
  basket.record(3, { warehouse: 1 });
}
orders.add(1, { outcome: 'declined', country: 'FR' });

await metrics.ready;
const [endpoint] = metrics.status().backends;
console.log(`GET ${endpoint?.url}`);
const scraped = await fetch(endpoint?.url ?? '');
console.log(await scraped.text());
