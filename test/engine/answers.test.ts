/** Answers that come late, twice, or to a collection that was not walked as a whole. */
import { expect, test } from 'vitest';
import { PlainReader, startEngine } from './provider.js';

test('an answer that comes after the next collection began says nothing about that one', async () => {
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

test('what was recorded while a collection waits for its answer is part of the next one', async () => {
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

test('a series that a walk passes over, because another one was removed meanwhile, is delivered once', async () => {
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

test('accepting a collection that nobody walked loses and doubles nothing', async () => {
  const reader = new PlainReader('delta');
  const { meter, wakeAll } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m');
  counter.add(1);
  await reader.points();
  const unwalked = await reader.begin();
  unwalked.accept();
  wakeAll();
  counter.add(2);
  expect((await reader.points()).map(({ value }) => value)).toEqual([2]);
});
