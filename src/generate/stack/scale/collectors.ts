/**
 * Two tiers of OTel Collectors. An agent on each machine receives OTLP and distributes series over gateways, always the same
 * series to the same gateway: a storage that takes remote write accepts the samples of a series only in order.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/loadbalancingexporter
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/prometheusremotewriteexporter
 */
import { collectorBase, collectorService } from '../collector.js';

/** Host of the gateways; a resolver of names returns the address of each. */
export const gatewayHost = 'otel-gateway';

/** Returns the configuration of an agent. */
export function agentConfig(): object {
  return {
    ...collectorBase(512),
    exporters: {
      loadbalancing: {
        routing_key: 'streamID',
        protocol: { otlp: { timeout: '5s', tls: { insecure: true } } },
        resolver: { dns: { hostname: gatewayHost, port: '4317', interval: '5s' } },
      },
    },
    service: collectorService(['loadbalancing']),
  };
}

/** Returns the configuration of a gateway, which writes to an endpoint of Prometheus' remote write. */
export function gatewayConfig(endpoint: string, suffixes: boolean): object {
  return {
    ...collectorBase(1_024),
    exporters: {
      prometheusremotewrite: {
        endpoint,
        // As the dashboards name metrics.
        add_metric_suffixes: suffixes,
        target_info: { enabled: true },
        // Parallel requests could reorder samples.
        remote_write_queue: { enabled: true, queue_size: 10_000, num_consumers: 1 },
        retry_on_failure: { enabled: true, initial_interval: '1s', max_interval: '30s', max_elapsed_time: '5m' },
      },
    },
    service: collectorService(['prometheusremotewrite']),
  };
}
