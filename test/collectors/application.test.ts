/** Pack `application`: what sources show, when they are read, and their names. */
import { readFileSync } from 'node:fs';
import { type ApplicationOptions, application } from 'otelier/collectors/application';
import { promlint } from 'otelier/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { type App, buffer, cache, ofPool, pool, queue, start, type Values } from './application-under-test.js';

afterEach(() => void vi.restoreAllMocks());

const ofHttp = 'http_client_connection_pool_name=api';

test.each<[title: string, observe: (app: App) => unknown, expected: Values]>([
  [
    'a pool',
    pool('orders', {
      used: 3,
      idle: 2,
      max: 10,
      minIdle: 1,
      maxIdle: 5,
      pendingRequests: 4,
      activeRequests: 6,
      timeouts: 7,
      status: 'reconnecting',
    }),
    {
      [`db_client_connection_count{${ofPool},db_client_connection_state=idle}`]: 2,
      [`db_client_connection_count{${ofPool},db_client_connection_state=used}`]: 3,
      [`db_client_connection_max{${ofPool}}`]: 10,
      [`db_client_connection_idle_max{${ofPool}}`]: 5,
      [`db_client_connection_idle_min{${ofPool}}`]: 1,
      [`db_client_connection_pending_requests{${ofPool}}`]: 4,
      [`db_client_connection_timeouts_total{${ofPool}}`]: 7,
      [`db_client_active_requests{${ofPool}}`]: 6,
      [`db_client_status{${ofPool},db_client_status=reconnecting}`]: 1,
    },
  ],
  ['a part of a pool', pool('orders', { max: 0 }), { [`db_client_connection_max{${ofPool}}`]: 0 }],
  ['a pool without values', pool('orders', {}), {}],
  [
    'an HTTP client',
    pool('api', {
      servers: [
        { origin: 'https://a.example', active: 1, idle: 2, activeRequests: 3, pendingRequests: 4 },
        { origin: 'http://[::1]:8080', active: 5 },
        { active: 6 },
      ],
    }),
    {
      [`http_client_open_connections{http_client_connection_pool_name=api,http_connection_state=active,server_address=a.example,server_port=443}`]: 1,
      [`http_client_open_connections{http_client_connection_pool_name=api,http_connection_state=idle,server_address=a.example,server_port=443}`]: 2,
      [`http_client_open_connections{http_client_connection_pool_name=api,http_connection_state=active,server_address=::1,server_port=8080}`]: 5,
      [`http_client_open_connections{http_client_connection_pool_name=api,http_connection_state=active}`]: 6,
      [`http_client_active_requests{${ofHttp},server_address=a.example,server_port=443}`]: 3,
      [`http_client_pending_requests{${ofHttp},server_address=a.example,server_port=443}`]: 4,
    },
  ],
  [
    'a cache',
    cache('users', { hits: 8, misses: 2, evictions: 1, entries: 5, maxEntries: 6, bytes: 700, maxBytes: 900 }),
    {
      'cache_requests_total{cache_name=users,cache_result=hit}': 8,
      'cache_requests_total{cache_name=users,cache_result=miss}': 2,
      'cache_evictions_total{cache_name=users}': 1,
      'cache_entries{cache_name=users}': 5,
      'cache_entries_max{cache_name=users}': 6,
      'cache_size_bytes{cache_name=users}': 700,
      'cache_size_max_bytes{cache_name=users}': 900,
    },
  ],
  [
    'a buffer',
    buffer('audit', { used: 3, capacity: 4, dropped: 5 }),
    {
      'buffer_usage{buffer_name=audit}': 3,
      'buffer_limit{buffer_name=audit}': 4,
      'buffer_dropped_total{buffer_name=audit}': 5,
    },
  ],
  [
    'a queue, whose oldest item is 2.5 s old',
    queue('mail', { waiting: 4, delayed: 3, active: 2, failed: 1, oldestUnixMs: 998_500 }),
    {
      'queue_items{queue_name=mail,queue_state=waiting}': 4,
      'queue_items{queue_name=mail,queue_state=delayed}': 3,
      'queue_items{queue_name=mail,queue_state=active}': 2,
      'queue_items{queue_name=mail,queue_state=failed}': 1,
      'queue_oldest_item_age_seconds{queue_name=mail}': 2.5,
    },
  ],
  [
    'an item of a machine whose clock is ahead',
    queue('mail', { oldestUnixMs: 9_999_999 }),
    { 'queue_oldest_item_age_seconds{queue_name=mail}': 0 },
  ],
])('%s', async (_, observe, expected) => {
  const { app, values, rejected, messages, scrape } = start();
  observe(app);
  expect(await values()).toEqual(expected);
  expect(rejected()).toEqual({});
  expect(messages()).toEqual([]);
  const problems = promlint(await scrape()).filter(({ severity }) => severity === 'error');
  expect(problems).toEqual([]);
});

test('an unknown status is shown as such', async () => {
  const { app, values, rejected } = start();
  pool('orders', { status: 'asleep' })(app);
  expect(await values()).toEqual({ [`db_client_status{${ofPool},db_client_status=_OTHER}`]: 1 });
  expect(rejected()).toEqual({ attribute_other: 1 });
});

test('sources are read at collections only, at most once per interval, and their totals and states move', async () => {
  const { app, values, scrape, clock } = start({ intervalMs: 5_000 });
  let reads = 0;
  app.observeQueue('mail', async () => ({ waiting: ++reads }));
  app.observeCache('users', () => ({ hits: reads }));
  clock.advance(60_000);
  expect(reads).toBe(0);
  const waiting = 'queue_items{queue_name=mail,queue_state=waiting}';
  const steps = [
    { afterMs: 0, expected: 1 },
    { afterMs: 2_000, expected: 1 },
    { afterMs: 2_000, expected: 2 },
    { afterMs: 4_000, expected: 3 },
  ];
  for (const { afterMs, expected } of steps) {
    clock.advance(afterMs);
    expect((await values())[waiting]).toBe(expected);
  }
  expect(await scrape()).toContain('cache_requests_total{cache_name="users",cache_result="hit"} ');
});

test('a reading is copied: an object that changes later, and an accessor of a class, are read once', async () => {
  const { app, values, scrape } = start({ intervalMs: 60_000 });
  let reads = 0;
  class Ring {
    size = 1;
    get used() {
      reads++;
      return this.size;
    }
  }
  const ring = new Ring();
  app.observeBuffer('audit', () => ring);
  expect(await values()).toEqual({ 'buffer_usage{buffer_name=audit}': 1 });
  ring.size = 2;
  expect(await scrape()).toContain('buffer_usage{buffer_name="audit"} 1');
  expect(reads).toBe(1);
});

test('the time that each source occupies the main thread is shown, without the time that it waits', async () => {
  const { app, clock, families, values } = start({ intervalMs: 0 });
  await values();
  const busy = async () =>
    (await families())
      .get('otelier_application_busy_seconds_total')
      ?.samples.map(({ labels, value }) => [labels.get('kind'), labels.get('name'), value]);
  app.observeCache('users', () => {
    clock.advance(250);
    return { hits: 1 };
  });
  app.observeQueue('mail', async () => {
    clock.advance(500);
    await Promise.resolve();
    clock.advance(4_000);
    return { waiting: 1 };
  });
  app.observePool('orders', () => {
    clock.advance(125);
    throw new Error('gone');
  });
  const seconds = (reads: number) => [
    ['pool', 'orders', 0.125 * reads],
    ['cache', 'users', 0.25 * reads],
    ['queue', 'mail', 0.5 * reads],
  ];
  expect(await busy()).toEqual(seconds(1));
  clock.advance(1_000);
  expect(await busy()).toEqual(seconds(2));
});

test('one name of two kinds is two sources', async () => {
  const { app, values, messages } = start();
  app.observeBuffer('orders', () => ({ used: 1 }));
  app.observeQueue('orders', () => ({ waiting: 2 }));
  expect(await values()).toEqual({
    'buffer_usage{buffer_name=orders}': 1,
    'queue_items{queue_name=orders,queue_state=waiting}': 2,
  });
  expect(messages()).toEqual([]);
});

test('a later source of a name replaces the earlier one, with one message, and cannot be stopped by it', async () => {
  const { app, values, messages } = start();
  const stops = [1, 2, 3].map((used) => app.observeBuffer('audit', () => ({ used })));
  stops[0]?.();
  stops[1]?.();
  expect(await values()).toEqual({ 'buffer_usage{buffer_name=audit}': 3 });
  stops[2]?.();
  stops[2]?.();
  expect(await values()).toEqual({});
  expect(messages()).toEqual([
    'application: buffer "audit" is observed twice; its earlier source is replaced: use two names',
  ]);
});

test('names beyond the limit are not observed, counted and logged once; a source that stops makes room', async () => {
  const { app, values, messages, rejected } = start({ limit: 2 });
  const observe = (name: string) => app.observeBuffer(name, () => ({ used: 1 }));
  const stops = ['a', 'b', 'c', 'd'].map(observe);
  app.observeQueue('c', () => ({ waiting: 1 }));
  expect(Object.keys(await values())).toEqual([
    'buffer_usage{buffer_name=a}',
    'buffer_usage{buffer_name=b}',
    'queue_items{queue_name=c,queue_state=waiting}',
  ]);
  expect(rejected()).toEqual({ event_unreadable: 2 });
  expect(messages()).toEqual([
    expect.stringContaining('observeBuffer() dropped an event: "c" is beyond the limit of 2; raise the option limit'),
  ]);
  for (const stop of stops) stop();
  // Names come and go for as long as the process lives.
  for (let round = 0; round < 10; round++) {
    const stop = observe(`pool-${round}`);
    expect(await values()).toMatchObject({ [`buffer_usage{buffer_name=pool-${round}}`]: 1 });
    stop();
  }
});

test.each<[options: unknown, message: string]>([
  [{ limit: 0 }, 'application.limit: got 0, expected a whole number from 1 to 1000'],
  [{ limit: '5' }, 'application.limit: got "5", expected a whole number from 1 to 1000'],
  [{ intervalMs: -1 }, 'application.intervalMs: got -1, expected milliseconds of at least 0'],
  [{ intervalMS: 5 }, 'application.intervalMS'],
  [5, 'application'],
])('rejects the options %j', (options, message) => {
  expect(() => application(options as ApplicationOptions)).toThrow(message);
});

test('docs/collectors/application.md lists the metrics', () => {
  const page = readFileSync(new URL('../../docs/collectors/application.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` \| ([\w -]+) \| `(.*?)` \| (.*?) \| (.*) \|$/gm)].map(
    ([, name, type, unit, attributes]) => ({
      name,
      type,
      unit,
      attributes: [...(attributes ?? '').matchAll(/`([\w.]+)`/g)].map(([, key]) => key),
    }),
  );
  const types: Readonly<Record<string, string>> = {
    observableCounter: 'counter',
    observableUpDownCounter: 'up-down counter',
    observableGauge: 'gauge',
  };
  expect(rows).toEqual(
    application().catalogue.metrics.map(({ kind, name, unit, attributes }) => ({
      name,
      type: types[kind],
      unit,
      attributes: Object.keys(attributes),
    })),
  );
});
