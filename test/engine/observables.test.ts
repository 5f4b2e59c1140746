/** Callbacks that throw, hang, re-enter or finish late do not affect other callbacks. */
import type { Attributes, BatchObservableResult, ObservableResult } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { PlainReader, pointsOf, pointValue, startEngine } from './provider.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a callback', () => {
  test.each([
    ['an error', new Error('no')],
    ['a text', 'no'],
    ['nothing', undefined],
    ['a symbol', Symbol('no')],
    ['an object that cannot be printed', Object.create(null)],
    [
      'an error whose message throws',
      Object.defineProperty(new Error(), 'message', {
        get: () => {
          throw new Error('x');
        },
      }),
    ],
  ])('that throws %s is reported and does not affect other callbacks', async (_name, thrown) => {
    for (const late of [false, true]) {
      const reader = new PlainReader();
      const { meter } = startEngine({ readers: [reader] });
      meter.createObservableGauge('bad').addCallback(async () => {
        if (late) await turn();
        throw thrown;
      });
      meter.createObservableGauge('good').addCallback((result) => result.observe(1));
      meter.createCounter('counter').add(2);
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).toHaveLength(1);
      expect(String((errors[0] as Error).message)).toContain('bad');
      expect(pointsOf(resourceMetrics).map(({ name, value }) => [name, value])).toEqual([
        ['good', 1],
        ['counter', 2],
      ]);
    }
  });

  test('that throws after an observation keeps the observation', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    meter.createObservableGauge('m').addCallback((result) => {
      result.observe(3);
      throw new Error('no');
    });
    expect(pointValue(await reader.points(), 'm')).toBe(3);
  });

  test('that does not finish is skipped until it finishes', async () => {
    const reader = new PlainReader();
    const { meter, fireTimers } = startEngine({ readers: [reader] });
    let calls = 0;
    let end = () => {};
    let late: ObservableResult | undefined;
    meter.createObservableGauge('slow').addCallback((result) => {
      calls++;
      late = result;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    meter.createObservableGauge('good').addCallback((result) => result.observe(1));
    const first = reader.collect();
    await turn();
    fireTimers();
    expect((await first).errors).toHaveLength(1);
    late?.observe(99);
    const { resourceMetrics, errors } = await reader.collect();
    expect(calls).toBe(1);
    expect(errors).toHaveLength(1);
    expect(pointsOf(resourceMetrics).map(({ name }) => name)).toEqual(['good']);
    end();
    await turn();
    const third = reader.collect();
    await turn();
    late?.observe(5);
    end();
    expect(pointValue(pointsOf((await third).resourceMetrics), 'slow')).toBe(5);
    expect(calls).toBe(2);
  });

  test('that starts a collection does not deadlock', async () => {
    const reader = new PlainReader();
    const other = new PlainReader('delta');
    const { meter, fireTimers } = startEngine({ readers: [reader, other] });
    let inner: Promise<unknown> = Promise.resolve();
    let calls = 0;
    meter.createObservableGauge('m').addCallback(async (result) => {
      result.observe(1);
      if (calls++ === 0) {
        inner = other.collect();
        await inner;
      }
    });
    const outer = reader.collect();
    await turn();
    fireTimers();
    expect(pointValue(pointsOf((await outer).resourceMetrics), 'm')).toBe(1);
    await inner;
    await turn();
    expect(pointValue(await reader.points(), 'm')).toBe(1);
  });

  test('runs once if it was added twice, and not after its removal', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const observable = meter.createObservableCounter('m');
    let runs = 0;
    const callback = (result: ObservableResult) => result.observe(++runs);
    observable.addCallback(callback);
    observable.addCallback(callback);
    expect(pointValue(await reader.points(), 'm')).toBe(1);
    observable.removeCallback(callback);
    expect(await reader.points()).toEqual([]);
    expect(runs).toBe(1);
  });

  test('can remove itself and add another callback', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const observable = meter.createObservableGauge('m');
    const first = (result: ObservableResult) => {
      result.observe(1);
      observable.removeCallback(first);
      observable.addCallback((next) => next.observe(2));
    };
    observable.addCallback(first);
    expect(pointValue(await reader.points(), 'm')).toBe(1);
    expect(pointValue(await reader.points(), 'm')).toBe(2);
  });
});

describe('a batch callback', () => {
  test('can observe only its registered instruments', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const [one, two, other] = ['one', 'two', 'other'].map((name) => meter.createObservableGauge(name));
    const callback = (result: BatchObservableResult) => {
      result.observe(one as never, 1, { id: 'a' });
      result.observe(two as never, 2);
      result.observe(other as never, 3);
      result.observe(null as never, 4);
      result.observe(meter.createCounter('sync') as never, 5);
    };
    meter.addBatchObservableCallback(callback, [one as never, two as never]);
    const points = await reader.points();
    expect(points.map(({ name, value }) => [name, value])).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
    meter.removeBatchObservableCallback(callback, [two as never, one as never]);
    expect(await reader.points()).toEqual([]);
  });
});

test('several callbacks of one instrument observe into one metric', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const observable = meter.createObservableUpDownCounter('m');
  observable.addCallback((result) => result.observe(1, { id: 'a' }));
  observable.addCallback((result) => result.observe(-2, { id: 'b' }));
  const points = await reader.points();
  expect([pointValue(points, 'm', { id: 'a' }), pointValue(points, 'm', { id: 'b' })]).toEqual([1, -2]);
});

test('a series that is no longer observed is removed, and gets a new start time when it is observed again', async () => {
  const reader = new PlainReader();
  const { meter, clock } = startEngine({ readers: [reader] });
  let ids = ['a', 'b'];
  meter.createObservableGauge('m').addCallback((result) => {
    for (const id of ids) result.observe(1, { id });
  });
  await reader.points();
  ids = ['a'];
  clock.advance(1_000);
  expect((await reader.points()).map(({ attributes }) => attributes['id'])).toEqual(['a']);
  ids = ['a', 'b'];
  clock.advance(1_000);
  const [a, b] = await reader.points();
  expect(b?.time[0]).toBeGreaterThan(a?.time[0] as number);
});

describe('an observed counter and delta readers', () => {
  const start = () => {
    const readers = [new PlainReader('delta'), new PlainReader('delta')] as const;
    const engine = startEngine({ readers });
    const state = { value: 100, fails: false };
    engine.meter.createObservableCounter('m').addCallback((result) => {
      if (state.fails) throw new Error('no');
      result.observe(state.value);
    });
    return { readers, state };
  };

  test('each reader has its own deltas', async () => {
    const { readers, state } = start();
    expect(pointValue(await readers[0].points(), 'm')).toBe(100);
    state.value = 110;
    expect(pointValue(await readers[1].points(), 'm')).toBe(110);
    expect(pointValue(await readers[0].points('reject'), 'm')).toBe(10);
    state.value = 125;
    expect(pointValue(await readers[0].points(), 'm')).toBe(25);
    expect(pointValue(await readers[1].points(), 'm')).toBe(15);
  });

  test('a callback that fails once does not turn the total into a delta', async () => {
    const { readers, state } = start();
    expect(pointValue(await readers[0].points(), 'm')).toBe(100);
    state.fails = true;
    expect(await readers[0].points()).toEqual([]);
    state.fails = false;
    state.value = 110;
    expect(pointValue(await readers[0].points(), 'm')).toBe(10);
  });

  test('a callback that fails for one reader does not affect another reader', async () => {
    const { readers, state } = start();
    await readers[0].points();
    await readers[1].points();
    state.fails = true;
    await readers[1].points();
    state.fails = false;
    state.value = 110;
    expect(pointValue(await readers[0].points(), 'm')).toBe(10);
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined, -1] as number[])(
  'an observed %s is dropped and counted',
  async (value) => {
    const reader = new PlainReader();
    const { meter, provider } = startEngine({ readers: [reader] });
    meter.createObservableCounter('m').addCallback((result) => result.observe(value));
    expect(await reader.points()).toEqual([]);
    const { value_not_finite, value_negative } = provider.rejections;
    expect([value_not_finite, value_negative]).toEqual(value === -1 ? [0, 1] : [1, 0]);
  },
);

test('later changes of an observed attribute object have no effect', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const attributes: Attributes = {};
  meter.createObservableGauge('m').addCallback((result) => {
    for (const id of ['a', 'b']) {
      attributes['id'] = id;
      result.observe(1, attributes);
    }
  });
  for (let cycle = 0; cycle < 2; cycle++) {
    expect((await reader.points()).map((point) => point.attributes['id'])).toEqual(['a', 'b']);
  }
});
