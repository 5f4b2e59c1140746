/** When a reader pushes: at multiples of its interval, never twice at once, and not before an endpoint wants it to. */
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Clock } from 'otelier';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepDeliveries } from '../../src/delivery/deliveries.js';
import { PushReader } from '../../src/delivery/push-reader.js';
import type { Outcome, Sender } from '../../src/delivery/sender.js';

const beganUnixMs = Date.UTC(2026, 0, 1, 12, 0, 7);
beforeEach(() => void vi.useFakeTimers({ now: beganUnixMs }));
afterEach(() => void vi.useRealTimers());

/** The seconds after the whole minute at which something was sent. */
function start({ intervalMs = 10_000, delay = 0, takesMs = 0 } = {}) {
  const sentAt: number[] = [];
  let jumpMs = 0;
  let outcome: Outcome = { kind: 'accepted' };
  let takes = takesMs;
  let underWay = 0;
  let mostUnderWay = 0;
  const clock: Clock = { nowUnixMs: () => Date.now() + jumpMs, monotonicMs: () => performance.now() };
  const deliveries = keepDeliveries({ name: 'test', clock, where: () => 'nowhere', warn() {}, onDelivery() {} });
  const sender: Sender = {
    aggregation: () => ({ type: 0 }),
    temporality: () => 1,
    async send() {
      sentAt.push((Date.now() - Date.UTC(2026, 0, 1, 12)) / 1_000);
      underWay++;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await new Promise((resolve) => setTimeout(resolve, takes));
      underWay--;
      return outcome;
    },
    hurry() {},
    close: async () => {},
  };
  const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs: 60_000, delay });
  const producer = { collect: async () => ({ resourceMetrics: { scopeMetrics: [] }, errors: [] }) };
  reader.setMetricProducer(producer as unknown as MetricProducer);
  return {
    sentAt,
    reader,
    status: deliveries.status,
    mostUnderWay: () => mostUnderWay,
    jump: (milliseconds: number) => {
      jumpMs += milliseconds;
    },
    answer: (next: Outcome, takesNext = 0) => {
      outcome = next;
      takes = takesNext;
    },
  };
}

test('pushes are at multiples of the interval by the wall clock, however long each takes', async () => {
  const { sentAt } = start({ takesMs: 3_333 });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(sentAt).toEqual([10, 20, 30, 40, 50]);
});

test('a delay moves all of them alike', async () => {
  const { sentAt } = start({ delay: 0.05 });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(sentAt).toEqual([10.5, 20.5, 30.5, 40.5, 50.5]);
});

test('processes that start together do not push together', async () => {
  const delays = new Set<number>();
  for (let process = 0; process < 20; process++) {
    const { sentAt } = start({ delay: undefined as unknown as number, intervalMs: 60_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    delays.add(sentAt[0] as number);
  }
  expect(delays.size).toBeGreaterThan(10);
});

test('a push that outlasts its interval is not joined by another, and the ones after it are on time', async () => {
  const { sentAt, mostUnderWay, answer } = start();
  answer({ kind: 'accepted' }, 25_000);
  await vi.advanceTimersByTimeAsync(4_000);
  answer({ kind: 'accepted' });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(sentAt).toEqual([10, 40, 50, 60]);
  expect(mostUnderWay()).toBe(1);
});

test.each([
  ['failed', 25_000, [10, 40, 50]],
  ['kept', 25_000, [10, 40, 50]],
  ['failed', 0, [10, 20, 30, 40, 50]],
  ['failed', undefined, [10, 20, 30, 40, 50]],
] as const)('after %s with %s ms to wait', async (kind, retryAfterMs, expected) => {
  const { sentAt, answer } = start();
  answer({ kind, reason: 'later', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  await vi.advanceTimersByTimeAsync(4_000);
  answer({ kind: 'accepted' });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(sentAt).toEqual(expected);
});

test('a flush does not wait for the time that an endpoint asked for', async () => {
  const { sentAt, answer, reader } = start();
  answer({ kind: 'failed', reason: 'later', retryAfterMs: 3_600_000 });
  await vi.advanceTimersByTimeAsync(4_000);
  answer({ kind: 'accepted' });
  const flushed = reader.forceFlush();
  await vi.advanceTimersByTimeAsync(1);
  await flushed;
  expect(sentAt).toEqual([10, 11]);
});

test('a clock that is set back or forth moves the pushes by no more than an interval', async () => {
  const { sentAt, jump } = start();
  await vi.advanceTimersByTimeAsync(14_000);
  jump(-3_601_000);
  await vi.advanceTimersByTimeAsync(30_000);
  jump(7_202_000);
  await vi.advanceTimersByTimeAsync(30_000);
  const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] as number));
  expect(sentAt.length).toBeGreaterThanOrEqual(7);
  for (const gap of gaps) expect(gap).toBeLessThanOrEqual(20);
});

test('a failed flush rejects with its reason, and shutdown is the last push, once', async () => {
  const { sentAt, answer, reader, status } = start();
  answer({ kind: 'refused', reason: 'HTTP 400' });
  const flushed = reader.forceFlush().catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1);
  expect(await flushed).toBe('HTTP 400');
  expect(status()).toMatchObject({ state: 'failing', failed: 1, inFlight: false });
  answer({ kind: 'accepted' });
  const shutdowns = [reader.shutdown(), reader.shutdown()];
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all(shutdowns);
  expect(sentAt).toHaveLength(2);
});
