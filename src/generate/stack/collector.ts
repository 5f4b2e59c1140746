/**
 * Configuration of an OTel Collector: OTLP in, Prometheus out, and OTLP out if an endpoint is set.
 *
 * @see https://opentelemetry.io/docs/collector/configuration/
 */

/** Options of the Collector. */
export interface CollectorOptions {
  /** True to add an exporter to the OTLP endpoint of the variable `OTLP_FORWARD_ENDPOINT`. */
  readonly forwards: boolean;
}

/** Returns the configuration. */
export function collectorConfig({ forwards }: CollectorOptions): object {
  return {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 512, spike_limit_mib: 128 },
      batch: { timeout: '5s', send_batch_size: 8_192 },
    },
    exporters: {
      prometheus: {
        endpoint: '0.0.0.0:8889',
        resource_to_telemetry_conversion: { enabled: false },
        enable_open_metrics: true,
        metric_expiration: '5m',
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the Collector replaces it.
      ...(forwards ? { otlphttp: { endpoint: '${env:OTLP_FORWARD_ENDPOINT}' } } : {}),
    },
    extensions: { health_check: { endpoint: '0.0.0.0:13133' } },
    service: {
      extensions: ['health_check'],
      pipelines: {
        metrics: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'batch'],
          exporters: ['prometheus', ...(forwards ? ['otlphttp'] : [])],
        },
      },
    },
  };
}
