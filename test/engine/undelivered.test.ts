/** Recordings that no accepted collection of a reader contains. */
import fc from 'fast-check';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text, upDownCounter } from 'otelier';
import { expect, test } from 'vitest';
import { openAccount } from '../../src/delivery/account.js';
import { stockExporter } from '../../src/delivery/exporter.js';
import { PeriodicReader } from '../../src/delivery/periodic-reader.js';
import { systemClock } from '../../src/model/clock.js';

const attributes = { key: text({ limit: 100 }) };
const described = { unit: '1', description: 'A metric.', attributes } as const;
const shop = defineCatalogue({
  count: counter({ name: 'shop.count', ...described }),
  level: upDownCounter({ name: 'shop.level', ...described }),
  size: gauge({ name: 'shop.size', ...described }),
  time: histogram({ name: 'shop.time', buckets: [1, 2], ...described }),
  spread: histogram({ name: 'shop.spread', aggregation: 'exponential', ...described }),
});
type Key = keyof typeof shop.definitions;

/** Starts a reader whose exports succeed while `accepts` is true. */
function start(temporality: 0 | 1) {
  const state = { accepts: true };
  const account = openAccount({ name: 'test', clock: systemClock, where: () => 'nowhere', warn() {}, onDelivery() {} });
  const exporter = stockExporter(
    {
      export: (_, done) => done(state.accepts ? { code: 0 } : { code: 1, error: new Error('refused') }),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
      selectAggregationTemporality: () => temporality,
    },
    account,
  );
  const reader = new PeriodicReader(exporter, account, { clock: systemClock, intervalMs: undefined, timeoutMs: 5_000 });
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
  const record = (key: Key, value: number, of: string) => {
    const instrument = metrics.shop[key] as unknown as Record<
      'add' | 'record' | 'set',
      ((...args: unknown[]) => void) | undefined
    >;
    (instrument.add ?? instrument.record ?? instrument.set)?.call(instrument, value, { key: of });
  };
  return { state, reader, metrics, record };
}

const recording = fc.record({
  key: fc.constantFrom<Key>('count', 'level', 'size', 'time', 'spread'),
  value: fc.double({ min: 0.5, max: 1e9, noNaN: true }),
  of: fc.constantFrom('a', 'b', 'c'),
});

test.each([0, 1] as const)(
  'counts the metrics that were recorded since the last accepted export, temporality %i',
  async (temporality) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(recording, { maxLength: 6 }), fc.boolean()), { maxLength: 5 }),
        async (rounds) => {
          const { state, reader, metrics, record } = start(temporality);
          const pending = new Set<Key>();
          for (const [recordings, accepts] of rounds) {
            for (const { key, value, of } of recordings) {
              record(key, value, of);
              pending.add(key);
            }
            expect(reader.undelivered()).toBe(pending.size);
            state.accepts = accepts;
            await reader.forceFlush().catch(() => undefined);
            if (accepts) pending.clear();
            expect(reader.undelivered()).toBe(pending.size);
          }
          await metrics.shutdown();
        },
      ),
      { numRuns: 60 },
    );
  },
);

test('recordings of bound handles and of the overflow series count', async () => {
  const { reader, metrics, record } = start(1);
  const bound = metrics.shop.count.bind({ key: 'bound' });
  expect(reader.undelivered()).toBe(0);
  bound.add(1);
  expect(reader.undelivered()).toBe(1);
  await reader.forceFlush();
  expect(reader.undelivered()).toBe(0);
  for (let index = 0; index < 200; index++) record('count', 1, `value ${index}`);
  await reader.forceFlush();
  record('count', 1, 'one more');
  expect(reader.undelivered()).toBe(1);
  await metrics.shutdown();
});

test('a walk at once visits what is recorded, and does not count as accepted', async () => {
  const { reader, metrics, record } = start(1);
  record('count', 2, 'a');
  const visited: string[] = [];
  const visitor = {
    metric: ({ name }: { name: string }) => visited.push(name),
    number() {},
    histogram() {},
    exponentialHistogram() {},
  };
  expect(reader.walkNow(visitor)).toBe(true);
  expect(visited).toContain('shop.count');
  expect(reader.undelivered()).toBe(1);
  await metrics.shutdown();
});
