/** Delta readers whose batches are rejected: no loss, no duplicates, constant memory. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heapUsed } from './heap.js';
import { PlainReader, startEngine } from './provider.js';

const exponentialView = [
  { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const },
];

test('the 101st batch contains 100 rejected ones, at constant memory', async () => {
  const reader = new PlainReader('delta');
  const { meter, clock } = startEngine({ readers: [reader], views: exponentialView });
  const counter = meter.createCounter('counter');
  const explicit = meter.createHistogram('explicit');
  const exponential = meter.createHistogram('exponential');
  const series = 50;
  const cycle = () => {
    for (let id = 0; id < series; id++) {
      counter.add(2, { id });
      explicit.record(id + 1, { id });
      exponential.record(id + 1, { id });
    }
    clock.advance(1_000);
  };
  cycle();
  await reader.points();
  cycle();
  await reader.points('reject');
  const before = heapUsed();
  for (let count = 1; count < 100; count++) {
    cycle();
    await reader.points('reject');
  }
  expect(heapUsed() - before).toBeLessThan(1_000_000);
  cycle();
  const points = await reader.points();
  expect(points).toHaveLength(3 * series);
  for (const { name, attributes, value, time } of points) {
    const id = attributes['id'] as number;
    expect(time[1] - time[0]).toBe(101_000);
    if (name === 'counter') expect(value).toBe(202);
    else expect(value).toMatchObject({ count: 101, sum: 101 * (id + 1), min: id + 1, max: id + 1 });
  }
  expect(await reader.points()).toEqual([]);
});

/** Generates a recording, or a collection by one of two delta readers and a cumulative reader. */
const action = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), id: fc.nat(3), value: fc.integer({ min: 0, max: 1_000 }) }),
  fc.record({
    kind: fc.constant('collect' as const),
    reader: fc.nat(2),
    answer: fc.constantFrom('accept' as const, 'reject' as const),
  }),
);

/** Accepted deltas of one series and one reader, added up. */
interface Delivered {
  count: number;
  sum: number;
  buckets: Map<number, number>;
  min: number;
  max: number;
}

test('accepted deltas add up to the cumulative points, whichever batches are rejected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const readers = [new PlainReader('delta'), new PlainReader('delta'), new PlainReader('cumulative')];
      const { meter, clock } = startEngine({ readers, views: exponentialView });
      const counter = meter.createCounter('counter');
      const explicit = meter.createHistogram('explicit');
      const exponential = meter.createHistogram('exponential');
      const delivered = [new Map<string, Delivered>(), new Map<string, Delivered>()];
      const collect = async (index: number, answer: 'accept' | 'reject') => {
        clock.advance(10);
        const points = await (readers[index] as PlainReader).points(answer);
        if (answer === 'reject' || index === 2) return points;
        for (const { name, attributes, value } of points) {
          const key = `${name} ${attributes['id']}`;
          const total = delivered[index]?.get(key) ?? {
            count: 0,
            sum: 0,
            buckets: new Map(),
            min: Infinity,
            max: -Infinity,
          };
          delivered[index]?.set(key, total);
          if (name === 'counter') total.sum += value;
          else {
            total.count += value.count;
            total.sum += value.sum;
            total.min = Math.min(total.min, value.min);
            total.max = Math.max(total.max, value.max);
            const counts: number[] = value.buckets?.counts ?? [];
            for (const [bucket, count] of counts.entries())
              total.buckets.set(bucket, (total.buckets.get(bucket) ?? 0) + count);
          }
        }
        return points;
      };
      for (const each of actions) {
        if (each.kind === 'collect') await collect(each.reader, each.answer);
        else {
          counter.add(each.value, { id: each.id });
          explicit.record(each.value, { id: each.id });
          exponential.record(each.value, { id: each.id });
        }
      }
      await collect(0, 'accept');
      await collect(1, 'accept');
      for (const { name, attributes, value } of await collect(2, 'accept')) {
        for (const each of delivered) {
          const total = each.get(`${name} ${attributes['id']}`);
          if (name === 'counter') expect(total?.sum ?? 0).toBe(value);
          else {
            const { count, sum, min, max } = total as Delivered;
            expect({ count, sum, min, max }).toEqual({
              count: value.count,
              sum: value.sum,
              min: value.min,
              max: value.max,
            });
            if (name === 'explicit') expect([...(total as Delivered).buckets.values()]).toEqual(value.buckets.counts);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('removed series are delivered once, as one point each', async () => {
  const reader = new PlainReader('delta');
  const { meter, clock } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m') as unknown as {
    add(value: number, attributes: object): void;
    remove(attributes: object): void;
  };
  counter.add(1, { id: 'a' });
  counter.remove({ id: 'a' });
  clock.advance(10);
  expect((await reader.points('reject')).map(({ value }) => value)).toEqual([1]);
  counter.add(2, { id: 'a' });
  clock.advance(10);
  // At most one point per attribute set: the new series waits until the removed series is delivered.
  expect((await reader.points()).map(({ value }) => value)).toEqual([1]);
  expect((await reader.points()).map(({ value }) => value)).toEqual([2]);
  expect(await reader.points()).toEqual([]);
});

test('a rejected value of an observed counter is delivered after collections without an observation', async () => {
  const reader = new PlainReader('delta');
  const { meter, clock } = startEngine({ readers: [reader] });
  let total: number | undefined;
  meter.createObservableCounter('m').addCallback((result) => {
    if (total !== undefined) result.observe(total);
  });
  const steps: readonly [observed: number | undefined, answer: 'accept' | 'reject', delivered: number[]][] = [
    [5, 'reject', [5]],
    [undefined, 'accept', []],
    [7, 'accept', [7]],
    [undefined, 'accept', []],
    [9, 'reject', [2]],
    [undefined, 'reject', []],
    [undefined, 'accept', []],
    [10, 'accept', [3]],
  ];
  for (const [index, [observed, answer, delivered]] of steps.entries()) {
    clock.advance(10);
    total = observed;
    const values = (await reader.points(answer)).map(({ value }) => value);
    expect(values, `collection ${index + 1}`).toEqual(delivered);
  }
});
