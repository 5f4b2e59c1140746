/** Inspects the global `MeterProvider` of the OpenTelemetry API before otelier registers its own. */
import { metrics } from '@opentelemetry/api';

/** Reports whether a MeterProvider is registered. A second registration would make the API log a stack trace. */
export function hasGlobalProvider(): boolean {
  return metrics.getMeterProvider().constructor.name !== 'NoopMeterProvider';
}

/** Returns the warning about another registered provider. */
export function otherProviderWarning(): string {
  if (!isOfDatadog()) {
    return (
      'another MeterProvider is registered globally: instruments of the plain OpenTelemetry API record there; ' +
      'catalogues are not affected'
    );
  }
  return (
    'dd-trace has registered its own MeterProvider (DD_METRICS_OTEL_ENABLED): instruments of the plain OpenTelemetry ' +
    'API record there, without views and bucket advice; catalogues are not affected; unset DD_METRICS_OTEL_ENABLED to ' +
    'record all of them here (tracing does not need it)'
  );
}

/**
 * Reports whether the registered provider belongs to dd-trace.
 *
 * dd-trace sets a global symbol when it loads. Its provider has one public field, `reader`, which the provider of the
 * OpenTelemetry SDK does not have. Observed in dd-trace 5.132 and 6.21.
 */
function isOfDatadog(): boolean {
  const loaded = (globalThis as Record<symbol, unknown>)[Symbol.for('dd-trace')] !== undefined;
  return loaded && Object.hasOwn(metrics.getMeterProvider(), 'reader');
}
