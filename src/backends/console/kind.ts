/** Backend kind `console`: options and reader. The table is loaded when the backend starts. */
import { openAccount } from '../../delivery/account.js';
import type { BackendKind } from '../../delivery/contract.js';
import { type ExportPreferences, lazyExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import { workerKind } from '../../delivery/worker-kind.js';
import { aggregationTemporalities, aggregationTypes } from '../../model/instrument.js';
import { consoleOptions } from './options.js';
import type { TableExporter } from './table-exporter.js';

/** Default export interval (OpenTelemetry specification, "Metrics Exporter - Standard output"). */
const defaultIntervalMs = 10_000;

const preferences: ExportPreferences = {
  aggregation: () => ({ type: aggregationTypes.default }),
  temporality: () => aggregationTemporalities.cumulative,
};

/** A table on stdout. */
export const consoleKind: BackendKind<typeof consoleOptions> = {
  name: 'console',
  aliases: ['stdout', 'stderr', 'terminal', 'logging', 'debug'],
  options: consoleOptions,
  start(options, context) {
    const {
      name,
      clock,
      exportIntervalMs: intervalMs = defaultIntervalMs,
      exportTimeoutMs,
      showsCollectors = false,
    } = context;
    const account = openAccount({ ...context, where: () => 'stdout' });
    let table: TableExporter | undefined;
    const loading = import('./open.js').then(({ Screen, tableExporter }) => {
      const { stdout: output, stderr: other, env: environment } = process;
      // The workers of a cluster share a terminal and do not see each other's output.
      const redraw = options.redraw && workerKind() === undefined;
      const screen = new Screen({ output, other, environment, redraw });
      table = tableExporter({ preferences, options, screen, account, clock, showsCollectors });
      return table;
    });
    const exporter = lazyExporter(preferences, () => loading);
    const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs: exportTimeoutMs });
    const deliverNow = () => table?.printNow((visitor) => reader.walkNow(visitor)) ?? false;
    return { name, reader, ready: loading.then(() => undefined), status: account.status, deliverNow };
  },
};
