/** Starts metrics in the server, and records one order and one job. */
export async function register() {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { metrics: api } = await import('@opentelemetry/api');
  const { startMetrics } = await import('otelier');
  const { gateway } = await import('otelier/packs/gateway');
  const { shop } = await import('./lib/metrics');
  const metrics = startMetrics({ catalogues: { shop }, packs: { gateway: gateway() } });
  await metrics.ready;
  metrics.shop.orders.add(1, { channel: 'app' });
  api.getMeter('plain').createCounter('jobs').add(1);
}
