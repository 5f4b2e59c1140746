/**
 * Pack `application`: connection pools, caches, buffers and queues of the application, read at collection.
 *
 * `readings.ts` has the types of what is read, `adapters.ts` sources of well-known libraries. `recorder.ts` reads what is
 * observed; `metrics.ts` takes the metrics from readings.
 *
 * @module
 */
import type { Definitions } from '../../catalogue/catalogue.js';
import type { Pack } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { intervalCheck, optionProblems, wholeCheck } from '../options.js';
import { applicationCatalogue, applicationMetrics } from './metrics.js';
import { type ApplicationRecorder, applicationRecorder } from './recorder.js';

export {
  type BullQueue,
  bullQueue,
  type GenericPool,
  genericPool,
  type LruCache,
  lruCache,
  type PgPool,
  pgPool,
  type RedisClient,
  redisClient,
  type TarnPool,
  tarnPool,
  type UndiciDispatcher,
  undiciPool,
} from './adapters.js';
export type {
  BufferReading,
  CacheReading,
  HttpPoolReading,
  HttpServerReading,
  PoolReading,
  QueueReading,
  ReadingSource,
} from './readings.js';
export type { ApplicationRecorder, StopObserving } from './recorder.js';

/** Options of the pack. */
export interface ApplicationOptions {
  /** Maximum number of pools, of caches, of buffers and of queues, each; from 1 to 1000. 50 by default. */
  readonly limit?: number;
  /** Milliseconds for which a reading is reused; 1000 by default. */
  readonly intervalMs?: number;
}

/**
 * Returns the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { application } from 'otelier/collectors/application';
 * const metrics = startMetrics({ serviceName: 'shop', packs: { app: application() } });
 * const ring = { items: [] as string[], capacity: 1000, dropped: 0 };
 * metrics.app.observeBuffer('audit', () => ({ used: ring.items.length, capacity: ring.capacity, dropped: ring.dropped }));
 */
export function application(options: ApplicationOptions = {}): Pack<ApplicationRecorder, Definitions> {
  const problems = optionProblems('application', options, checks);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const { limit = 50, intervalMs = 1_000 } = options;
  return {
    name: 'application',
    callsBack: false,
    options,
    catalogue: applicationCatalogue(limit),
    recorder: (context) => applicationRecorder(context, applicationMetrics(limit), { limit, intervalMs }),
  };
}

const checks = { limit: wholeCheck(1, 1_000), intervalMs: intervalCheck };
