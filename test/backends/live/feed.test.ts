/** The life of the feed: when it collects, who gets what, and how it ends. */
import { afterEach, expect, test, vi } from 'vitest';
import { diag } from '../../../src/model/diag.js';
import { gateway } from '../../../src/packs/gateway/index.js';
import { PlainReader } from '../../engine/provider.js';
import { shopCatalogue } from '../../panels/catalogue.js';
import { scene, settle } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

test('nothing runs without a client', async () => {
  const { client, seconds, collections, feed } = scene();
  await seconds(3);
  expect([collections(), vi.getTimerCount()]).toEqual([0, 0]);
  const [one, other] = [client(), client({ page: {} })];
  await seconds(3);
  expect([collections(), vi.getTimerCount()]).toEqual([4, 1]);
  one.end();
  await seconds(2);
  expect([collections(), vi.getTimerCount()]).toEqual([6, 1]);
  other.end();
  expect(vi.getTimerCount()).toBe(0);
  await seconds(5);
  expect([collections(), vi.getTimerCount()]).toEqual([6, 0]);
  feed.close();
});

test('the default message of the gateway', async () => {
  const { client, seconds, packs, instruments, clock } = scene();
  const { catalogue } = gateway();
  packs.push({ name: 'gateway', metrics: catalogue.metrics });
  const { requests, failures, duration, sessions } = instruments(catalogue);
  sessions.addCallback((observation) => observation.observe(7));
  const traffic = () => {
    requests.add(20, { provider: 'a' });
    requests.add(20, { provider: 'b' });
    failures.add(2, { provider: 'b' });
    for (let each = 0; each < 40; each++) duration.record(0.1, { provider: 'a' });
  };
  traffic();
  const watcher = client();
  await seconds(0);
  expect(watcher.types()).toEqual([]);
  await seconds(12, traffic);
  const message = watcher.update();
  expect(message).toEqual({
    type: 'metrics.update',
    timestamp: new Date(clock.nowUnixMs()).toISOString(),
    application_id: 'storefront',
    metrics: {
      requests_per_second: expect.closeTo(40, 6),
      error_rate: expect.closeTo(0.05, 6),
      p99_latency_ms: expect.closeTo(127.4, 1),
      active_sessions: 7,
    },
  });
  expect(Object.keys(message)).toEqual(['type', 'timestamp', 'application_id', 'metrics']);
  expect(Object.keys(message.metrics)).toEqual([
    'requests_per_second',
    'error_rate',
    'p99_latency_ms',
    'active_sessions',
  ]);
  // From the second collection on.
  expect(watcher.types()).toHaveLength(12);
  expect(
    watcher.received.map(({ message }) => Object.values('metrics' in message ? (message.metrics ?? {}) : {})[0]),
  ).toEqual(new Array(12).fill(expect.closeTo(40, 6)));
});

test.each<[string, object, Record<string, number | null>]>([
  ['one metric of each kind', { metrics: ['shop.orders', 'shop.stock'] }, { 'shop.orders': 3, 'shop.stock': 5 }],
  [
    'a histogram',
    { metrics: ['shop.checkout.duration'] },
    {
      'shop.checkout.duration.rate': 2,
      'shop.checkout.duration.mean': 0.3,
      'shop.checkout.duration.p50': expect.closeTo(0.3, 9),
      'shop.checkout.duration.p95': expect.closeTo(0.48, 9),
      'shop.checkout.duration.p99': expect.closeTo(0.496, 9),
    },
  ],
  ['an attribute', { metrics: ['shop.orders'], where: { channel: 'web' } }, { 'shop.orders': 1 }],
  ['an attribute without series', { metrics: ['shop.orders'], where: { channel: 'tv' } }, { 'shop.orders': null }],
  [
    'an attribute that no metric has',
    { metrics: ['shop.orders'], where: { ['__proto__']: 'x' } },
    { 'shop.orders': null },
  ],
  [
    'several packs',
    { packs: ['http', 'gateway'] },
    {
      'http.requests_per_second': null,
      'http.error_rate': null,
      'http.p99_latency_ms': null,
      'http.active_requests': null,
      'gateway.requests_per_second': 2,
      'gateway.error_rate': 0,
      'gateway.p99_latency_ms': null,
      'gateway.active_sessions': null,
    },
  ],
  [
    'a pack and a metric',
    { packs: ['gateway'], metrics: ['shop.orders'] },
    { requests_per_second: 2, error_rate: 0, p99_latency_ms: null, active_sessions: null, 'shop.orders': 3 },
  ],
])('a subscription to %s', async (_, subscription, expected) => {
  const { http } = await import('../../../src/packs/http/index.js');
  const { client, seconds, packs, instruments } = scene();
  const { catalogue } = gateway();
  packs.push({ name: 'gateway', metrics: catalogue.metrics }, { name: 'http', metrics: http().catalogue.metrics });
  const { requests } = instruments(catalogue);
  const { orders, checkout, stock } = instruments(shopCatalogue);
  const watcher = client(subscription);
  const work = () => {
    orders.add(1, { channel: 'web', outcome: 'paid' });
    orders.add(2, { channel: 'app', outcome: 'paid' });
    checkout.record(0.3, { channel: 'web' });
    checkout.record(0.3, { channel: 'web' });
    stock.set(4, { shelf: 1 });
    stock.set(6, { shelf: 2 });
    requests.add(2, { provider: 'a' });
  };
  work();
  await seconds(12, work);
  expect(watcher.update().metrics).toEqual(expected);
});

test('a namespace of a pack, and a pack of another catalogue with its name', async () => {
  const { client, seconds, packs, instruments } = scene();
  const { catalogue } = gateway({ namespace: 'edge' });
  packs.push({ name: 'gateway', metrics: shopCatalogue.metrics }, { name: 'gateway', metrics: catalogue.metrics });
  const { requests } = instruments(catalogue);
  const [watcher, page] = [client(), client({ page: { dashboard: 'gateway-2' } })];
  requests.add(5, { provider: 'a' });
  await seconds(12, () => requests.add(5, { provider: 'a' }));
  expect(watcher.update().metrics.requests_per_second).toBe(5);
  expect(page.model().dashboards.map(({ name, title }) => [name, title])).toEqual([
    ['gateway', 'gateway'],
    ['gateway-2', 'LLM gateway · edge'],
  ]);
  const [first] = page.page().dashboard?.series ?? [];
  expect(first).toEqual({ panel: 'Requests per second', query: 0, legend: '', value: 5 });
});

test('intervals, and equal subscriptions share frames', async () => {
  const { client, seconds } = scene();
  const [one, two, slow] = [client(), client({}), client({ interval_ms: 3_000 })];
  await seconds(7);
  expect([one, two, slow].map(({ received }) => received.length)).toEqual([7, 7, 3]);
  for (const [index, { frame, isState }] of one.received.entries()) {
    expect(two.received[index]?.frame).toBe(frame);
    expect(isState).toBe(false);
  }
});

test('a client that comes later gets the values at once', async () => {
  const { client, seconds } = scene();
  client();
  await seconds(3);
  const late = client();
  await settle();
  expect(late.types()).toEqual(['metrics.update']);
  late.subscribe({ type: 'subscribe', page: {} });
  await settle();
  expect(late.types()).toEqual(['metrics.update', 'page.model', 'page.history']);
  late.subscribe({ type: 'subscribe', metrics: ['shop.orders'] });
  await settle();
  expect(late.types().slice(3)).toEqual(['metrics.update']);
});

test('watched, left and watched again', async () => {
  const { client, seconds, instruments, collections } = scene();
  const { orders } = instruments(shopCatalogue);
  const work = () => orders.add(4, { channel: 'web', outcome: 'paid' });
  const first = client({ metrics: ['shop.orders'] });
  work();
  await seconds(20, work);
  first.end();
  const seen = first.received.length;
  // A reload of the page: no further collection within the second, and nothing is lost.
  const reloaded = client({ metrics: ['shop.orders'] });
  await settle();
  expect(collections()).toBe(21);
  expect(reloaded.update().metrics).toEqual({ 'shop.orders': 4 });
  reloaded.end();
  await seconds(300, work);
  const again = client({ page: { metric: 'shop.orders' } });
  await seconds(2, work);
  // The pause is not part of a rate.
  expect(again.page().metrics['shop.orders']).toBe(4);
  // Of 23 snapshots all are sent.
  expect(again.history().times).toHaveLength(22);
  expect(first.received).toHaveLength(seen);
  again.end();
  await seconds(2_000);
  const fresh = client({ page: {} });
  await seconds(0);
  expect(fresh.history().times).toHaveLength(1);
});

test('a counter that is reset has no negative rate', async () => {
  const { client, seconds, instruments } = scene();
  const { orders } = instruments(shopCatalogue);
  const labels = { channel: 'web', outcome: 'paid' } as const;
  const watcher = client({ metrics: ['shop.orders'] });
  orders.add(100, labels);
  await seconds(5, () => orders.add(10, labels));
  orders.remove(labels);
  await seconds(5, () => orders.add(10, labels));
  for (const { message } of watcher.received)
    expect((message as ReturnType<typeof watcher.update>).metrics['shop.orders']).toBeGreaterThanOrEqual(0);
  await seconds(12, () => orders.add(10, labels));
  expect(watcher.update().metrics['shop.orders']).toBeCloseTo(10, 9);
});

test('readers with delta points get all of them', async () => {
  const reader = new PlainReader('delta');
  const { client, seconds, instruments } = scene({}, [reader]);
  const { orders, checkout } = instruments(shopCatalogue);
  client({ page: {} });
  const work = () => {
    orders.add(1, { channel: 'web', outcome: 'paid' });
    checkout.record(0.2, { channel: 'web' });
  };
  await seconds(5, work);
  const points = await reader.points();
  expect(points.filter(({ name }) => name === 'shop.orders').map(({ value }) => value)).toEqual([5]);
  expect(points.filter(({ name }) => name === 'shop.checkout.duration').map(({ value }) => value.count)).toEqual([5]);
  await seconds(5, work);
  const next = await reader.points('reject');
  expect(next.filter(({ name }) => name === 'shop.orders').map(({ value }) => value)).toEqual([5]);
});

test('a snapshot collects twice, a second apart, unless somebody watches', async () => {
  const { feed, seconds, instruments, collections, client } = scene();
  const { orders } = instruments(shopCatalogue);
  const work = () => orders.add(4, { channel: 'web', outcome: 'paid' });
  work();
  const subscription = { type: 'subscribe', metrics: ['shop.orders'], page: {}, interval_ms: 60_000 } as const;
  const first = feed.snapshot(subscription);
  await seconds(1, work);
  expect((await first).metrics).toEqual({ 'shop.orders': 4 });
  expect([collections(), vi.getTimerCount()]).toEqual([2, 0]);
  client();
  await seconds(2, work);
  const before = collections();
  expect((await feed.snapshot(subscription)).metrics).toEqual({ 'shop.orders': 4 });
  expect(collections()).toBe(before);
});

test('a shutdown ends everything', async () => {
  const { feed, client, seconds, collections } = scene();
  const watcher = client({ page: {} });
  await seconds(2);
  const pending = feed.snapshot(undefined).then(String, String);
  const count = watcher.received.length;
  feed.close();
  expect(vi.getTimerCount()).toBe(0);
  await seconds(3);
  const late = client();
  late.subscribe({ type: 'subscribe' });
  await seconds(3);
  expect([watcher.received.length, late.received.length, vi.getTimerCount()]).toEqual([count, 0, 0]);
  expect(collections()).toBe(3);
  expect(await pending).toContain('shut down');
  await expect(feed.snapshot(undefined)).rejects.toThrow('shut down');
});

test('a collection that fails is logged once, and the next one is sent', async () => {
  let failures = 2;
  const warnings: string[] = [];
  vi.spyOn(diag, 'warn').mockImplementation((message) => void warnings.push(message));
  const inner = scene();
  const failing = scene({
    producer() {
      if (failures-- > 0) throw new Error('no producer');
      return inner.provider.snapshotProducer();
    },
  });
  const watcher = failing.client();
  await failing.seconds(5);
  expect(watcher.types()).toEqual(['metrics.update', 'metrics.update', 'metrics.update']);
  expect(warnings).toEqual([expect.stringContaining('live: collection failed: no producer')]);
});

test('an update that fails is logged, and the other clients get theirs', async () => {
  const warnings: string[] = [];
  vi.spyOn(diag, 'warn').mockImplementation((message) => void warnings.push(message));
  let fails = false;
  const { client, seconds } = scene({
    statuses() {
      if (fails) throw new Error('no status');
      return [];
    },
  });
  const page = client({ page: {} });
  const plain = client();
  await seconds(3);
  const [pages, plains] = [page.received.length, plain.received.length];
  fails = true;
  await seconds(3);
  expect(page.received.length).toBe(pages);
  expect(plain.received.length).toBe(plains + 3);
  expect(warnings).toEqual([expect.stringContaining('no status')]);
});
