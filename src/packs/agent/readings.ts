/** Gauges that show the readings of collectors: the process from `runtime`, the machine from `host`. */
import type { PackContext } from '../../catalogue/pack.js';
import type { CpuUsage } from '../../collectors/host/cpu.js';
import type { Memory } from '../../collectors/host/proc-files.js';
import type { RuntimeReading } from '../../collectors/runtime/reading.js';
import { readingGauges, sumOf } from '../kit/reading-gauges.js';
import type { AgentDefinitions } from './metrics.js';

/**
 * Shows the memory of the process, and the processors and the memory of the machine.
 *
 * @param own gauges that the application sets itself.
 */
export function showReadings(context: PackContext<AgentDefinitions>, own: ReadonlySet<object>): void {
  const { memoryUsage, resourceUtilization } = context.instruments;
  context.onReading(
    'runtime',
    readingGauges(({ memory }: RuntimeReading, set) => set(memoryUsage, memory && memory.rss / 1e6), own),
  );
  context.onReading(
    'host.cpu',
    readingGauges((cpus: readonly CpuUsage[], set) => {
      const idle = cpus.flatMap(({ share }) => sumOf([share?.idle, share?.iowait]) ?? []);
      if (idle.length === 0) return;
      const mean = idle.reduce((sum, each) => sum + each) / idle.length;
      set(resourceUtilization, (1 - mean) * 100, { resource: 'cpu' });
    }, own),
  );
  context.onReading(
    'host.memory',
    readingGauges(({ used, total }: Memory, set) => {
      if (used !== undefined && total) set(resourceUtilization, (used / total) * 100, { resource: 'memory' });
    }, own),
  );
}
