/** Records the CPU usage of the process, all threads together, every second. */
import { now } from './clock.ts';
import { metrics } from './metrics.ts';

const intervalMs = 1_000;

/** Starts recording and returns a function that stops it. */
export function watchCpu(): () => void {
  let before = process.cpuUsage();
  let beforeAt = now();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    const seconds = now() - beforeAt;
    metrics.inference.instruments.cpuPercent.set(((user + system) / 1e6 / seconds) * 100);
    before = process.cpuUsage();
    beforeAt = now();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
