/** A collection gives back the memory of bound handles that were garbage collected. */
import { expect, test } from 'vitest';
import type { EngineCounter, EngineGauge, EngineHistogram } from '../../src/engine/instruments.js';
import { heapUsed } from './heap.js';
import { PlainReader, startEngine } from './provider.js';

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test.each(['createCounter', 'createGauge', 'createHistogram'] as const)('%s', async (create) => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const instrument = meter[create]('m') as EngineCounter | EngineGauge | EngineHistogram;
  const kept = instrument.bind({ id: 'kept' });
  await reader.points();
  const before = heapUsed();
  for (let times = 0; times < 200_000; times++) instrument.bind({ id: 'a' });
  await turn();
  heapUsed();
  await turn();
  await reader.points();
  await turn();
  expect(heapUsed() - before).toBeLessThan(2_000_000);
  if ('add' in kept) kept.add(1);
  else kept.record(1);
  expect(await reader.points()).toHaveLength(1);
});
