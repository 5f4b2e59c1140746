/** Gauges that show the readings of the collector `gpu`. */
import type { PackContext } from '../../catalogue/pack.js';
import { showGpus } from '../kit/gpu-gauges.js';
import type { VisionDefinitions, VisionInstruments } from './metrics.js';

/**
 * Shows each GPU by its index.
 *
 * @param own gauges that the application sets itself.
 */
export function showReadings(context: PackContext<VisionDefinitions>, own: ReadonlySet<object>): void {
  const { gpuUtilization, gpuMemoryUsage, gpuMemoryLimit }: VisionInstruments = context.instruments;
  showGpus(
    context,
    (gpus, set) => {
      for (const { index, utilization, memoryUsedBytes, memoryTotalBytes } of gpus) {
        const attributes = { gpu: String(index) };
        set(gpuUtilization, utilization, attributes);
        set(gpuMemoryUsage, memoryUsedBytes, attributes);
        if (gpuMemoryLimit !== undefined) set(gpuMemoryLimit, memoryTotalBytes, attributes);
      }
    },
    own,
  );
}
