/** The `MeterProvider` that the OpenTelemetry API has before ours is registered. */
import { metrics } from '@opentelemetry/api';

/** Whether a MeterProvider is registered, asked in a way that makes the API print no stack trace. */
export function hasGlobalProvider(): boolean {
  return metrics.getMeterProvider().constructor.name !== 'NoopMeterProvider';
}

/** What to say of the one that is. */
export function otherProvider(): string {
  const other = 'Another MeterProvider is registered globally; instruments of the plain OpenTelemetry API go there.';
  if (!isOfDatadog()) return other;
  return (
    'dd-trace has registered a MeterProvider of its own (DD_METRICS_OTEL_ENABLED): instruments of the plain ' +
    'OpenTelemetry API go there, where views and the buckets that instruments ask for are ignored. Catalogues are not ' +
    'affected. Unset DD_METRICS_OTEL_ENABLED to have all of them here; tracing does not need it.'
  );
}

/**
 * dd-trace, whenever it is loaded, has a global of this name; its provider has one public field, `reader`, which that of
 * the OpenTelemetry SDK has not. Seen in dd-trace 5.132 and 6.21.
 */
function isOfDatadog(): boolean {
  const loaded = (globalThis as Record<symbol, unknown>)[Symbol.for('dd-trace')] !== undefined;
  return loaded && Object.hasOwn(metrics.getMeterProvider(), 'reader');
}
