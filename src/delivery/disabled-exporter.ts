/** Exporter of a backend that cannot deliver at all. */
import type { Exporter, ExportPreferences } from './exporter.js';

/**
 * Returns an exporter whose exports fail with `reason`. Its points are not counted: they were never to be delivered.
 *
 * Collects nevertheless, because idle series end at collections.
 */
export function disabledExporter(preferences: ExportPreferences, reason: string): Exporter {
  return {
    ...preferences,
    async export(collect) {
      await collect();
      return { kind: 'failed', reason, points: 0 };
    },
    async close() {},
  };
}
