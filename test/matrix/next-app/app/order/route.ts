/** Records an order, a request of the pack and a job. */
import { metrics as api } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { orders } from '../../lib/metrics';

export const dynamic = 'force-dynamic';

export function GET() {
  orders.add(1, { channel: 'web' });
  const metrics = startMetrics({ packs: { gateway: gateway() } });
  metrics.gateway.provider('openai').record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
  api.getMeter('plain').createCounter('jobs').add(1);
  return new Response('accepted');
}
