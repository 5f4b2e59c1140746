/**
 * Starts metrics before the application, configured by the environment: `node --import otelier/register app.js`.
 *
 * Instruments of the plain OpenTelemetry API, including third-party instrumentation, then record to the backends that
 * `OTEL_METRICS_EXPORTER` names, and the packs that `OTELIER_PACKS` names measure: `http` by default, from the first request
 * on. Worker threads inherit `--import`; only the main thread starts metrics.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { http } from './packs/http/index.js';
import { startRegistered } from './start.js';

if (isMainThread) startRegistered([http()]);
