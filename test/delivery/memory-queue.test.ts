/** The in-memory queue: order, identity of the first request, and expiry. */
import { expect, test } from 'vitest';
import { maxAgeMs } from '../../src/backends/datadog/open.js';
import { MemoryQueue } from '../../src/delivery/memory-queue.js';
import { FakeClock } from '../support/clock.js';

test.each([
  [9_999, [3, 0]],
  [10_000, [0, 3]],
] as const)('requests of at most 10 s: after %i ms, %j points wait and have expired', async (ageMs, expected) => {
  const clock = new FakeClock();
  let expired = 0;
  const onExpired = (points: number) => {
    expired += points;
  };
  const queue = new MemoryQueue({ clock, maxAgeMs: 10_000, onExpired });
  await queue.add([{ body: new Uint8Array(), points: 3 }]);
  clock.advance(ageMs);
  await queue.first();
  expect([queue.waiting().points, expired]).toEqual(expected);
});

test('requests expire before Datadog would drop their points silently', async () => {
  const time = new FakeClock();
  const expired: number[] = [];
  const queue = new MemoryQueue({ clock: time, maxAgeMs, onExpired: (points) => expired.push(points) });
  const request = (points: number) => ({ body: new Uint8Array(), points });
  await queue.add([request(1), request(2)]);
  time.advance(50 * 60_000);
  await queue.add([request(4)]);
  expect(await queue.first()).toMatchObject({ points: 1 });
  time.advance(6 * 60_000);
  const first = await queue.first();
  expect(first).toMatchObject({ points: 4 });
  expect(expired).toEqual([3]);
  expect(await queue.remove(request(4))).toBe(false);
  expect(first && (await queue.remove(first))).toBe(true);
  expect(await queue.first()).toBeUndefined();
  await queue.add([request(8)]);
  expect(await queue.close()).toBe(8);
});
