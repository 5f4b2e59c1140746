/** A MeterProvider that other code registers while the engine is the global one. */

import type { MeterProvider, MetricsAPI } from '@opentelemetry/api';
import { fit } from '../../errors/fit.js';
import { apiRegistrations } from '../../model/api-registrations.js';
import type { ApiInstance } from './api-instances.js';
import { type Caller, callerOf } from './caller.js';
import { replaceMethod } from './replace-method.js';

/**
 * Warns about the first attempt to register another provider, with the position of the code that made it.
 *
 * While the engine is registered, the API refuses with a stack trace; the warning replaces it. After `metrics.disable()`
 * the API accepts.
 *
 * @returns a function that stops watching.
 */
export function watchLaterRegistration(
  instances: readonly ApiInstance[],
  engine: MeterProvider,
  warn: (message: string) => void,
): () => void {
  const watch = (metrics: MetricsAPI) => {
    const register = (provider: MeterProvider): boolean => {
      const refuse = apiRegistrations().metrics === engine && provider !== engine;
      const caller = callerOf(register);
      stop();
      if (!refuse && !metrics.setGlobalMeterProvider(provider)) return false;
      if (provider !== engine) warn(refuse ? refused(caller) : replaced(caller));
      return !refuse;
    };
    return replaceMethod(metrics, 'setGlobalMeterProvider', register);
  };
  const restores = instances.map(({ metrics }) => watch(metrics));
  const stop = () => {
    for (const restore of restores) restore();
  };
  return stop;
}

/** Message of an attempt that the API refused. The API itself logs an error without a remedy. */
export function refused(caller: Caller | undefined): string {
  return fit`OpenTelemetry API: a second MeterProvider was refused (${at(caller)}): otelier stays; to disable the other, set OTEL_METRICS_EXPORTER=none and OTELIER_METRICS_EXPORTER`;
}

function replaced(caller: Caller | undefined): string {
  return fit`OpenTelemetry API: another MeterProvider replaced otelier (${at(caller)}): new instruments of the API record there; catalogues are not affected; register one provider only`;
}

function at(caller: Caller | undefined): string {
  return caller?.position ?? 'unknown position';
}
