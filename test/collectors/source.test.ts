/** Sources: when they are read, and what a collection gets while they fail, hang or are slow. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Source, type SourceOptions } from '../../src/collectors/source.js';
import { FakeClock } from '../support/clock.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Settle = { readonly resolve: (content: string) => void; readonly reject: (error: Error) => void };

function open(options: Partial<SourceOptions<string, number>> = {}) {
  const clock = new FakeClock();
  const errors: string[] = [];
  const pending: Settle[] = [];
  const load = () => new Promise<string>((resolve, reject) => void pending.push({ resolve, reject }));
  const source = new Source<string, number>(
    { name: 'file', intervalMs: 15_000, timeoutMs: 500, load, parse: Number, ...options },
    clock,
    (error) => errors.push((error as Error).message),
  );
  return { source, clock, errors, pending };
}

test('a reading is reused until it is nearly as old as the interval', () => {
  let content = 0;
  const { source, clock } = open({ load: () => String(++content) });
  const steps = [
    { afterMs: 0, expected: 1 },
    { afterMs: 5_000, expected: 1 },
    { afterMs: 8_000, expected: 1 },
    { afterMs: 600, expected: 2 },
    { afterMs: 15_000, expected: 3 },
    { afterMs: 600_000, expected: 4 },
  ];
  for (const { afterMs, expected } of steps) {
    clock.advance(afterMs);
    expect(source.current()).toBe(expected);
  }
  expect(source.counts.reads).toBe(4);
});

test('an interval of 0 reads at each collection, once for all metrics', () => {
  let content = 0;
  const { source, clock } = open({ intervalMs: 0, load: () => String(++content) });
  expect([source.current(), source.current()]).toEqual([1, 1]);
  clock.advance(10);
  expect([source.current(), source.current()]).toEqual([2, 2]);
});

test('collections at the same time share one read', async () => {
  const { source, pending } = open();
  const readings = [source.current(), source.current(), source.current()];
  expect(pending).toHaveLength(1);
  pending[0]?.resolve('7');
  expect(await Promise.all(readings)).toEqual([7, 7, 7]);
  expect(await source.current()).toBe(7);
  expect(source.counts.reads).toBe(1);
});

test.each<[title: string, options: Partial<SourceOptions<string, number>>]>([
  [
    'loading throws',
    {
      load: () => {
        throw new Error('gone');
      },
    },
  ],
  ['loading rejects', { load: () => Promise.reject(new Error('gone')) }],
  [
    'parsing throws',
    {
      load: () => 'x',
      parse: () => {
        throw new Error('gone');
      },
    },
  ],
  [
    'parsing throws later',
    {
      load: () => Promise.resolve('x'),
      parse: () => {
        throw new Error('gone');
      },
    },
  ],
])('if %s, there is no reading, and the next collection reads again', async (_, options) => {
  const { source, errors, clock } = open(options);
  for (let collection = 0; collection < 3; collection++) {
    // Two metrics of one collection.
    expect(await source.current()).toBeUndefined();
    expect(await source.current()).toBeUndefined();
    clock.advance(10);
  }
  expect(source.counts).toMatchObject({ reads: 3, failures: { failed: 3, timeout: 0 } });
  expect(errors).toEqual(['gone']);
});

test('a failure discards the reading before it', () => {
  let fails = false;
  const { source, clock } = open({
    load() {
      if (fails) throw new Error('gone');
      return '5';
    },
  });
  expect(source.current()).toBe(5);
  fails = true;
  clock.advance(15_000);
  expect(source.current()).toBeUndefined();
  fails = false;
  clock.advance(10);
  expect(source.current()).toBe(5);
});

test('a source that hangs is waited for once, is not read again, and counts when it answers after all', async () => {
  const { source, errors, pending } = open();
  const first = source.current();
  await vi.advanceTimersByTimeAsync(499);
  expect(source.counts.failures.timeout).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await first).toBeUndefined();
  expect(await source.current()).toBeUndefined();
  expect(pending).toHaveLength(1);
  expect(source.counts).toMatchObject({ reads: 1, failures: { failed: 0, timeout: 1 } });
  expect(errors).toEqual(['did not answer within 500 ms']);

  pending[0]?.resolve('9');
  await vi.advanceTimersByTimeAsync(0);
  expect(source.current()).toBe(9);
  expect(vi.getTimerCount()).toBe(0);
});

test('the time of the main thread is counted, not the time of waiting', async () => {
  const clock = new FakeClock();
  const takes = (milliseconds: number) => clock.advance(milliseconds);
  let answer = (_: string) => {};
  const source = new Source<string, string>(
    {
      name: 'slow',
      intervalMs: 0,
      load() {
        takes(2);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      parse(content) {
        takes(3);
        return content;
      },
    },
    clock,
    () => {},
  );
  const reading = source.current();
  takes(400);
  answer('x');
  expect(await reading).toBe('x');
  expect(source.counts.busySeconds).toBeCloseTo(0.005);
});
