/** The verbs of recorders never throw at the application: failures are counted and logged once per verb. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, type Pack, startMetrics, type VerbGuard } from 'otelier';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const warn = vi.fn();
beforeEach(() => {
  warn.mockClear();
  diag.setLogger({ error() {}, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
});
afterEach(() => diag.disable());

const definitions = { seen: counter({ name: 'seen', unit: '{event}', description: 'Events seen.' }) };

/** An event whose property cannot be read. */
const unreadable = Object.defineProperty({}, 'amount', {
  get: () => {
    throw new Error('no amount');
  },
}) as { amount: number };

class Recorder {
  #events = 0;
  readonly #guard: VerbGuard;
  readonly #add: (value: number) => void;
  limit = 10;

  constructor(guard: VerbGuard, add: (value: number) => void) {
    this.#guard = guard;
    this.#add = add;
  }

  get events(): number {
    return this.#events;
  }

  record({ amount }: { amount: number }): void {
    this.#events++;
    this.#add(amount);
  }

  twice(event: { amount: number }): this {
    this.record(event);
    this.record(event);
    return this;
  }

  time<T>(work: () => T): T {
    return work();
  }

  open(event: { amount: number }) {
    const { amount } = event;
    return this.#guard.handle('Task', { close: (other: { amount: number }) => this.#add(amount + other.amount) });
  }
}

const pack: Pack<Recorder, typeof definitions> = {
  name: 'shop',
  catalogue: defineCatalogue(definitions),
  recorder: ({ guard, instruments }) => new Recorder(guard, (value) => instruments.seen.add(value)),
};

function start() {
  const metrics = startMetrics({
    isolated: true,
    environment: { OTEL_METRICS_EXPORTER: 'none' },
    packs: { shop: pack },
  });
  return { metrics, unreadableEvents: () => metrics.status().rejected.event_unreadable };
}

test('a verb that throws returns undefined, is counted each time and logged once', () => {
  const { metrics, unreadableEvents } = start();
  expect([1, 2, 3].map(() => metrics.shop.record(unreadable))).toEqual([undefined, undefined, undefined]);
  expect(unreadableEvents()).toBe(3);
  metrics.shop.twice(unreadable);
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    'pack "shop": record() dropped an event: no amount; counted as event_unreadable in status().rejected; logged once per verb',
    'pack "shop": twice() dropped an event: no amount; counted as event_unreadable in status().rejected; logged once per verb',
  ]);
});

test('the methods of a handle are guarded', () => {
  const { metrics, unreadableEvents } = start();
  const task = metrics.shop.open({ amount: 1 });
  expect(() => task.close(unreadable)).not.toThrow();
  expect(unreadableEvents()).toBe(1);
  expect(warn.mock.calls[0]?.[0]).toMatch(/^pack "shop": Task\.close\(\) dropped an event/);
});

test('errors of functions that the application passes reach the application', () => {
  const { metrics, unreadableEvents } = start();
  const broken = new Error('of the application');
  expect(() =>
    metrics.shop.time(() => {
      throw broken;
    }),
  ).toThrow(broken);
  expect(metrics.shop.time(() => 7)).toBe(7);
  expect(unreadableEvents()).toBe(0);
});

test('properties, private fields, chaining and the class of a recorder are preserved', () => {
  const { metrics } = start();
  metrics.shop.record({ amount: 1 });
  expect(metrics.shop.twice({ amount: 1 })).toBe(metrics.shop);
  expect(metrics.shop.events).toBe(3);
  metrics.shop.limit = 20;
  expect(metrics.shop.limit).toBe(20);
  expect(metrics.shop).toBeInstanceOf(Recorder);
});
