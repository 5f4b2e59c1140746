/** Pack `application`: sources that fail or return nonsense, and wrong arguments. Nothing reaches the application. */
import fc from 'fast-check';
import type { CacheReading, PoolReading, ReadingSource } from 'otelier/collectors/application';
import { promlint } from 'otelier/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { primitives, unreadable } from '../packs/hostile-values.js';
import { ofPool, start } from './application-under-test.js';

afterEach(() => void vi.restoreAllMocks());

const hanging = () => new Promise<never>(() => {});
const failing: readonly [title: string, source: () => unknown, cause: string, type: 'failed' | 'timeout'][] = [
  [
    'throws',
    () => {
      throw new Error('gone');
    },
    'gone',
    'failed',
  ],
  ['rejects', () => Promise.reject(new Error('gone')), 'gone', 'failed'],
  ['hangs', hanging, 'did not answer within 1000 ms', 'timeout'],
  ['returns nothing', () => undefined, 'returned no object', 'failed'],
  ['returns a number', () => 5, 'returned no object', 'failed'],
  ['returns a text', async () => 'x', 'returned no object', 'failed'],
  ['returns a list', () => [{ used: 1 }], 'returned no object', 'failed'],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a hostile thenable.
      then() {
        throw new Error('gone');
      },
    }),
    'gone',
    'failed',
  ],
  [
    'has a property that throws',
    () => ({
      get used() {
        throw new Error('gone');
      },
    }),
    'gone',
    'failed',
  ],
];

test.each(failing)(
  'a source that %s: no metrics, counted, one message; others are shown',
  async (_, source, cause, type) => {
    const { app, values, messages } = start();
    let fails = false;
    app.observePool('orders', (() => (fails ? source() : { used: 1, idle: 0, max: 5 })) as ReadingSource<PoolReading>);
    app.observePool('users', () => ({ max: 7 }));
    app.observeQueue('mail', async () => ({ waiting: 3 }));
    expect(await values()).toMatchObject({ [`db_client_connection_max{${ofPool}}`]: 5 });
    fails = true;
    const shownThen = await values();
    expect(Object.keys(shownThen).filter((key) => key.includes(ofPool))).toEqual([]);
    expect(shownThen).toMatchObject({
      'db_client_connection_max{db_client_connection_pool_name=users}': 7,
      'queue_items{queue_name=mail,queue_state=waiting}': 3,
    });
    expect(await values()).toMatchObject({
      [`otelier_application_failures_total{error_type=${type},kind=pool,name=orders}`]: expect.any(Number),
    });
    expect(messages()).toEqual([
      expect.stringMatching(
        /^application: pool "orders": (?!.*orders).*; its metrics are absent until it can be read$/,
      ),
    ]);
    expect(messages()[0]).toContain(cause);
    if (type === 'timeout') return;
    fails = false;
    expect(await values()).toMatchObject({ [`db_client_connection_max{${ofPool}}`]: 5 });
  },
);

test.each<[value: unknown]>([
  [Number.NaN],
  [-1],
  [Number.POSITIVE_INFINITY],
  [2 ** 60],
  ['5'],
  [5n],
  [null],
  [{}],
  [true],
])('the value %s is dropped and counted, the others of the reading are shown', async (value) => {
  const { app, values, rejected } = start();
  app.observePool('orders', () => ({ used: value as number, timeouts: value as number, max: 5 }));
  app.observeQueue('mail', () => ({ waiting: 1, oldestUnixMs: value as number }));
  expect(await values()).toEqual({
    [`db_client_connection_max{${ofPool}}`]: 5,
    'queue_items{queue_name=mail,queue_state=waiting}': 1,
  });
  expect(rejected()).toEqual({ value_not_finite: 3 });
});

test.each<[name: unknown, source: unknown, cause: string]>([
  ['', () => ({}), 'expected a text of 1 to 100 characters'],
  ['x'.repeat(101), () => ({}), 'expected a text of 1 to 100 characters'],
  [undefined, () => ({}), 'expected a text of 1 to 100 characters'],
  ['orders', { totalCount: 1 }, 'source: got '],
  ['orders', undefined, 'source: got '],
])('the arguments %j, %j do not throw: counted, logged, and the result can be called', async (name, source, cause) => {
  const { app, values, messages, rejected } = start();
  app.observeCache(name as string, source as () => CacheReading)();
  expect(await values()).toEqual({});
  expect(rejected()).toEqual({ event_unreadable: 1 });
  expect(messages()).toEqual([expect.stringContaining(cause)]);
});

/** Returns a value. fast-check reads the values that it generates, which the hostile ones do not survive. */
type Thunk = () => unknown;
const hostile: readonly Thunk[] = [...primitives, ...unreadable].map(
  ([, value]) =>
    () =>
      value,
);
const anyValue: fc.Arbitrary<Thunk> = fc.oneof(
  fc.constantFrom(...hostile),
  fc.oneof(fc.anything(), fc.nat()).map((value) => () => value),
);
const fields = [
  ...['used', 'idle', 'max', 'minIdle', 'maxIdle', 'pendingRequests', 'activeRequests', 'timeouts', 'status'],
  ...['hits', 'misses', 'evictions', 'entries', 'maxEntries', 'bytes', 'maxBytes', 'capacity', 'dropped'],
  ...['waiting', 'delayed', 'active', 'failed', 'oldestUnixMs', 'servers', 'origin', 'then'],
];
const record: fc.Arbitrary<Thunk> = fc
  .dictionary(fc.constantFrom(...fields), anyValue)
  .map((values) => () => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value()])));
const anyReading: fc.Arbitrary<Thunk> = fc.oneof(
  anyValue,
  record,
  fc.array(record).map((servers) => () => ({ servers: servers.map((each) => each()) })),
  record.map((reading) => async () => reading()),
);

test('nothing that a source returns or throws reaches the application or another source', {
  timeout: 60_000,
}, async () => {
  const { app, values, scrape } = start();
  app.observePool('users', () => ({ max: 7 }));
  await fc.assert(
    fc.asyncProperty(anyReading, fc.boolean(), async (reading, throws) => {
      const source = (() => {
        if (throws) {
          const thrown = reading();
          // A promise that is thrown is the application's own.
          if (thrown instanceof Promise) thrown.catch(() => undefined);
          throw thrown;
        }
        return reading();
      }) as ReadingSource<object>;
      const stops = [
        app.observePool('orders', source as ReadingSource<PoolReading>),
        app.observeCache('orders', source),
        app.observeBuffer('orders', source),
        app.observeQueue('orders', source),
      ];
      const seen = await values();
      expect(seen['db_client_connection_max{db_client_connection_pool_name=users}']).toBe(7);
      for (const value of Object.values(seen)) expect(value).toBeGreaterThanOrEqual(0);
      for (const stop of stops) stop();
    }),
    { numRuns: 150 },
  );
  expect(promlint(await scrape()).filter(({ severity }) => severity === 'error')).toEqual([]);
});
