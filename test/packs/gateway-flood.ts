/** A flood of detailed events of failed requests to models that do not exist. */
import { expect } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { event, start } from './gateway-under-test.js';

/** Offers `events` events, each with an invented model name and another user, and expects constant series and memory. */
export async function expectBoundedModels(events: number): Promise<void> {
  const { recorder, values } = start({ auditCapacity: 16_384, auditEventsPerSecond: Number.POSITIVE_INFINITY });
  const series = async () => Object.keys(await values()).filter((name) => name.startsWith('audited.requests/'));
  // The buffer holds all events between two collections.
  const collectEvery = Math.min(10_000, events / 10);
  let before = 0;
  for (let id = 0; id < events; id++) {
    recorder.audit({ ...event, model: `gpt-${id}-ultra`, errorCode: 404, user: `user-${id}` });
    if (id % collectEvery === 0) {
      expect(await series()).toEqual(['audited.requests/chat/openai/_OTHER']);
      if (id === events / 10) before = heapUsed();
    }
  }
  expect(await series()).toEqual(['audited.requests/chat/openai/_OTHER']);
  // Allows for noise; a retained name per event would exceed it in the flood of a million.
  expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20);
  expect(Math.abs((await values())['users'] as number) / events).toBeCloseTo(1, 1);

  // The invented names have not used up the limit of 100 models.
  for (let id = 0; id < 1_000; id++) recorder.audit({ ...event, model: `real-${id}` });
  expect(await series()).toHaveLength(101);
}
