/** Timing through histograms: `time`, `startTimer` and `using`, on our engine, bound, disabled and on a foreign provider. */
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { defineCatalogue, gauge, histogram, instrumentsOf, oneOf, optional, startMetrics, text } from 'otelier';
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
  for (const instrument of Object.values(metrics.units))
    instrument.time(() => clock.advance(3_600), { attributes: { outcome: 'ok' } });
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
      time: <T>(run: () => T) => duration.time(run, { attributes: { outcome: 'ok' } }),
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

type Outcomes = readonly (readonly [outcome: unknown, step: unknown, count: number])[];

/** A histogram with an attribute that is known at the start, one of the end, and what was recorded of each. */
function withOutcomes(provider: 'engine' | 'foreign') {
  const steps = defineCatalogue({
    duration: histogram({
      name: 'step.duration',
      unit: 's',
      description: 'Duration.',
      attributes: { ...attributes, step: optional(text()) },
    }),
  });
  const { reader, collect } = stockReader();
  const instruments =
    provider === 'engine'
      ? startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { steps } }).steps
      : instrumentsOf(steps, new MeterProvider({ readers: [reader] }).getMeter('foreign'));
  const outcomes = async (): Promise<Outcomes> =>
    (await collect()).map(({ attributes: given, value }) => [
      given['outcome'],
      given['step'],
      (value as { count: number }).count,
    ]);
  return { duration: instruments.duration, outcomes };
}

describe.each(['engine', 'foreign'] as const)(
  'attributes that are known at the end, on the %s provider',
  (provider) => {
    test('of a timer: `stop` adds to those of the start, and overrides them', async () => {
      const { duration, outcomes } = withOutcomes(provider);
      duration.startTimer({ step: 'a' }).stop({ outcome: 'ok' });
      duration.startTimer({ step: 'a', outcome: 'ok' }).stop({ outcome: 'error' });
      duration.startTimer().stop({ outcome: 'ok', step: 'b' });
      duration.startTimer({ outcome: 'ok' }).stop();
      expect(await outcomes()).toEqual([
        ['ok', 'a', 1],
        ['error', 'a', 1],
        ['ok', 'b', 1],
        ['ok', undefined, 1],
      ]);
    });

    test.each(['returns', 'throws', 'resolves', 'rejects'] as const)('of work that %s', async (how) => {
      const { duration, outcomes } = withOutcomes(provider);
      const work = () => {
        if (how === 'throws') throw new TypeError('broken');
        if (how === 'rejects') return Promise.reject(new TypeError('broken'));
        return how === 'resolves' ? Promise.resolve('done') : 'done';
      };
      const options = {
        attributes: { step: 'a' },
        ok: (result: string) => ({ outcome: 'ok', step: result }) as const,
        failed: (error: unknown) => ({ outcome: 'error', step: (error as Error).name }) as const,
      };
      try {
        await duration.time<string | Promise<string>>(work, options);
      } catch {
        // The error is the caller's.
      }
      const failed = how === 'throws' || how === 'rejects';
      expect(await outcomes()).toEqual([failed ? ['error', 'TypeError', 1] : ['ok', 'done', 1]]);
    });

    test('given as objects', async () => {
      const { duration, outcomes } = withOutcomes(provider);
      const options = { ok: { outcome: 'ok' }, failed: { outcome: 'error' } } as const;
      duration.time(() => 1, options);
      expect(() =>
        duration.time(() => {
          throw new Error('broken');
        }, options),
      ).toThrow('broken');
      expect(await outcomes()).toEqual([
        ['ok', undefined, 1],
        ['error', undefined, 1],
      ]);
    });

    test('a function that throws, or returns no object, loses only its own attributes', async () => {
      const { duration, outcomes } = withOutcomes(provider);
      const base = { outcome: 'ok' } as const;
      const broken = () => {
        throw new Error('broken');
      };
      expect(duration.time(() => 1, { attributes: base, ok: broken })).toBe(1);
      expect(duration.time(() => 2, { attributes: base, ok: (() => undefined) as never })).toBe(2);
      expect(duration.time(() => 3, { attributes: base, ok: null as never })).toBe(3);
      expect(duration.time(() => 4, null as never)).toBe(4);
      const throwing = Object.defineProperty({ attributes: base }, 'ok', { get: broken });
      expect(duration.time(() => 5, throwing as never)).toBe(5);
      const hostile = new Proxy({}, { ownKeys: broken });
      duration.startTimer(base).stop(hostile as never);
      expect(await outcomes()).toEqual([
        ['ok', undefined, 4],
        [undefined, undefined, 2],
      ]);
    });
  },
);

describe.each(['engine', 'foreign', 'disabled', 'detached'] as const)('time() with wrong arguments: %s', (provider) => {
  const none = { isolated: true, environment: { OTEL_METRICS_EXPORTER: 'none' } };
  const timedOf = () => {
    if (provider !== 'disabled' && provider !== 'detached') return withOutcomes(provider);
    const { duration } = startMetrics({ ...none, catalogues: { work } }).work;
    const { time } = duration;
    return { duration: provider === 'detached' ? { time } : duration, outcomes: undefined };
  };
  type Time = (...args: readonly unknown[]) => unknown;

  test('a promise is timed from the call, and returned itself', async () => {
    const { duration, outcomes } = timedOf();
    const time: Time = (...args) => (duration.time as Time)(...args);
    const [resolved, rejected] = [Promise.resolve('done'), Promise.reject(new Error('broken'))];
    const options = { ok: (step: string) => ({ outcome: 'ok', step }), failed: { outcome: 'error' } };
    expect(time(resolved, options)).toBe(resolved);
    expect(time(rejected, options)).toBe(rejected);
    await expect(rejected).rejects.toThrow('broken');
    await resolved;
    if (outcomes !== undefined) {
      expect(await outcomes()).toEqual([
        ['ok', 'done', 1],
        ['error', undefined, 1],
      ]);
    }
  });

  test('work after the options is called with them', async () => {
    const { duration, outcomes } = timedOf();
    const time: Time = (...args) => (duration.time as Time)(...args);
    expect(time({ ok: { outcome: 'ok' } }, () => 7)).toBe(7);
    expect(time(undefined, () => 8)).toBe(8);
    if (outcomes !== undefined) expect(await outcomes()).toContainEqual(['ok', undefined, 1]);
  });

  test('any other value is returned; a method `then` is not called', async () => {
    const { duration, outcomes } = timedOf();
    const time: Time = (...args) => (duration.time as Time)(...args);
    const called = () => {
      throw new Error('called');
    };
    const query = Object.defineProperty({}, 'then', { value: called });
    for (const value of [undefined, null, 5, 'x', {}, [], query]) expect(time(value)).toBe(value);
    if (outcomes !== undefined) expect(await outcomes()).toEqual([]);
  });
});

test.each([
  ['s', 1_700_000_000.25],
  ['ms', 1_700_000_000_250],
  ['1', 1_700_000_000.25],
])('setToCurrentTime of a gauge in %s', async (unit, expected) => {
  const clock = new FakeClock();
  clock.nowUnixMs = () => 1_700_000_000_250;
  const times = defineCatalogue({
    last: gauge({ name: 'last', unit, description: 'Last.' }),
    bound: gauge({ name: 'bound', unit, description: 'Last.' }),
  });
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, clock, readers: [reader], catalogues: { times } });
  metrics.times.last.setToCurrentTime();
  metrics.times.bound.bind().setToCurrentTime();
  expect((await collect()).map(({ value }) => value)).toEqual([expected, expected]);
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
  expect(metrics.work.duration.time(() => 1, { attributes: { outcome: 'ok' } })).toBe(1);
  expect(metrics.work.duration.bind({ outcome: 'ok' }).time(() => 2)).toBe(2);
});

test('on a foreign provider, durations are recorded as well', async () => {
  const { reader, collect } = stockReader();
  const instruments = instrumentsOf(work, new MeterProvider({ readers: [reader] }).getMeter('foreign'));
  expect(instruments.duration.time(() => 'done', { attributes: { outcome: 'ok' } })).toBe('done');
  instruments.duration.startTimer({ outcome: 'error' }).stop();
  instruments.duration.bind({ outcome: 'ok' }).time(() => undefined);
  const counts = (await collect()).map(({ value }) => (value as { count: number }).count);
  expect(counts.sort()).toEqual([1, 2]);
});
