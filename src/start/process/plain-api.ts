/** Watches the use of the plain OpenTelemetry API for measurements that are lost without a message. */
import type { MeterProvider } from '@opentelemetry/api';
import { apiRegistrations } from '../../model/api-registrations.js';
import { watchLaterRegistration } from './later-registration.js';
import { watchLostRecordings } from './lost-recordings.js';

/**
 * Warns about instruments that were created too early and about later registrations. Each is logged once.
 *
 * Does nothing if the engine is not the registered provider.
 *
 * @returns a function that stops watching.
 */
export function watchPlainApi(engine: MeterProvider, warn: (message: string) => void): () => void {
  if (apiRegistrations().metrics !== engine) return () => {};
  const stops = [watchLostRecordings(warn), watchLaterRegistration(engine, warn)];
  return () => {
    for (const stop of stops) stop();
  };
}
