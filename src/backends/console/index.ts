/**
 * Backend `console`: a table on stdout at an interval, for looking at metrics where nothing else is at hand.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import { consoleKind } from './kind.js';
import type { consoleOptions } from './options.js';

/** A table on stdout, for `startMetrics({ backends: [consoleTable()] })`. */
export function consoleTable(): ConfiguredBackend<typeof consoleOptions> {
  return { kind: consoleKind, input: {} };
}
