/** Gauges that show the readings of collectors: the processor from `runtime`. */
import type { PackContext } from '../../catalogue/pack.js';
import type { RuntimeReading } from '../../collectors/runtime/reading.js';
import { readingGauges } from '../kit/reading-gauges.js';
import type { InferenceDefinitions } from './metrics.js';

/** Keys of the gauges that show readings. */
export type ReadingKey = 'gpuMemory' | 'gpuUtilization' | 'cpuPercent';

/** Shows readings in the gauges that the application does not set itself. */
export function showReadings(
  { onReading, instruments }: PackContext<InferenceDefinitions>,
  own: ReadonlySet<object>,
): void {
  onReading(
    'runtime',
    readingGauges(({ cpuShare, processors }: RuntimeReading, set) => {
      if (cpuShare !== undefined) set(instruments.cpuPercent, (cpuShare.user + cpuShare.system) * processors * 100);
    }, own),
  );
}
