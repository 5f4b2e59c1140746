/** A catalogue with metrics of every kind, and a start with it, for tests of `metrics.summary()`. */
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  integer,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  oneOf,
  type StartSettings,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';

const channel = { channel: oneOf('web', 'app') };
export const described = { unit: '1', description: 'A metric.' } as const;
export const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', ...described, attributes: channel }),
  visits: counter({ name: 'shop.visits', ...described }),
  open: upDownCounter({ name: 'shop.open', ...described, attributes: channel }),
  stock: gauge({ name: 'shop.stock', ...described, attributes: { shelf: text({ limit: 50 }) } }),
  wait: histogram({ name: 'shop.wait', ...described, buckets: [1, 2, 5, 10], attributes: channel }),
  spread: histogram({ name: 'shop.spread', ...described, aggregation: 'exponential' }),
  read: observableCounter({ name: 'shop.read', ...described, attributes: channel }),
  load: observableGauge({ name: 'shop.load', ...described, attributes: { core: integer({ min: 0, max: 99 }) } }),
  held: observableUpDownCounter({ name: 'shop.held', ...described }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['open', 'closed'] }),
  doors: stateSet({ name: 'shop.doors', description: 'Doors.', states: ['open', 'closed'], attributes: channel }),
});

/** Shutdowns that run after the test. */
export const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Starts private metrics on a fake clock. */
export function start(settings: StartSettings = {}) {
  const clock = new FakeClock();
  const reader = new InMemoryReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [reader],
    clock,
    catalogues: { shop },
    ...settings,
  });
  stops.push(metrics.shutdown);
  return { metrics, clock, reader, ...metrics.shop };
}
