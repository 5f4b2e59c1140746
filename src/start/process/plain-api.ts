/** Watches the use of the plain OpenTelemetry API for measurements that are lost without a message. */
import { type MeterProvider, metrics } from '@opentelemetry/api';
import { apiInstances } from './api-instances.js';
import { watchLaterRegistration } from './later-registration.js';
import { watchLostRecordings } from './lost-recordings.js';

/**
 * Warns about instruments that were created too early and about later registrations. Each is logged once.
 *
 * Does nothing if the API does not return the engine: another provider is registered, or this copy of the API ignores the
 * registrations of an older one.
 *
 * @returns a function that stops watching.
 */
export function watchPlainApi(engine: MeterProvider, warn: (message: string) => void): () => void {
  if (metrics.getMeterProvider() !== engine) return () => {};
  const instances = apiInstances();
  const stops = [watchLostRecordings(instances, warn), watchLaterRegistration(instances, engine, warn)];
  return () => {
    for (const stop of stops) stop();
  };
}
