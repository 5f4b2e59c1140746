/** Exporter of a backend that cannot deliver at all. */
import type { Exporter, ExportPreferences, ExportResult } from './exporter.js';

/**
 * Returns an exporter whose exports all fail.
 *
 * Collects nevertheless, because idle series end at collections.
 *
 * @param failure with 0 points if those of the last collection do not count as dropped.
 */
export function disabledExporter(
  preferences: ExportPreferences,
  failure: Omit<Extract<ExportResult, { kind: 'failed' }>, 'kind'>,
): Exporter {
  return {
    ...preferences,
    async export(collect) {
      await collect();
      return { kind: 'failed', ...failure };
    },
    async close() {},
  };
}
