/** Several backends of one kind and several readers, each with its own name, options and status. */
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { stockReader } from '../support/stock.js';

const shop = defineCatalogue({
  orders: counter({ name: 'several.orders', unit: '{order}', description: 'Orders accepted.' }),
});

test('a second backend of one kind gets a numbered name', async () => {
  const peers = [await startHttpPeer(() => ({ status: 200 })), await startHttpPeer(() => ({ status: 503 }))];
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    catalogues: { shop },
    backends: peers.map(({ url }) => otlp({ endpoint: url })),
  });
  metrics.shop.orders.add(1);
  expect((await metrics.forceFlush()).backends).toMatchObject([
    { backend: 'otlp', ok: true },
    { backend: 'otlp/2', ok: false, reason: 'HTTP 503' },
  ]);
  expect(metrics.status().backends).toMatchObject([
    { name: 'otlp', state: 'ok' },
    { name: 'otlp/2', state: 'failing' },
  ]);
  expect(metrics.settings.toJSON()).toMatchObject({
    'otlp.endpoint': { value: `${peers[0]?.url}/` },
    'otlp/2.endpoint': { value: `${peers[1]?.url}/` },
  });
  await metrics.shutdown();
  await Promise.all(peers.map(({ close }) => close()));
});

test('further stock readers get numbered names', async () => {
  const [{ reader, collect }, second, third] = [stockReader(), stockReader(), stockReader()];
  const readers = [reader, second.reader, third.reader];
  const metrics = startMetrics({ environment: {}, logLevel: 'none', readers, catalogues: { shop } });
  const names = ['reader', 'reader/2', 'reader/3'];
  expect((await metrics.forceFlush()).backends).toEqual(names.map((backend) => ({ backend, ok: true })));
  for (const each of [second, third]) await each.collect();
  const durations = (await collect()).filter(({ name }) => name === 'otel.sdk.metric_reader.collection.duration');
  expect(durations.map(({ attributes }) => attributes['otel.component.name'])).toEqual(names.slice(1));
  await metrics.shutdown();
});
