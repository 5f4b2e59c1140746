/** Metrics that end with their start or their pack, instruments that are watched, and walks of a process that exits. */
import { counter, defineCatalogue, gauge, observableCounter, observableGauge } from 'otelier';
import { expect, test } from 'vitest';
import { engineInstruments } from '../../src/engine/handles.js';
import { ResourceMetricsBuilder } from '../../src/model/resource-metrics.js';
import { PlainReader, pointsOf, startEngine } from './provider.js';

const described = { unit: '{job}', description: 'Jobs.' };
const shop = defineCatalogue({
  done: counter({ name: 'shop.done', ...described }),
  level: gauge({ name: 'shop.level', ...described }),
});

function start() {
  const reader = new PlainReader();
  const { provider, meter } = startEngine({ readers: [reader] });
  const shown = async () => (await reader.points()).map(({ name, value }) => [name, value]).sort();
  return { reader, provider, meter, shown };
}

test('dropped metrics lose their values, and record anew', async () => {
  const { provider, meter, shown } = start();
  const { done, level } = engineInstruments(shop, provider);
  const bound = done.bind();
  const plain = meter.createCounter('plain');
  done.add(3);
  level.set(5);
  plain.add(1);
  provider.dropMetrics(shop);
  expect(await shown()).toEqual([['plain', 1]]);
  bound.add(2);
  expect(await shown()).toEqual([
    ['plain', 1],
    ['shop.done', 2],
  ]);
  expect(engineInstruments(shop, provider).done).toBe(done);
  provider.dropMetrics(shop);
  done.add(4);
  expect(await shown()).toContainEqual(['shop.done', 4]);
});

test('a listener gets existing and new instruments with their scopes, once each, until it stops', () => {
  const { provider, meter } = start();
  meter.createCounter('first');
  const seen: string[] = [];
  const stop = provider.watchInstruments(({ name: scope }, name) => seen.push(`${scope} ${name}`));
  meter.createCounter('first');
  provider.getMeter('other').createHistogram('second');
  stop();
  meter.createCounter('third');
  expect(seen).toEqual([expect.stringMatching(/ first$/), 'other second']);
});

test('a walk without waiting has what callbacks observe at once, and no more', async () => {
  const { reader, provider } = start();
  const observed = defineCatalogue({
    now: observableCounter({ name: 'shop.now', ...described }),
    later: observableGauge({ name: 'shop.later', ...described }),
    fails: observableGauge({ name: 'shop.fails', ...described }),
  });
  const { now, later, fails } = engineInstruments(observed, provider);
  engineInstruments(shop, provider).done.add(2);
  now.addCallback((result) => result.observe(7));
  later.addCallback(async (result) => {
    result.observe(1);
    await Promise.resolve();
    result.observe(2);
  });
  fails.addCallback(() => {
    throw new Error('of the application');
  });
  const built = new ResourceMetricsBuilder();
  reader.producer?.walkNow?.(built);
  await Promise.resolve();
  const values = pointsOf(built.result()).map(({ name, value }) => [name, value]);
  expect(values.sort()).toEqual([
    ['shop.done', 2],
    ['shop.later', 1],
    ['shop.now', 7],
  ]);
});
