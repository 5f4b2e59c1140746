/** Gauges that show the readings of the collector `gpu`. */
import type { PackContext } from '../../catalogue/pack.js';
import { showGpus } from '../kit/gpu-gauges.js';
import type { BenchmarkDefinitions } from './metrics.js';

/** Shows each GPU by its index, as runs name it. */
export function showReadings(context: PackContext<BenchmarkDefinitions>): void {
  const { gpuUtilization, gpuMemoryUsed, gpuPower } = context.instruments;
  showGpus(context, (gpus, set) => {
    for (const { index, utilization, memoryUsedBytes, powerWatts } of gpus) {
      const attributes = { gpu_id: String(index) };
      set(gpuUtilization, utilization && utilization * 100, attributes);
      set(gpuMemoryUsed, memoryUsedBytes, attributes);
      set(gpuPower, powerWatts, attributes);
    }
  });
}
