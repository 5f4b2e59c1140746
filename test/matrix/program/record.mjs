/** Records through each interface of the package. */
import { metrics as api } from '@opentelemetry/api';
import { instrumentsOf, startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { shop } from './shop.mjs';

const { orders, checkout } = instrumentsOf(shop);
const bound = orders.bind({ channel: 'app' });

/** Records one order. Metrics need not run yet. */
export function recordOrder() {
  bound.add(1);
}

/** Records through the catalogue, a pack and the API of OpenTelemetry. Metrics run. */
export function recordAll() {
  orders.add(1, { channel: 'web' });
  bound.add(1);
  for (let times = 0; times < 2; times++) checkout.record(0.2);
  const { gateway: recorder } = startMetrics({ packs: { gateway: gateway() } });
  for (let times = 0; times < 3; times++) {
    recorder.provider('openai').record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
  }
  const jobs = api.getMeter('plain').createCounter('jobs');
  for (let times = 0; times < 4; times++) jobs.add(1);
}
