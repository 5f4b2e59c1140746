/** Gauges that show the readings of collectors: the memory of the process from `runtime`. */
import type { PackContext } from '../../catalogue/pack.js';
import type { RuntimeReading } from '../../collectors/runtime/reading.js';
import { readingGauges } from '../kit/reading-gauges.js';
import type { AgentDefinitions } from './metrics.js';

/** Shows readings in the gauges that the application does not set itself. */
export function showReadings(
  { onReading, instruments }: PackContext<AgentDefinitions>,
  own: ReadonlySet<object>,
): void {
  onReading(
    'runtime',
    readingGauges(({ memory }: RuntimeReading, set) => set(instruments.memoryUsage, memory && memory.rss / 1e6), own),
  );
}
