import { expect, test } from 'vitest';
import { limitRate } from '../../../../src/backends/prometheus/security/rate-limit.js';
import { FakeClock } from '../../../support/clock.js';

/** Returns the number of requests that are admitted. */
const admitted = (admits: () => boolean, requests: number) =>
  Array.from({ length: requests }, admits).filter(Boolean).length;

test.each([
  { advance: 0, expected: 0 },
  { advance: 999, expected: 0 },
  { advance: 1_000, expected: 1 },
  { advance: 2_500, expected: 2 },
  { advance: 3_600_000, expected: 3 },
])('admits $expected requests $advance ms after a burst of 3', ({ advance, expected }) => {
  const clock = new FakeClock();
  const admits = limitRate({ intervalMs: 1_000, burst: 3 }, clock);
  expect(admitted(admits, 10)).toBe(3);
  clock.advance(advance);
  expect(admitted(admits, 10)).toBe(expected);
});

test('accumulates fractions of an interval', () => {
  const clock = new FakeClock();
  const admits = limitRate({ intervalMs: 1_000, burst: 1 }, clock);
  let count = 0;
  for (let i = 0; i < 1_000; i++) {
    count += admitted(admits, 1);
    clock.advance(125);
  }
  expect(count).toBe(125);
});
