/** Acknowledgements that are late, repeated, or given to a partly walked collection. */
import { expect, test } from 'vitest';
import { PlainReader, startEngine } from './provider.js';

test('an acknowledgement after the next collection has begun does not apply to the next one', async () => {
  const reader = new PlainReader('delta');
  const { meter } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m');
  counter.add(1);
  const first = await reader.begin();
  await first.resourceMetrics();
  counter.add(2);
  const second = await reader.begin();
  await second.resourceMetrics();
  first.accept();
  second.reject();
  expect((await reader.points()).map(({ value }) => value)).toEqual([3]);
  first.accept();
  second.accept();
  counter.add(4);
  expect((await reader.points()).map(({ value }) => value)).toEqual([4]);
});

test('recordings between a walk and its acknowledgement belong to the next collection', async () => {
  const reader = new PlainReader('delta');
  const { meter } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m');
  counter.add(1);
  const collected = await reader.begin();
  await collected.resourceMetrics();
  counter.add(2);
  collected.accept();
  expect((await reader.points()).map(({ value }) => value)).toEqual([2]);
});

test('a removal during a walk neither drops nor duplicates other series', async () => {
  const reader = new PlainReader('delta');
  let meanwhile = () => {};
  const engine = startEngine({ readers: [reader], pause: async () => meanwhile() });
  const counter = engine.meter.createCounter('m') as unknown as {
    add(value: number, attributes: object): void;
    remove(attributes: object): void;
  };
  for (let id = 0; id < 200; id++) counter.add(1, { id });
  const total = async () => (await reader.points()).reduce((sum, { value }) => sum + value, 0);
  expect(await total()).toBe(200);
  let monotonicMs = 0;
  engine.clock.monotonicMs = () => (monotonicMs += 10);
  meanwhile = () => {
    meanwhile = () => {};
    counter.remove({ id: 3 });
  };
  expect([await total(), await total(), await total()]).toEqual([0, 0, 0]);
});

test('accepting a collection that was not walked neither drops nor duplicates measurements', async () => {
  const reader = new PlainReader('delta');
  const { meter, fireTimers } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m');
  counter.add(1);
  await reader.points();
  const unwalked = await reader.begin();
  unwalked.accept();
  fireTimers();
  counter.add(2);
  expect((await reader.points()).map(({ value }) => value)).toEqual([2]);
});
