/** Delay of the event loop: how often it is sampled. */
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { monitorDelay } from '../../src/collectors/runtime/event-loop.js';
import { FakeClock } from '../support/clock.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Returns the times between samples over `forMs`, in an event loop with a share of active time. */
function periods(resolutionMs: number, activeShare: (nowMs: number) => number, forMs: number): number[] {
  const clock = new FakeClock();
  let [active, idle] = [0, 0];
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => ({ active, idle, utilization: 0 }));
  const times: number[] = [0];
  let nowMs = 0;
  const monitor = monitorDelay(resolutionMs, false, () => times.push(nowMs), clock);
  for (; nowMs < forMs; ) {
    nowMs += 5;
    const share = activeShare(nowMs);
    active += 5 * share;
    idle += 5 * (1 - share);
    clock.advance(5);
    vi.advanceTimersByTime(5);
  }
  monitor.stop();
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

test.each<[title: string, resolutionMs: number, expected: readonly number[]]>([
  ['grows to a second', 100, [200, 400, 800, 1_000, 1_000, 1_000]],
  ['grows from a short resolution', 10, [20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000, 1_000]],
  ['stays at a longer resolution', 2_000, [2_000, 2_000]],
])('while the event loop is idle, the time between two samples %s', (_, resolutionMs, expected) => {
  const [first, ...others] = periods(resolutionMs, () => 0.001, 5_000);
  expect(first).toBe(resolutionMs);
  expect(others.slice(0, expected.length)).toEqual(expected.slice(0, others.length));
  expect(others.length).toBeGreaterThan(0);
});

test('while the event loop is active, it is sampled at its resolution', () => {
  expect(new Set(periods(100, () => 0.05, 3_000))).toEqual(new Set([100]));
});

test('after an idle time, the next sample returns to the resolution', () => {
  const times = periods(100, (nowMs) => (nowMs < 10_000 ? 0 : 0.5), 15_000);
  expect(Math.max(...times)).toBe(1_000);
  expect(times.slice(-20)).toEqual(Array(20).fill(100));
});
