/**
 * Backend `console`: a table on stdout at an interval, for looking at metrics where nothing else is at hand.
 *
 * @module
 */
import type { BackendKind, ConfiguredBackend } from '../../model/backend.js';
import { keepDeliveries } from '../deliveries.js';
import { PushReader } from '../periodic.js';
import { exporterSender } from '../sender.js';
import { consoleOptions } from './options.js';
import { renderTable } from './table.js';

/** Ten seconds when nobody said otherwise (OpenTelemetry specification, "Metrics Exporter - Standard output"). */
const defaultIntervalMs = 10_000;

/** The kind, as the table of backends lists it. */
export const consoleKind: BackendKind<typeof consoleOptions> = {
  name: 'console',
  options: consoleOptions,
  start(_options, { clock, exportIntervalMs = defaultIntervalMs, exportTimeoutMs, warn }) {
    const deliveries = keepDeliveries({ name: 'console', clock, where: () => 'stdout', warn });
    const sender = exporterSender({
      export(metrics, done) {
        process.stdout.write(renderTable(metrics, new Date(clock.nowUnixMs())), (error) =>
          done(error ? { code: 1, error } : { code: 0 }),
        );
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    });
    const reader = new PushReader(sender, deliveries, { intervalMs: exportIntervalMs, timeoutMs: exportTimeoutMs });
    return { name: 'console', reader, ready: Promise.resolve(), status: deliveries.status };
  },
};

/** A table on stdout, for `startMetrics({ backends: [consoleTable()] })`. */
export function consoleTable(): ConfiguredBackend<typeof consoleOptions> {
  return { kind: consoleKind, input: {} };
}
