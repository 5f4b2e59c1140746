/** Starts metrics and records once through them. */
import { startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { shop } from './shop.mjs';

export function start() {
  const metrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway() } });
  metrics.shop.orders.add(1, { channel: 'web' });
  return metrics;
}
