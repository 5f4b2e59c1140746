/**
 * Starts metrics before the application, with the environment alone: `node --import otelier/register app.js`.
 *
 * Instruments of the plain OpenTelemetry API, third-party instrumentation included, then go to the backends that
 * `OTEL_METRICS_EXPORTER` names. Worker threads inherit `--import`; only the main thread starts anything.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { startMetrics } from './start.js';

if (isMainThread) startMetrics();
