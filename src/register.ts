/**
 * Starts metrics before the application, configured by the environment: `node --import otelier/register app.js`.
 *
 * Instruments of the plain OpenTelemetry API, including third-party instrumentation, then record to the backends that
 * `OTEL_METRICS_EXPORTER` names. Worker threads inherit `--import`; only the main thread starts metrics.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { startMetrics } from './start.js';

if (isMainThread) startMetrics();
