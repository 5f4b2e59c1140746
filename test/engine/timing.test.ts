/** Timing through histograms: `time`, `startTimer` and `using`, on our engine, bound, disabled and on a foreign provider. */
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { defineCatalogue, histogram, instrumentsOf, oneOf, startMetrics } from 'otelier';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { stockReader } from '../support/stock.js';

const attributes = { outcome: oneOf('ok', 'error') };
const units = ['s', 'ms', 'us', 'ns', 'min', 'h', '{step}'] as const;
const catalogue = defineCatalogue(
  Object.fromEntries(
    units.map((unit) => [
      `in_${unit.replace(/\W/g, '')}`,
      histogram({ name: `work.${unit.replace(/\W/g, '')}`, unit, description: 'Duration.', attributes }),
    ]),
  ),
);
const work = defineCatalogue({
  duration: histogram({ name: 'work.duration', unit: 'ms', description: 'Duration.', attributes }),
});

function start() {
  const clock = new FakeClock();
  const { reader, collect } = stockReader();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    readers: [reader],
    catalogues: { work, units: catalogue },
  });
  const sums = async () =>
    Object.fromEntries(
      (await collect()).map(({ name, value }) => [name, (value as { sum: number; count: number }).sum]),
    );
  const count = async () =>
    (await collect()).reduce((total, { value }) => total + (value as { count: number }).count, 0);
  return { clock, metrics, sums, count };
}

test('records in the unit of the histogram; in seconds if the unit is not a unit of time', async () => {
  const { clock, metrics, sums } = start();
  for (const instrument of Object.values(metrics.units)) instrument.time(() => clock.advance(3_600), { outcome: 'ok' });
  const rounded = Object.entries(await sums()).map(([name, sum]) => [name, Number(sum.toPrecision(12))]);
  expect(Object.fromEntries(rounded)).toEqual({
    'work.s': 3.6,
    'work.ms': 3_600,
    'work.us': 3_600_000,
    'work.ns': 3_600_000_000,
    'work.min': 0.06,
    'work.h': 0.001,
    'work.step': 3.6,
  });
});

describe.each(['unbound', 'bound'] as const)('%s', (form) => {
  const handleOf = ({ metrics }: ReturnType<typeof start>) => {
    const { duration } = metrics.work;
    if (form === 'bound') return duration.bind({ outcome: 'ok' });
    return {
      time: <T>(run: () => T) => duration.time(run, { outcome: 'ok' }),
      startTimer: () => duration.startTimer({ outcome: 'ok' }),
    };
  };

  test('returns the result of the work', async () => {
    const run = start();
    const result = handleOf(run).time(() => {
      run.clock.advance(7);
      return 'done';
    });
    expect([result, await run.sums()]).toEqual(['done', { 'work.duration': 7 }]);
  });

  test('records work that throws, and passes the error on', async () => {
    const run = start();
    const broken = new Error('broken');
    expect(() =>
      handleOf(run).time(() => {
        run.clock.advance(5);
        throw broken;
      }),
    ).toThrow(broken);
    expect(await run.sums()).toEqual({ 'work.duration': 5 });
  });

  test.each(['resolves', 'rejects'])('records a promise when it %s, and returns the same promise', async (how) => {
    const run = start();
    let settle = () => {};
    const promise = new Promise<void>((resolve, reject) => {
      settle = how === 'resolves' ? resolve : () => reject(new Error('broken'));
    });
    expect(handleOf(run).time(() => promise)).toBe(promise);
    run.clock.advance(11);
    expect(await run.sums()).toEqual({});
    settle();
    await promise.catch(() => undefined);
    expect(await run.sums()).toEqual({ 'work.duration': 11 });
  });

  test('a timer records once, and returns the duration', async () => {
    const run = start();
    const timer = handleOf(run).startTimer();
    run.clock.advance(3);
    expect(timer.stop()).toBe(3);
    run.clock.advance(3);
    expect(timer.stop()).toBe(3);
    expect(await run.count()).toBe(1);
  });

  test('a timer records when it is disposed', async () => {
    const run = start();
    {
      using _timer = handleOf(run).startTimer();
      run.clock.advance(9);
    }
    expect(await run.sums()).toEqual({ 'work.duration': 9 });
  });
});

test('without a reader, work runs and the clock is not read', () => {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: { OTEL_METRICS_EXPORTER: 'none' },
    clock,
    catalogues: { work },
  });
  clock.monotonicMs = () => {
    throw new Error('the clock was read');
  };
  expect(metrics.work.duration.time(() => 1, { outcome: 'ok' })).toBe(1);
  expect(metrics.work.duration.bind({ outcome: 'ok' }).time(() => 2)).toBe(2);
});

test('on a foreign provider, durations are recorded as well', async () => {
  const { reader, collect } = stockReader();
  const instruments = instrumentsOf(work, new MeterProvider({ readers: [reader] }).getMeter('foreign'));
  expect(instruments.duration.time(() => 'done', { outcome: 'ok' })).toBe('done');
  instruments.duration.startTimer({ outcome: 'error' }).stop();
  instruments.duration.bind({ outcome: 'ok' }).time(() => undefined);
  const counts = (await collect()).map(({ value }) => (value as { count: number }).count);
  expect(counts.sort()).toEqual([1, 2]);
});
