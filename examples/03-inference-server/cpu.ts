/** How much of a core the process uses, all its threads together: read every second. */
import { now } from './clock.ts';
import { metrics } from './metrics.ts';

const everyMs = 1_000;

/** @returns stops reading. */
export function watchCpu(): () => void {
  let before = process.cpuUsage();
  let beforeAt = now();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    const seconds = now() - beforeAt;
    metrics.inference.instruments.cpuPercent.set(((user + system) / 1e6 / seconds) * 100);
    before = process.cpuUsage();
    beforeAt = now();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
