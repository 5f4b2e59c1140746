/** A flood of distinct names, shared by the fast and the slow test. */
import { expect } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { sample, slo, start } from './benchmark-suite.js';

/** Records `count` samples with distinct names, and expects bounded series, bounded memory and exact counts. */
export async function expectBoundedNames(count: number): Promise<void> {
  const { clock, recorder, families, rejected } = await start({ slo });
  const run = recorder.begin({ model: 'a' });
  let heapBefore = 0;
  for (let index = 0; index < count; index++) {
    const name = `made-up-${index}`;
    if (index % 100 === 0) {
      const other = recorder.begin({ model: name, container: name, gpu: name });
      other.sample({ ...sample, promptCategory: name });
      other.end({ ok: true });
    } else run.sample({ ...sample, promptCategory: name });
    if (index === count / 10) heapBefore = heapUsed();
    // Weak references to unused handles are cleared only after the current turn of the event loop.
    if (index % 1_000 === 0) await new Promise(setImmediate);
  }
  // Retained memory does not grow; the allowance is for noise of the machine.
  expect(heapUsed() - heapBefore).toBeLessThan(8 * 2 ** 20);
  const scraped = await families();
  const sum = (name: string) => scraped.get(name)?.samples.reduce((total, { value }) => total + value, 0);
  expect([...scraped.values()].reduce((total, { samples }) => total + samples.length, 0)).toBeLessThan(5_000);
  expect(sum('benchmark_samples_total')).toBe(count);
  expect(sum('benchmark_runs_total')).toBe(count / 100);
  const rejectedBefore = rejected();
  await families();
  expect(rejected()).toEqual(rejectedBefore);
  // The rates of idle targets are no longer reported after the window.
  clock.advance(600_000);
  expect((await families()).get('benchmark_throughput_per_second')?.samples).toHaveLength(1);
  // Keeps the handle: a lost run would no longer be active.
  run.end({ ok: true });
}
