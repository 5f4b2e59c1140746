/** Names in subscriptions: packs, catalogues, collectors and metrics, known and unknown, in OpenTelemetry and Prometheus. */
import { afterEach, expect, test, vi } from 'vitest';
import { runtime } from '../../../src/collectors/runtime/index.js';
import { counter, defineCatalogue, histogram } from '../../../src/index.js';
import { gateway } from '../../../src/packs/gateway/index.js';
import { http } from '../../../src/packs/http/index.js';
import { shopCatalogue } from '../../panels/catalogue.js';
import { scene } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

const gatewayFields = ['requests_per_second', 'error_rate', 'p99_latency_ms', 'active_sessions'];
const parts = ['rate', 'mean', 'p50', 'p95', 'p99'];
const shopFields = [
  'shop.orders',
  ...parts.map((part) => `shop.checkout.duration.${part}`),
  ...parts.map((part) => `shop.payload_bytes.${part}`),
  'shop.stock',
  'shop.wait_ms',
  'shop.carts.open',
  'shop.phase',
];

/** Starts a feed with packs, a collector and a catalogue. */
function shopScene() {
  const live = scene();
  const { catalogue } = gateway();
  live.packs.push(
    { name: 'runtime', metrics: runtime().catalogue.metrics },
    { name: 'gateway', metrics: catalogue.metrics },
    { name: 'http', metrics: http().catalogue.metrics },
  );
  live.catalogues.push({ name: 'shop', metrics: shopCatalogue.metrics });
  live.instruments(catalogue);
  return { ...live, ...live.instruments(shopCatalogue) };
}

test.each<[title: string, subscription: object | undefined, fields: readonly string[]]>([
  ['nothing', undefined, gatewayFields],
  ['a catalogue', { packs: ['shop'] }, shopFields],
  [
    'a pack and a catalogue',
    { packs: ['gateway', 'shop'] },
    [...gatewayFields.map((each) => `gateway.${each}`), ...shopFields],
  ],
  ['no pack', { packs: [] }, []],
  ['a metric that does not exist', { metrics: ['nope'] }, ['nope']],
  [
    'names of properties',
    { metrics: ['toString', '__proto__', 'constructor'] },
    ['toString', '__proto__', 'constructor'],
  ],
  ['a name in Prometheus', { metrics: ['shop_orders_total', 'shop_stock'] }, ['shop_orders_total', 'shop_stock']],
  [
    'a histogram by its name in Prometheus',
    { metrics: ['shop_checkout_duration_seconds'] },
    parts.map((part) => `shop_checkout_duration_seconds.${part}`),
  ],
])('the fields of %s', async (_, subscription, fields) => {
  const { client, seconds, feed } = shopScene();
  expect(feed.defectOf({ type: 'subscribe', ...subscription })).toBeUndefined();
  const watcher = client(subscription);
  await seconds(2);
  expect(Object.keys(watcher.update().metrics).sort()).toEqual([...fields].sort());
});

test('a collector has all of its metrics', async () => {
  const { client, seconds } = shopScene();
  const watcher = client({ packs: ['runtime'] });
  await seconds(2);
  // None of them is collected here.
  const names = runtime().catalogue.metrics.map(({ name }) => name);
  expect(watcher.update().metrics).toEqual(Object.fromEntries(names.map((name) => [name, null])));
});

test('both names of a metric have the same value', async () => {
  const { client, seconds, orders } = shopScene();
  const watcher = client({ metrics: ['shop.orders', 'shop_orders_total', 'nope'] });
  await seconds(12, () => orders.add(3, { channel: 'web', outcome: 'paid' }));
  expect(watcher.update().metrics).toEqual({ 'shop.orders': 3, shop_orders_total: 3, nope: null });
});

test('a metric that appears later replaces the null, and a name in Prometheus is that of the endpoint', async () => {
  const { client, seconds, instruments } = scene({ translation: 'NoTranslation' });
  const watcher = client({ metrics: ['jobs.done', 'jobs_done_total'] });
  await seconds(2);
  expect(watcher.update().metrics).toEqual({ 'jobs.done': null, jobs_done_total: null });
  const { done } = instruments(
    defineCatalogue({ done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs.' }) }),
  );
  await seconds(12, () => done.add(2));
  expect(watcher.update().metrics).toEqual({ 'jobs.done': 2, jobs_done_total: null });
});

test('without a pack, the metrics of the application are sent, at most 50', async () => {
  const { client, seconds, instruments, catalogues, packs } = scene();
  packs.push({ name: 'runtime', metrics: runtime().catalogue.metrics });
  instruments(runtime().catalogue);
  const names = Array.from({ length: 60 }, (_, index) => `jobs.done_${index}`);
  const jobs = defineCatalogue(
    Object.fromEntries(
      names.map((name, index) => [`done${index}`, counter({ name, unit: '{job}', description: 'Jobs.' })]),
    ),
  );
  catalogues.push({ name: 'jobs', metrics: jobs.metrics });
  instruments(jobs);
  const watcher = client();
  await seconds(2);
  expect(Object.keys(watcher.update().metrics)).toEqual(names.slice(0, 50));
});

test('a histogram of negative values has no mean, and its update has all other fields', async () => {
  const { client, seconds, instruments, catalogues } = scene();
  const cellar = defineCatalogue({
    degrees: histogram({ name: 'cellar.degrees', unit: 'Cel', description: 'Degrees.', buckets: [-10, 0, 10] }),
  });
  catalogues.push({ name: 'cellar', metrics: cellar.metrics });
  const { degrees } = instruments(cellar);
  const watcher = client({ packs: ['cellar'] });
  await seconds(12, () => degrees.record(-5));
  expect(watcher.update()?.metrics).toEqual({
    'cellar.degrees.rate': 1,
    'cellar.degrees.mean': null,
    'cellar.degrees.p50': -5,
    'cellar.degrees.p95': -0.5,
    'cellar.degrees.p99': -0.1,
  });
});

const unknown = 'packs: unknown name; known names: gateway, http, shop, runtime, health';
const syntax = 'metrics: expected names of metrics, such as ["shop.orders"]';

test.each<[object, string]>([
  [{ packs: ['canary'] }, unknown],
  [{ packs: ['gateway', 'canary'] }, unknown],
  [{ packs: ['Gateway'] }, unknown],
  [{ packs: ['constructor'] }, unknown],
  [{ packs: ['__proto__'] }, unknown],
  [{ metrics: ['<img src=canary onerror=alert(1)>'] }, syntax],
  [{ metrics: ['shop.orders', 'canary\n'] }, syntax],
  [{ metrics: ['shop.orders '] }, syntax],
  [{ metrics: [`canary${'y'.repeat(300)}`] }, syntax],
])('%j is wrong before the first collection', (subscription, expected) => {
  expect(shopScene().feed.defectOf({ type: 'subscribe', ...subscription })).toBe(expected);
});

test('the list of many names is cut', () => {
  const { feed, catalogues } = scene();
  for (let each = 0; each < 100; each++) catalogues.push({ name: `catalogue-${each}`, metrics: [] });
  const defect = feed.defectOf({ type: 'subscribe', packs: ['canary'] });
  expect(defect).toMatch(/^packs: unknown name; known names: catalogue-0, .*…$/);
  expect(defect?.length).toBeLessThanOrEqual(200);
});
