/** Series that expire or are removed: they free their slots, restart later, and lose no recordings. */
import { counter, gauge, histogram, observableCounter, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import type { EngineMeter } from '../../src/engine/meter.js';
import { withMetric } from './metric.js';
import type { Point } from './provider.js';

const sumOf = (points: readonly Point[]) => points.reduce((sum, { value }) => sum + value, 0);

describe('series that expire', () => {
  const attributes = { id: text() };
  const expiring = counter({ name: 'm_total', unit: '1', description: 'M.', attributes, expireAfter: 10_000 });

  test.each([false, true])('disappear, and restart with a new start time (delta: %s)', async (delta) => {
    const { meter, reader, clock, name, options } = withMetric(expiring, { delta });
    const instrument = meter.createCounter(name, options);
    instrument.add(5, { id: 'a' });
    const [first] = await reader.points();
    clock.advance(5_000);
    await reader.points();
    clock.advance(6_000);
    expect(await reader.points()).toEqual([]);
    clock.advance(1_000);
    instrument.add(1, { id: 'a' });
    const [again] = await reader.points();
    expect(again?.value).toBe(1);
    expect(again?.time[0]).toBeGreaterThan(first?.time[1] as number);
  });

  test.each([false, true])('restart when a bound handle records, without loss (delta: %s)', async (delta) => {
    const { meter, reader, clock, name, options } = withMetric(expiring, { delta });
    const bound = meter.createCounter(name, options).bind({ id: 'a' });
    let delivered = 0;
    for (let round = 0; round < 5; round++) {
      bound.add(2);
      const points = await reader.points();
      expect(points).toHaveLength(1);
      delivered += sumOf(points);
      clock.advance(5_000);
      await reader.points();
      clock.advance(6_000);
      await reader.points();
      clock.advance(6_000);
      expect(await reader.points()).toEqual([]);
    }
    expect(delivered).toBe(10);
  });

  test('restart with a start time between their end and the new recording', async () => {
    const { meter, reader, clock, name, options } = withMetric(expiring);
    const bound = meter.createCounter(name, options).bind({ id: 'a' });
    bound.add(2);
    await reader.points();
    clock.advance(11_000);
    await reader.points();
    const expired = clock.nowUnixMs();
    clock.advance(3_000);
    const recorded = clock.nowUnixMs();
    bound.add(1);
    clock.advance(3_000);
    const [point] = await reader.points();
    expect(point?.value).toBe(1);
    expect(point?.time[0]).toBeGreaterThanOrEqual(expired);
    expect(point?.time[0]).toBeLessThanOrEqual(recorded);
  });

  test('are delivered to a delta reader that rejected them', async () => {
    const { meter, reader, clock, name, options } = withMetric(expiring, { delta: true });
    meter.createCounter(name, options).add(5, { id: 'a' });
    for (let cycle = 0; cycle < 5; cycle++) {
      expect(sumOf(await reader.points('reject'))).toBe(5);
      clock.advance(6_000);
    }
    expect(sumOf(await reader.points())).toBe(5);
    expect(await reader.points()).toEqual([]);
  });

  test('do not include observed series with constant values', async () => {
    const { meter, reader, clock, name, options } = withMetric(
      observableCounter({ name: 'm_total', unit: '1', description: 'M.', expireAfter: 1_000 }),
    );
    meter.createObservableCounter(name, options).addCallback((result) => result.observe(7));
    for (let cycle = 0; cycle < 6; cycle++) {
      expect((await reader.points()).map(({ value }) => value)).toEqual([7]);
      clock.advance(600);
    }
  });
});

test.each([
  [
    'counter',
    counter({ name: 'm_total', unit: '1', description: 'M.', attributes: { id: text() } }),
    (meter: EngineMeter, name: string, options: object) => meter.createCounter(name, options),
  ],
  [
    'gauge',
    gauge({ name: 'm', unit: '1', description: 'M.', attributes: { id: text() } }),
    (meter: EngineMeter, name: string, options: object) => meter.createGauge(name, options),
  ],
  [
    'histogram',
    histogram({ name: 'm', unit: 's', description: 'M.', attributes: { id: text() } }),
    (meter: EngineMeter, name: string, options: object) => meter.createHistogram(name, options),
  ],
] as const)('a removed series of a %s is gone, and makes room', async (_kind, metric, make) => {
  const { meter, reader, clock, name, options } = withMetric(metric as never);
  const instrument = make(meter, name, options) as unknown as {
    add?(value: number, attributes: object): void;
    record?(value: number, attributes: object): void;
    remove(attributes: object): void;
  };
  const record = (id: string) => (instrument.add ?? instrument.record)?.call(instrument, 1, { id });
  record('a');
  record('b');
  instrument.remove({ id: 'a' });
  instrument.remove({ id: 'never seen' });
  expect((await reader.points()).map(({ attributes }) => attributes['id'])).toEqual(['b']);
  clock.advance(1_000);
  record('a');
  const points = await reader.points();
  expect(points).toHaveLength(2);
  expect(points[1]?.time[0]).toBeGreaterThan(points[0]?.time[0] as number);
});

test('a bound gauge that was never set has no point', async () => {
  const { meter, reader, name, options } = withMetric(
    gauge({ name: 'm', unit: '1', description: 'M.', attributes: { id: text() } }),
  );
  const bound = meter.createGauge(name, options).bind({ id: 'a' });
  expect(await reader.points()).toEqual([]);
  bound.record(0);
  expect((await reader.points()).map(({ value }) => value)).toEqual([0]);
});
