/** Gauges that show the readings of collectors: the processor from `runtime`, GPUs from `gpu`. */
import type { PackContext } from '../../catalogue/pack.js';
import type { RuntimeReading } from '../../collectors/runtime/reading.js';
import { showGpus } from '../kit/gpu-gauges.js';
import { readingGauges, sumOf } from '../kit/reading-gauges.js';
import type { InferenceDefinitions } from './metrics.js';

/** Keys of the gauges that show readings. */
export type ReadingKey = 'gpuMemory' | 'gpuUtilization' | 'cpuPercent';

/**
 * Shows readings: the processor time of the process, and all GPUs of the machine together.
 *
 * @param own gauges that the application sets itself.
 */
export function showReadings(context: PackContext<InferenceDefinitions>, own: ReadonlySet<object>): void {
  const { cpuPercent, gpuMemory, gpuUtilization } = context.instruments;
  context.onReading(
    'runtime',
    readingGauges(({ cpuShare, processors }: RuntimeReading, set) => {
      if (cpuShare !== undefined) set(cpuPercent, (cpuShare.user + cpuShare.system) * processors * 100);
    }, own),
  );
  showGpus(
    context,
    (gpus, set) => {
      const shares = gpus.flatMap(({ utilization }) => utilization ?? []);
      const share = sumOf(shares);
      const bytes = sumOf(gpus.map(({ memoryUsedBytes }) => memoryUsedBytes));
      set(gpuMemory, bytes && bytes / 1e6);
      set(gpuUtilization, share && (share / shares.length) * 100);
    },
    own,
  );
}
