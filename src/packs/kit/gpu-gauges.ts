/** Gauges of a pack that show the GPUs of the collector `gpu`. */

import type { Definitions } from '../../catalogue/catalogue.js';
import type { PackContext } from '../../catalogue/pack.js';
import type { GpuReading } from '../../collectors/gpu/reading.js';
import { readingGauges, type SetGauge } from './reading-gauges.js';

/** Sources of the collector: one for each vendor. */
const sources = ['nvidia', 'amd'];

/**
 * Shows whole GPUs in gauges; instances of a GPU are part of it.
 *
 * @param own gauges that the application sets itself.
 */
export function showGpus(
  { onReading }: Pick<PackContext<Definitions>, 'onReading'>,
  show: (gpus: readonly GpuReading[], set: SetGauge) => void,
  own: ReadonlySet<object> = new Set(),
): void {
  const bySource = new Map<string, readonly GpuReading[]>();
  const update = readingGauges(show, own);
  for (const source of sources) {
    onReading(source, (gpus: readonly GpuReading[] = []) => {
      bySource.set(
        source,
        gpus.filter(({ parent }) => parent === undefined),
      );
      update([...bySource.values()].flat());
    });
  }
}
