/** Waiting with a deadline: the first of the work, the time and the signals decides, and nothing is left behind. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { late, withDeadline } from '../../src/model/deadline.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (milliseconds: number, act: () => void) => setTimeout(act, milliseconds);
const never = new Promise<string>(() => {});
const resolving = (milliseconds: number) =>
  new Promise<string>((resolve) => after(milliseconds, () => resolve('done')));
const rejecting = (milliseconds: number) =>
  new Promise<string>((_, reject) => after(milliseconds, () => reject(new Error('no'))));

test.each<[string, work: () => Promise<string>, abortedAtMs: number | undefined, endMs: number, unknown]>([
  ['the work resolves first', () => resolving(90), undefined, 90, 'done'],
  ['the work rejects first', () => rejecting(90), undefined, 90, new Error('no')],
  ['the time is over first', () => resolving(110), undefined, 100, late],
  ['the work rejects too late', () => rejecting(110), undefined, 100, late],
  ['a signal is aborted first', () => resolving(90), 50, 50, late],
  ['a signal is aborted too late', () => resolving(50), 90, 50, 'done'],
  ['a signal was aborted before', () => never, 0, 0, late],
])('%s', async (_, work, abortedAtMs, endMs, expected) => {
  const [one, other] = [new AbortController(), new AbortController()];
  if (abortedAtMs === 0) other.abort();
  else if (abortedAtMs !== undefined) after(abortedAtMs, () => other.abort());
  const beganMs = performance.now();
  let endedMs: number | undefined;
  const result = withDeadline(work(), 100, { signals: [one.signal, other.signal] })
    .catch((error: unknown) => error)
    .finally(() => {
      endedMs = performance.now() - beganMs;
    });
  await vi.advanceTimersByTimeAsync(endMs);
  expect(endedMs).toBe(endMs);
  expect(await result).toEqual(expected);
  expect([one, other].flatMap(({ signal }) => getEventListeners(signal, 'abort'))).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([0, -5])('a time of %i ms is over at once, and work that has a result wins', async (timeoutMs) => {
  const results = [withDeadline(never, timeoutMs), withDeadline(Promise.resolve('done'), timeoutMs)];
  await vi.advanceTimersByTimeAsync(1);
  expect(await Promise.all(results)).toEqual([late, 'done']);
});

test.each([true, false])('keeps the process alive only on request: %s', async (holdProcess) => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  const result = withDeadline(never, 100, { holdProcess });
  const timer: NodeJS.Timeout = setTimer.mock.results[0]?.value;
  setTimer.mockRestore();
  expect(timer.hasRef()).toBe(holdProcess);
  await vi.advanceTimersByTimeAsync(100);
  expect(await result).toBe(late);
});
