/** Export times of a periodic reader: multiples of its interval, one at a time, paused while the exporter is not ready. */
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Clock } from 'otelier';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAccount } from '../../src/delivery/account.js';
import type { Exporter, ExportResult } from '../../src/delivery/exporter.js';
import { PeriodicReader } from '../../src/delivery/periodic-reader.js';

const beganUnixMs = Date.UTC(2026, 0, 1, 12, 0, 7);
beforeEach(() => void vi.useFakeTimers({ now: beganUnixMs }));
afterEach(() => void vi.useRealTimers());

/** Starts a reader and records the seconds after the whole minute at which it exports. */
function start({ intervalMs = 10_000, delay = 0, takesMs = 0 } = {}) {
  const sentAt: number[] = [];
  let jumpMs = 0;
  let result: ExportResult = { kind: 'accepted' };
  let durationMs = takesMs;
  let ready = true;
  let inFlight = 0;
  let maxInFlight = 0;
  const clock: Clock = { nowUnixMs: () => Date.now() + jumpMs, monotonicMs: () => performance.now() };
  const account = openAccount({ name: 'test', clock, where: () => 'memory', warn() {}, onDelivery() {} });
  const exporter: Exporter = {
    aggregation: () => ({ type: 0 }),
    temporality: () => 1,
    async export() {
      sentAt.push((Date.now() - Date.UTC(2026, 0, 1, 12)) / 1_000);
      inFlight++;
      maxInFlight = Math.max(maxInFlight, inFlight);
      await new Promise((resolve) => setTimeout(resolve, durationMs));
      inFlight--;
      return result;
    },
    isReady: () => ready,
    close: async () => {},
  };
  const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs: 60_000, delay });
  const producer = { collect: async () => ({ resourceMetrics: { scopeMetrics: [] }, errors: [] }) };
  reader.setMetricProducer(producer as unknown as MetricProducer);
  return {
    sentAt,
    reader,
    status: account.status,
    maxInFlight: () => maxInFlight,
    jump: (milliseconds: number) => {
      jumpMs += milliseconds;
    },
    setReady: (next: boolean) => {
      ready = next;
    },
    setResult: (next: ExportResult, nextDurationMs = 0) => {
      result = next;
      durationMs = nextDurationMs;
    },
  };
}

test('exports at multiples of the interval by the wall clock, however long each export takes', async () => {
  const { sentAt } = start({ takesMs: 3_333 });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(sentAt).toEqual([10, 20, 30, 40, 50]);
});

test('a delay moves all exports by the same amount', async () => {
  const { sentAt } = start({ delay: 0.05 });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(sentAt).toEqual([10.5, 20.5, 30.5, 40.5, 50.5]);
});

test('processes that start together draw different delays', async () => {
  const delays = new Set<number>();
  for (let process = 0; process < 20; process++) {
    const { sentAt } = start({ delay: undefined as unknown as number, intervalMs: 60_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    delays.add(sentAt[0] as number);
  }
  expect(delays.size).toBeGreaterThan(10);
});

test('does not overlap with an export that exceeds the interval, and keeps the times of later exports', async () => {
  const { sentAt, maxInFlight, setResult } = start();
  setResult({ kind: 'accepted' }, 25_000);
  await vi.advanceTimersByTimeAsync(4_000);
  setResult({ kind: 'accepted' });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(sentAt).toEqual([10, 40, 50, 60]);
  expect(maxInFlight()).toBe(1);
});

test.each(['failed', 'kept'] as const)('pauses while the exporter is not ready, after %s', async (kind) => {
  const { sentAt, setResult, setReady } = start();
  setResult({ kind, reason: 'later' });
  setReady(false);
  await vi.advanceTimersByTimeAsync(24_000);
  expect(sentAt).toEqual([]);
  setReady(true);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sentAt).toEqual([40, 50]);
});

test('a flush exports although the exporter is not ready', async () => {
  const { sentAt, reader, setReady } = start();
  setReady(false);
  await vi.advanceTimersByTimeAsync(4_000);
  const flushed = reader.forceFlush();
  await vi.advanceTimersByTimeAsync(1);
  await flushed;
  expect(sentAt).toEqual([11]);
});

test('a clock that is set moves exports by one interval at most', async () => {
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

test.each([
  [1, [10, 20.001, 30.001]],
  [5, [10, 20.005, 30.005]],
  // More than the tolerance: the clock was set back.
  [6, [10, 10.006, 20.006, 30.006]],
])('a timer that fires %i ms early by the wall clock exports at %j', async (earlyMs, expected) => {
  const { sentAt, jump } = start();
  await vi.advanceTimersByTimeAsync(2_000);
  jump(-earlyMs);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sentAt).toEqual(expected);
});

test('a failed flush rejects with its reason, and repeated shutdowns export once', async () => {
  const { sentAt, setResult, reader, status } = start();
  setResult({ kind: 'refused', reason: 'HTTP 400' });
  const flushed = reader.forceFlush().catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1);
  expect(await flushed).toBe('HTTP 400');
  expect(status()).toMatchObject({ state: 'failing', failed: 1, inFlight: false });
  setResult({ kind: 'accepted' });
  const shutdowns = [reader.shutdown(), reader.shutdown()];
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all(shutdowns);
  expect(sentAt).toHaveLength(2);
});
