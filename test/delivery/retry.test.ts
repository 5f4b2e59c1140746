/** Times at which a request is sent again, on a fake clock. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FailedPost, PostResult } from '../../src/delivery/http-response.js';
import { Retry, type RetryLimits } from '../../src/delivery/retry.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { nowUnixMs: () => Date.now(), monotonicMs: () => performance.now() };
const failed = (retryAfterMs?: number): FailedPost => ({
  kind: 'failed',
  reason: 'HTTP 503',
  ambiguous: false,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const accepted: PostResult = { kind: 'accepted', body: new Uint8Array() };

/** Runs until the end of the limits and returns the seconds at which attempts were made. */
async function attempts(
  results: readonly PostResult[],
  { timeoutMs = 60_000, intervalMs = 60_000, maxRetryAfterMs = 600_000 } = {},
) {
  const retry = new Retry(clock, intervalMs, maxRetryAfterMs);
  const beganMs = performance.now();
  const at: number[] = [];
  const limits: RetryLimits = { endMs: beganMs + timeoutMs, timeoutMs, signals: [] };
  const running = retry.run(limits, async () => {
    at.push((performance.now() - beganMs) / 1_000);
    return results[at.length - 1] ?? failed();
  });
  await vi.advanceTimersByTimeAsync(timeoutMs + 1);
  return { at, result: await running, retry };
}

test('waits 1 s × 1.5ⁿ ± 20 % between attempts, and starts none in the last tenth of the time', async () => {
  const { at, result } = await attempts([]);
  expect(result).toMatchObject({ kind: 'failed', reason: 'HTTP 503' });
  const waits = at.slice(1).map((second, index) => second - (at[index] as number));
  expect(waits.length).toBeGreaterThanOrEqual(6);
  const expected = waits.map((_, index) => 1.5 ** index);
  expect(waits.every((wait, index) => wait >= 0.8 * (expected[index] as number) - 0.002)).toBe(true);
  expect(waits.every((wait, index) => wait <= 1.2 * (expected[index] as number) + 0.002)).toBe(true);
  expect(Math.max(...at)).toBeLessThan(54);
});

test('caps the back-off at the interval', async () => {
  const { at } = await attempts([], { timeoutMs: 20_000, intervalMs: 1_000 });
  expect(at.length).toBeGreaterThanOrEqual(14);
});

test.each([
  ['in the last tenth of the time', 59_000],
  ['after the end', 70_000],
])('a timer that is late, %s, starts no attempt, and the last failure is the reason', async (_, wokenMs) => {
  let nowMs = 0;
  const late = { nowUnixMs: () => nowMs, monotonicMs: () => nowMs };
  const retry = new Retry(late, 60_000);
  const given: number[] = [];
  const running = retry.run({ endMs: 60_000, timeoutMs: 60_000, signals: [] }, async (timeoutMs) => {
    given.push(timeoutMs);
    nowMs += 1_000;
    return failed();
  });
  await vi.advanceTimersByTimeAsync(0);
  nowMs = wokenMs;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await running).toMatchObject({ kind: 'failed', reason: 'HTTP 503' });
  expect(given).toEqual([60_000]);
});

test('in the background, an attempt after a late timer has the time of a whole export', async () => {
  let nowMs = 0;
  const retry = new Retry({ nowUnixMs: () => nowMs, monotonicMs: () => nowMs }, 60_000);
  retry.failed(failed());
  const turn = retry.turn({ endMs: 60_000, timeoutMs: 60_000, signals: [], inBackground: true });
  nowMs = 70_000;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await turn).toBeUndefined();
});

test('stops at an accepted or refused request', async () => {
  expect((await attempts([failed(), failed(), accepted])).at).toHaveLength(3);
  expect((await attempts([{ kind: 'refused', reason: 'HTTP 400', status: 400 }])).at).toEqual([0]);
});

test('waits for Retry-After, at most 10 % longer', async () => {
  for (let run = 0; run < 20; run++) {
    const { at } = await attempts([failed(10_000), accepted]);
    expect(at).toHaveLength(2);
    expect(at[1]).toBeGreaterThanOrEqual(10);
    expect(at[1]).toBeLessThanOrEqual(11.01);
  }
});

test.each([0, 1])('Retry-After of %i ms does not replace the back-off', async (retryAfterMs) => {
  const { at } = await attempts(
    Array.from({ length: 100 }, () => failed(retryAfterMs)),
    { timeoutMs: 20_000 },
  );
  expect(at.length).toBeLessThan(10);
});

test('caps Retry-After, at ten intervals by default', async () => {
  const { at, retry } = await attempts([failed(86_400_000), accepted], { maxRetryAfterMs: 5_000 });
  expect(at[1]).toBeLessThanOrEqual(5.51);
  expect(retry.maxRetryAfterMs).toBe(5_000);
  expect(new Retry(clock, 30_000).maxRetryAfterMs).toBe(300_000);
  expect(new Retry(clock, undefined).maxRetryAfterMs).toBe(600_000);
});

test('does not begin a wait that leaves no time for an answer', async () => {
  // The wait ends after 1,000 to 1,100 ms, and the last tenth begins at 995 ms. The back-off is shorter.
  const { at, result } = await attempts([failed(1_000)], { timeoutMs: 1_105, intervalMs: 500 });
  expect(at).toEqual([0]);
  expect(result).toMatchObject({ kind: 'failed' });
});

test('an aborted signal ends a wait and all attempts', async () => {
  const flush = new AbortController();
  const limits: RetryLimits = { endMs: performance.now() + 60_000, timeoutMs: 60_000, signals: [flush.signal] };
  const post = vi.fn(async () => failed(40_000));
  const running = new Retry(clock, 60_000).run(limits, post);
  await vi.advanceTimersByTimeAsync(10);
  flush.abort();
  expect(await running).toMatchObject({ kind: 'failed' });
  expect(post).toHaveBeenCalledTimes(1);
});

test('attempts each request once with an aborted signal, in spite of Retry-After', async () => {
  const retry = new Retry(clock, 60_000);
  retry.failed(failed(40_000));
  expect(retry.retryAfterMs).toBeGreaterThan(39_000);
  retry.restart();
  const limits: RetryLimits = { endMs: performance.now() + 1_000, timeoutMs: 1_000, signals: [AbortSignal.abort()] };
  const post = vi.fn(async () => failed());
  expect(await retry.run(limits, post)).toMatchObject({ kind: 'failed' });
  expect(post).toHaveBeenCalledTimes(1);
});

test('an answered request ends a Retry-After wait', () => {
  const retry = new Retry(clock, 60_000);
  retry.failed(failed(40_000));
  expect(retry.healthy).toBe(false);
  retry.answered();
  expect([retry.healthy, retry.retryAfterMs]).toEqual([true, 0]);
});
