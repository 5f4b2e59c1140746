/** A flush stops waiting for callbacks while time is left for the delivery: on fake timers. */
import type { ObservableResult } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyResource, systemHost } from '../../src/engine/host.js';
import { EngineMeterProvider } from '../../src/engine/meter-provider.js';
import { PlainReader } from './provider.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { nowUnixMs: () => Date.now(), monotonicMs: () => Date.now() };

function start() {
  const readers = [new PlainReader(), new PlainReader()] as const;
  const engine = new EngineMeterProvider(systemHost(clock), emptyResource, false);
  engine.connect({ resource: emptyResource, readers });
  const meter = engine.getMeter('test');
  meter.createCounter('orders').add(41);
  const beganMs = Date.now();
  /** Resolves to the time after which a collection ended, the errors, and the names of its metrics. */
  const collect = async (reader: PlainReader) => {
    const { errors, resourceMetrics } = await reader.collect();
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map(({ descriptor }) => descriptor.name),
    );
    return { atMs: Date.now() - beganMs, errors: errors.map(String), names: names.sort() };
  };
  const observe = (name: string, ms: number | undefined) =>
    meter.createObservableGauge(name).addCallback(
      (result: ObservableResult) =>
        new Promise((resolve) => {
          if (ms === undefined) return;
          setTimeout(() => {
            result.observe(1);
            resolve();
          }, ms);
        }),
    );
  return { engine, readers, collect, observe };
}

const errorOf = (ms: number) => `Error: observableGauge "pool": callback did not finish within ${ms} ms`;

describe.each([
  ['never ends', undefined],
  ['needs 6 s', 6_000],
] as const)('a callback that %s', (_, ms) => {
  test.each<[title: string, flushAtMs: number | undefined, timeoutMs: number, endMs: number]>([
    ['has 5 s without a flush', undefined, 0, 5_000],
    ['has half of the time of a flush', 0, 5_000, 2_500],
    ['has half of the time of a short flush', 0, 500, 250],
    ['has its own limit in a long flush', 0, 60_000, 5_000],
    ['has half of the time that is left when a flush begins', 1_000, 5_000, 3_500],
    ['has no more than its own limit if a flush begins late', 4_000, 5_000, 5_000],
    ['has next to no time in a flush of 2 ms', 100, 2, 101],
  ])('%s; all other metrics are collected', async (_, flushAtMs, timeoutMs, endMs) => {
    const { engine, readers, collect, observe } = start();
    observe('pool', ms);
    observe('fast', 50);
    if (flushAtMs === 0) engine.beginFlush(timeoutMs);
    else if (flushAtMs !== undefined) setTimeout(() => engine.beginFlush(timeoutMs), flushAtMs);
    const collected = collect(readers[0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await collected).toEqual({ atMs: endMs, errors: [errorOf(endMs)], names: ['fast', 'orders'] });
  });
});

test('readers share the time of a flush; the second does not wait for the callback again', async () => {
  const { engine, readers, collect, observe } = start();
  observe('pool', undefined);
  observe('fast', 50);
  engine.beginFlush(1_000);
  const collected = Promise.all(readers.map(collect));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await collected).toEqual([
    { atMs: 500, errors: [errorOf(500)], names: ['fast', 'orders'] },
    { atMs: 550, errors: [errorOf(500)], names: ['fast', 'orders'] },
  ]);
});

test('of several flushes the one that ends first applies, and none after its end', async () => {
  const { engine, readers, collect, observe } = start();
  observe('pool', 4_000);
  const ends = [4_000, 1_000, 2_000].map((timeoutMs) => engine.beginFlush(timeoutMs));
  const first = collect(readers[0]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await first).toMatchObject({ atMs: 500, errors: [errorOf(500)] });
  for (const end of ends) end();
  const second = collect(readers[0]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await second).toEqual({ atMs: 8_000, errors: [], names: ['orders', 'pool'] });
});

test('forceFlush and shutdown of the provider limit callbacks by their timeoutMillis', async () => {
  for (const method of ['forceFlush', 'shutdown'] as const) {
    const { engine, readers, collect, observe } = start();
    observe('pool', undefined);
    let collected: ReturnType<typeof collect> | undefined;
    readers[0][method] = async () => {
      collected = collect(readers[0]);
      await collected;
    };
    const flushed = engine[method]({ timeoutMillis: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    await flushed;
    expect(await collected).toMatchObject({ atMs: 500, errors: [errorOf(500)] });
  }
});

test('an overrun is one error until a run finishes in time', async () => {
  const { engine, readers, collect, observe } = start();
  let endMs: number | undefined = 6_000;
  const ends: number[] = [];
  const { meter } = { meter: engine.getMeter('test') };
  observe('fast', 1);
  meter
    .createObservableGauge('pool')
    .addCallback(() => new Promise<void>((resolve) => void setTimeout(resolve, endMs)));
  const errorsIn = async (periodMs: number) => {
    const collected = collect(readers[0]);
    await vi.advanceTimersByTimeAsync(periodMs);
    ends.push(Date.now());
    return (await collected).errors;
  };
  // Too late, skipped, too late again, and in a flush.
  expect(await errorsIn(5_500)).toEqual([errorOf(5_000)]);
  expect(await errorsIn(1_000)).toEqual([errorOf(5_000)]);
  expect(await errorsIn(6_500)).toEqual([errorOf(5_000)]);
  const end = engine.beginFlush(1_000);
  expect(await errorsIn(6_500)).toEqual([errorOf(5_000)]);
  end();
  endMs = 10;
  expect(await errorsIn(100)).toEqual([]);
  endMs = undefined;
  engine.beginFlush(1_000);
  endMs = 3_000;
  expect(await errorsIn(4_000)).toEqual([errorOf(500)]);
});
