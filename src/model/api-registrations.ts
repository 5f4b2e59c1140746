/**
 * Registrations of the OpenTelemetry API.
 *
 * Every copy of `@opentelemetry/api` 1.x keeps them in one object on `globalThis`. The API itself cannot report whether
 * something is registered.
 */
import type { ContextManager, DiagLogger, MeterProvider, TracerProvider } from '@opentelemetry/api';

const apiGlobals = Symbol.for('opentelemetry.js.api.1');

/** Registered objects; a member that is not registered is absent. */
export interface ApiRegistrations {
  /** Version of the copy that registered first. The API refuses registrations through copies of other versions. */
  readonly version?: string;
  metrics?: MeterProvider;
  diag?: DiagLogger;
  readonly trace?: TracerProvider;
  readonly context?: ContextManager;
}

/** Returns the registrations: the object itself if it exists, so that members can be written. */
export function apiRegistrations(): ApiRegistrations {
  return (globalThis as { [apiGlobals]?: ApiRegistrations })[apiGlobals] ?? {};
}
