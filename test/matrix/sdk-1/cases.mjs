/** Readers of OpenTelemetry's 1.x line. */
export const cases = {
  'readers given to startMetrics': ({ program }) =>
    program(['readers.mjs', 'startMetrics'], { env: { OTEL_METRICS_EXPORTER: 'none' } }),
  'readers given to the provider of the engine': ({ program }) => program(['readers.mjs', 'engine']),
};
