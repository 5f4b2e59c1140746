/**
 * Collector `runtime`: event loop, garbage collections, memory, processor and files of this process.
 *
 * `reading.ts` reads the runtime at collection. `event-loop.ts` and `garbage-collections.ts` follow it in between.
 * `metrics.ts` has OpenTelemetry's names, `prom-client-metrics.ts` those of prom-client.
 *
 * @module
 */
import type { Collector } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { collectorOf } from '../collector.js';
import { choiceCheck, intervalCheck, optionProblems, wholeCheck } from '../options.js';
import { monitorDelay } from './event-loop.js';
import { observeGarbageCollections } from './garbage-collections.js';
import { recordedMetrics, runtimeMetrics } from './metrics.js';
import { nodeVersion } from './node-version.js';
import { promClientMetrics, promClientRecordedMetrics } from './prom-client-metrics.js';
import { promClientReader } from './prom-client-reading.js';
import { runtimeReader } from './reading.js';

/** Options of the collector. */
export interface RuntimeOptions {
  /** `otel` (default) for the names of OpenTelemetry, `prom-client` for those of `collectDefaultMetrics()`. */
  readonly names?: 'otel' | 'prom-client';
  /** Milliseconds for which a reading is reused; 1000 by default. */
  readonly intervalMs?: number;
  /**
   * Milliseconds between two samples of the event loop, up to 1000 while it is idle; 100 by default, and 10 with the names
   * of prom-client.
   */
  readonly resolutionMs?: number;
}

/**
 * Returns the collector, for `startMetrics({ collectors })`. A reading takes some 50 microseconds and is made at collection only.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { runtime } from 'otelier/collectors/runtime';
 * startMetrics({ serviceName: 'shop', collectors: [runtime({ names: 'prom-client' })] });
 */
export function runtime(options: RuntimeOptions = {}): Collector {
  const problems = optionProblems('runtime', options, checks);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const { names = 'otel', intervalMs = 1_000 } = options;
  const promClient = names === 'prom-client';
  const resolutionMs = options.resolutionMs ?? (promClient ? 10 : 100);
  return collectorOf({
    name: 'runtime',
    options,
    read: { runtime: promClient ? promClientMetrics : runtimeMetrics },
    recorded: promClient ? promClientRecordedMetrics : recordedMetrics,
    open({ instruments, clock }) {
      const { gcDuration, sampledDelay, node } = instruments as unknown as Recorded;
      const gcKey = promClient ? 'kind' : 'v8js.gc.type';
      const stopObserving = observeGarbageCollections((seconds, type) => gcDuration.record(seconds, { [gcKey]: type }));
      const monitor = monitorDelay(resolutionMs, promClient, (seconds) => sampledDelay?.record(seconds), clock);
      node.set(nodeVersion());
      const read = runtimeReader(monitor, clock);
      const load = promClient ? promClientReader(read, clock) : read;
      return {
        sources: [{ name: 'runtime', intervalMs, load, parse: (reading) => reading }],
        stop() {
          stopObserving();
          monitor.stop();
        },
      };
    },
  });
}

/** Handles of the metrics that are recorded as events happen. */
interface Recorded {
  readonly gcDuration: { record(seconds: number, attributes: Readonly<Record<string, string>>): void };
  /** Absent with the names of prom-client. */
  readonly sampledDelay?: { record(seconds: number): void };
  readonly node: { set(attributes: Readonly<Record<string, string>>): void };
}

const checks = {
  names: choiceCheck(['otel', 'prom-client']),
  intervalMs: intervalCheck,
  resolutionMs: wholeCheck(1, 10_000, 'a whole number of milliseconds'),
};
