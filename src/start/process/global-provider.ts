/** The global `MeterProvider` of the OpenTelemetry API: registers the engine unless another provider is registered. */
import { type MeterProvider, metrics } from '@opentelemetry/api';
import { apiRegistrations } from '../../model/api-registrations.js';

/**
 * Registers a provider. Returns false if another provider is registered.
 *
 * Writes into the registrations that exist: `setGlobalMeterProvider` refuses if a copy of the API of another version
 * registered first, although the copies that are not newer than that version read all registrations.
 */
export function registerGlobally(provider: MeterProvider): boolean {
  const registrations = apiRegistrations();
  if (registrations.version === undefined) return metrics.setGlobalMeterProvider(provider);
  registrations.metrics ??= provider;
  return registrations.metrics === provider;
}

/** Removes the registration of a provider, if it is registered. */
export function unregisterGlobally(provider: MeterProvider): void {
  if (apiRegistrations().metrics === provider) metrics.disable();
}

/** Returns the warning about another registered provider. */
export function otherProviderWarning(): string {
  if (!isOfDatadog()) {
    return (
      'another MeterProvider is registered globally: the OpenTelemetry API records there; start otelier first, or set ' +
      'OTEL_METRICS_EXPORTER=none and OTELIER_METRICS_EXPORTER'
    );
  }
  return (
    'dd-trace has registered its own MeterProvider (DD_METRICS_OTEL_ENABLED): the OpenTelemetry API records there, ' +
    'without views; catalogues are not affected; unset it to record here'
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
  return loaded && Object.hasOwn(apiRegistrations().metrics ?? {}, 'reader');
}
