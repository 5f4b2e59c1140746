/**
 * Backend `console`: prints a table of all metrics to stdout at an interval.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import { consoleKind } from './kind.js';
import type { consoleOptions } from './options.js';

/** Configures a table on stdout, for `startMetrics({ backends: [consoleTable()] })`. */
export function consoleTable(): ConfiguredBackend<typeof consoleOptions> {
  return { kind: consoleKind, input: {} };
}
