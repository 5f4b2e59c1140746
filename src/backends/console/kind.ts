/** Backend kind `console`. */
import { openAccount } from '../../delivery/account.js';
import type { BackendKind } from '../../delivery/contract.js';
import { stockExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import type { PushMetricExporter } from '../../model/otel-sdk.js';
import { ResourceMetricsBuilder } from '../../model/resource-metrics.js';
import { consoleOptions } from './options.js';
import type { renderTable } from './render-table.js';

/** Default export interval (OpenTelemetry specification, "Metrics Exporter - Standard output"). */
const defaultIntervalMs = 10_000;

/** A table on stdout. */
export const consoleKind: BackendKind<typeof consoleOptions> = {
  name: 'console',
  options: consoleOptions,
  start(_options, context) {
    const { name, clock, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs } = context;
    const account = openAccount({ ...context, where: () => 'stdout' });
    let render: typeof renderTable | undefined;
    const loading = import('./render-table.js').then((loaded) => {
      render = loaded.renderTable;
      return loaded;
    });
    const exporter: PushMetricExporter = {
      async export(metrics, done) {
        const end = (error?: Error | null) => done(error ? { code: 1, error } : { code: 0 });
        try {
          const { renderTable } = await loading;
          await metrics.resource.waitForAsyncAttributes?.();
          process.stdout.write(renderTable(metrics, new Date(clock.nowUnixMs())), end);
        } catch (error) {
          end(error as Error);
        }
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const reader = new PeriodicReader(stockExporter(exporter, account), account, {
      clock,
      intervalMs,
      timeoutMs: exportTimeoutMs,
    });
    const deliverNow = () => {
      const metrics = new ResourceMetricsBuilder();
      if (render === undefined || !reader.walkNow(metrics)) return false;
      // Writes to a terminal, a file or a pipe are synchronous, except to a terminal of Windows.
      process.stdout.write(render(metrics.result(), new Date(clock.nowUnixMs())));
      return true;
    };
    return { name, reader, ready: loading.then(() => undefined), status: account.status, deliverNow };
  },
};
