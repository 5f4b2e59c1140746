/**
 * Backend `console`: prints a table of all metrics to stdout at an interval.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { consoleKind } from './kind.js';
import type { consoleOptions } from './options.js';

/** Options of the backend in code. */
export type ConsoleInput = OptionInput<typeof consoleOptions>;

/**
 * Configures a table on stdout, for the option `backends` of `startMetrics`.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { consoleTable } from 'otelier/backends/console';
 * startMetrics({ serviceName: 'storefront', backends: [consoleTable({ maxSeries: 50 })] });
 */
export function consoleTable(options: ConsoleInput = {}): ConfiguredBackend<typeof consoleOptions> {
  return { kind: consoleKind, input: options };
}
