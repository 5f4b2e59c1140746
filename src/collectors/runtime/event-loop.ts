/**
 * Delay of the event loop: how late a timer is that does not keep the process alive.
 *
 * Node's `monitorEventLoopDelay` is not used: it loses the sample that follows a reset, hence the delay that a scrape
 * itself causes, and it wakes the process up for each sample just the same.
 */
import { createHistogram } from 'node:perf_hooks';
import type { Clock } from '../../model/clock.js';

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
 * @param resolutionMs milliseconds between two samples.
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
  let lastMs = clock.monotonicMs();
  const timer = setInterval(() => {
    const nowMs = clock.monotonicMs();
    const delayMs = Math.max(0, nowMs - lastMs - (raw ? 0 : resolutionMs));
    lastMs = nowMs;
    // The clock may be the application's own.
    if (!Number.isFinite(delayMs)) return;
    // The histogram holds whole numbers from 1.
    histogram.record(Math.max(1, Math.round(delayMs * 1e6)));
    record(delayMs / 1_000);
  }, resolutionMs);
  timer.unref();
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
    stop: () => clearInterval(timer),
  };
}
