/**
 * Delay of the event loop: how late a timer is that does not keep the process alive.
 *
 * While the event loop is idle, samples become rare: each of them wakes the process up, at a cost that on a virtual machine
 * exceeds that of the sample by far. Node's `monitorEventLoopDelay` is not used: it loses the sample that follows a reset,
 * hence the delay that a scrape itself causes, and it wakes the process up at a fixed rate.
 */
import { createHistogram, performance } from 'node:perf_hooks';
import type { Clock } from '../../model/clock.js';

/** Share of the time below which the event loop counts as idle. */
const idleShare = 0.01;
/** Longest time between two samples while the event loop is idle. */
const longestPeriodMs = 1_000;

/** Distribution of the delays since the last reading, in seconds. */
export interface EventLoopDelay {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Samples the delay. */
export interface DelayMonitor {
  /** Returns the distribution since the last call; `undefined` without a sample. */
  take(): EventLoopDelay | undefined;
  stop(): void;
}

/**
 * Starts sampling.
 *
 * @param resolutionMs milliseconds between two samples, unless the event loop is idle.
 * @param raw true for the time between two samples, which contains the resolution, as Node and prom-client show it.
 * @param record called with each delay in seconds.
 */
export function monitorDelay(
  resolutionMs: number,
  raw: boolean,
  record: (seconds: number) => void,
  clock: Clock,
): DelayMonitor {
  const histogram = createHistogram();
  let periodMs = resolutionMs;
  let lastMs = clock.monotonicMs();
  let lastLoop = performance.eventLoopUtilization();
  const sample = () => {
    const nowMs = clock.monotonicMs();
    const lateMs = Math.max(0, nowMs - lastMs - periodMs);
    lastMs = nowMs;
    const loop = performance.eventLoopUtilization();
    const activeMs = loop.active - lastLoop.active;
    // Without these times (Bun) the quotient is NaN, and the period stays.
    const isIdle = activeMs / (activeMs + loop.idle - lastLoop.idle) < idleShare;
    lastLoop = loop;
    periodMs = isIdle ? Math.min(periodMs * 2, Math.max(resolutionMs, longestPeriodMs)) : resolutionMs;
    timer = setTimeout(sample, periodMs).unref();
    // The clock may be the application's own.
    if (!Number.isFinite(lateMs)) return;
    const delayMs = raw ? lateMs + resolutionMs : lateMs;
    // The histogram holds whole numbers from 1.
    histogram.record(Math.max(1, Math.round(delayMs * 1e6)));
    record(delayMs / 1_000);
  };
  let timer = setTimeout(sample, periodMs).unref();
  return {
    take() {
      if (histogram.count === 0) return undefined;
      const delay = {
        min: histogram.min / 1e9,
        max: histogram.max / 1e9,
        mean: histogram.mean / 1e9,
        stddev: histogram.stddev / 1e9,
        p50: histogram.percentile(50) / 1e9,
        p90: histogram.percentile(90) / 1e9,
        p99: histogram.percentile(99) / 1e9,
      };
      histogram.reset();
      return delay;
    },
    stop: () => clearTimeout(timer),
  };
}
