/** 50,000 attribute sets: at most as many series as the limit, exact sums, constant memory. */
import { expect, test } from 'vitest';
import { describeFloods } from './flood.js';
import { heapUsed } from './heap.js';
import { PlainReader, startEngine } from './provider.js';

describeFloods(25);

test('does not keep the whole text of attribute values that were truncated', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  const instrument = meter.createCounter('m');
  const before = heapUsed();
  for (let id = 0; id < 100; id++) instrument.add(1, { text: `${id} ${'x'.repeat(1_000_000)}${id}` });
  expect(await reader.points()).toHaveLength(100);
  expect(heapUsed() - before).toBeLessThan(5 * 1_048_576);
});
