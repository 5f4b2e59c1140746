/** The route /ready: readiness and the status of all backends. */
import { otlp } from 'otelier/backends/otlp';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { ask } from '../../support/http-raw.js';
import { serve, start } from './serving.js';

test('/ready reports the state of each backend, without URLs and reasons', async () => {
  const failing = otlp({ endpoint: 'http://127.0.0.1:1/secret', timeoutMs: 1_000 });
  const { metrics, origin, url } = await serve({}, { backends: [failing], logLevel: 'none' });
  const ready = async () => {
    const { status, text } = await ask(`${origin}/ready`);
    for (const hidden of ['secret', 'ECONNREFUSED', 'reason', 'url']) expect(text).not.toContain(hidden);
    return { status, ...JSON.parse(text) };
  };
  expect(await ready()).toMatchObject({
    status: 200,
    ready: true,
    backends: [
      { name: 'prometheus', state: 'waiting', lastSuccess: null },
      { name: 'otlp', state: 'waiting', lastSuccess: null },
    ],
  });
  await ask(url);
  metrics.shop.orders.add(1, { channel: 'web' });
  await metrics.forceFlush();
  const { lastSuccessUnixMs } = metrics.status().backends[0] ?? {};
  expect(await ready()).toMatchObject({
    status: 200,
    ready: true,
    backends: [
      {
        name: 'prometheus',
        state: 'ok',
        delivered: 1,
        lastSuccess: new Date(lastSuccessUnixMs as number).toISOString(),
      },
      { name: 'otlp', state: 'failing', failed: 1, retries: 0, inFlight: false, lastSuccess: null },
    ],
  });
});

test('/ready responds 503 before metrics start and after shutdown', async () => {
  const endpoint = mountedPrometheus();
  const get = (path: string) => endpoint.fetch(new Request(`http://localhost${path}`));
  expect((await get('/ready')).status).toBe(503);
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  expect((await get('/ready')).status).toBe(200);
  expect((await get('/metrics')).status).toBe(200);
  await metrics.shutdown();
  expect((await get('/metrics')).status).toBe(503);
  const after = await get('/ready');
  expect(after.status).toBe(503);
  expect(await after.json()).toMatchObject({ ready: false });
});

test('/ready responds 503 after shutdown without a scrape', async () => {
  const endpoint = mountedPrometheus();
  const metrics = start({ backends: [endpoint], logLevel: 'none' });
  await metrics.shutdown();
  expect((await endpoint.fetch(new Request('http://localhost/ready'))).status).toBe(503);
});
