/** The console table as the table of backends lists it. */
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { BackendKind } from '../../delivery/contract.js';
import { keepDeliveries } from '../../delivery/deliveries.js';
import { PushReader } from '../../delivery/push-reader.js';
import { exporterSender } from '../../delivery/sender.js';
import { consoleOptions } from './options.js';

/** Ten seconds when nobody said otherwise (OpenTelemetry specification, "Metrics Exporter - Standard output"). */
const defaultIntervalMs = 10_000;

/** The kind. */
export const consoleKind: BackendKind<typeof consoleOptions> = {
  name: 'console',
  options: consoleOptions,
  start(_options, context) {
    const { name, clock, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs } = context;
    const deliveries = keepDeliveries({ ...context, where: () => 'stdout' });
    const exporter: PushMetricExporter = {
      async export(metrics, done) {
        const end = (error?: Error | null) => done(error ? { code: 1, error } : { code: 0 });
        try {
          const { renderTable } = await import('./table.js');
          await metrics.resource.waitForAsyncAttributes?.();
          process.stdout.write(renderTable(metrics, new Date(clock.nowUnixMs())), end);
        } catch (error) {
          end(error as Error);
        }
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const sender = exporterSender(exporter, deliveries);
    const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs: exportTimeoutMs });
    return { name, reader, ready: Promise.resolve(), status: deliveries.status };
  },
};
