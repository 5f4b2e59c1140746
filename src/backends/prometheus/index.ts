/**
 * Backend `prometheus`: an endpoint that Prometheus scrapes, on the stock OpenTelemetry reader and serializer.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type { BackendKind, ConfiguredBackend } from '../../model/backend.js';
import type { OptionInput } from '../../model/options.js';
import { keepDeliveries, reasonOf } from '../deliveries.js';
import { prometheusOptions } from './options.js';
import { serveScrapes } from './server.js';

const require = createRequire(import.meta.url);

/** The kind, as the table of backends lists it. */
export const prometheusKind: BackendKind<typeof prometheusOptions> = {
  name: 'prometheus',
  options: prometheusOptions,
  start({ host, port, withoutScopeLabels }, { exportTimeoutMs, warn }) {
    const { PrometheusExporter, PrometheusSerializer } =
      require('@opentelemetry/exporter-prometheus') as typeof import('@opentelemetry/exporter-prometheus');
    const reader = new PrometheusExporter({ preventServerStart: true, host });
    const serializer = new PrometheusSerializer('', false, undefined, false, withoutScopeLabels);

    const server = serveScrapes(host, port, async () => {
      try {
        const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: exportTimeoutMs });
        deliveries.leftOut(errors);
        await resourceMetrics.resource.waitForAsyncAttributes?.();
        const text = serializer.serialize(resourceMetrics);
        deliveries.succeeded();
        return text;
      } catch (error) {
        deliveries.failed(reasonOf(error));
        throw error;
      }
    });
    const deliveries = keepDeliveries('prometheus', server.url, warn);
    const ready = server.listening.catch((error: Error) => {
      deliveries.impossible(reasonOf(error));
      throw error;
    });
    // The stock reader would stop the server that it never started; ours is closed in its place.
    reader.stopServer = () => server.close();
    return { name: 'prometheus', reader, ready, status: deliveries.status };
  },
};

/**
 * A scrape endpoint with options set in code, for `startMetrics({ backends: [...] })`.
 *
 * `ready` of the started metrics rejects with METRICS_PORT_IN_USE when the port is taken; the application goes on.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { prometheus } from 'otelier/backends/prometheus';
 * const metrics = startMetrics({ backends: [prometheus({ port: 0 })] });
 * await metrics.ready;
 * console.log(metrics.status().backends[0]?.url);
 */
export function prometheus(
  options: OptionInput<typeof prometheusOptions> = {},
): ConfiguredBackend<typeof prometheusOptions> {
  return { kind: prometheusKind, input: options };
}
