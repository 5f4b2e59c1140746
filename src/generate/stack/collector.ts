/**
 * Configuration of an OTel Collector: OTLP in, Prometheus out, and OTLP out if an endpoint is set.
 *
 * @see https://opentelemetry.io/docs/collector/configuration/
 */
import type { TranslationStrategy } from '../../naming/prometheus.js';

/** Options of the Collector. */
export interface CollectorOptions {
  /** True to add an exporter to the OTLP endpoint of the variable `OTLP_FORWARD_ENDPOINT`. */
  readonly forwards: boolean;
  /** Translation strategy of names; that of the dashboards. */
  readonly strategy?: TranslationStrategy | undefined;
}

/** Port of health checks. */
export const healthPort = 13_133;

/** Returns the parts that all Collectors of the stack have: OTLP in, a limit of memory, batches, a health check. */
export function collectorBase(limitMib: number): {
  receivers: object;
  processors: object;
  extensions: object;
} {
  return {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: limitMib, spike_limit_mib: limitMib / 4 },
      batch: { timeout: '5s', send_batch_size: 8_192 },
    },
    extensions: { health_check: { endpoint: `0.0.0.0:${healthPort}` } },
  };
}

/** Returns the pipeline of metrics. The limit of memory comes first, the batch last. */
export function collectorService(exporters: readonly string[]): object {
  return {
    extensions: ['health_check'],
    pipelines: { metrics: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters } },
  };
}

/** Returns the configuration. */
export function collectorConfig({ forwards, strategy = 'UnderscoreEscapingWithSuffixes' }: CollectorOptions): object {
  return {
    ...collectorBase(512),
    exporters: {
      prometheus: {
        endpoint: '0.0.0.0:8889',
        translation_strategy: strategy,
        // Exemplars exist in OpenMetrics only.
        enable_open_metrics: true,
        metric_expiration: '5m',
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the Collector replaces it.
      ...(forwards ? { otlphttp: { endpoint: '${env:OTLP_FORWARD_ENDPOINT}' } } : {}),
    },
    service: collectorService(['prometheus', ...(forwards ? ['otlphttp'] : [])]),
  };
}
