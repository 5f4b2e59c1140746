/**
 * Sources of well-known libraries.
 *
 * Adapters read members of an object of the application, so this package neither imports nor requires a library. All of them
 * throw a `TypeError` that names the argument if it is another object.
 */
import { requireArgument } from '../../errors.js';
import type { CacheReading, HttpPoolReading, HttpServerReading, PoolReading, QueueReading } from './readings.js';

/** Members of `pg.Pool`. */
export interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options?: { readonly max?: number | undefined };
}

/** Returns the source of a `pg.Pool`. */
export function pgPool(pool: PgPool): () => PoolReading {
  requireMember('pgPool: pool', pool, 'totalCount', 'a Pool of pg');
  return () => ({
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    max: pool.options?.max,
    pendingRequests: pool.waitingCount,
  });
}

/** Members of a pool of `tarn`, which is `knex.client.pool` in Knex. */
export interface TarnPool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** Returns the source of a pool of `tarn`, such as `knex.client.pool`. */
export function tarnPool(pool: TarnPool): () => PoolReading {
  requireMember('tarnPool: pool', pool, 'numUsed', 'a pool of tarn, such as knex.client.pool');
  const { max } = pool as { readonly max?: number };
  return () => ({
    used: pool.numUsed(),
    idle: pool.numFree(),
    max,
    pendingRequests: pool.numPendingAcquires(),
  });
}

/** Members of a pool of `generic-pool`. */
export interface GenericPool {
  readonly borrowed: number;
  readonly available: number;
  readonly pending: number;
  readonly max: number;
}

/** Returns the source of a pool of `generic-pool`. */
export function genericPool(pool: GenericPool): () => PoolReading {
  requireMember('genericPool: pool', pool, 'borrowed', 'a pool of generic-pool');
  return () => ({ used: pool.borrowed, idle: pool.available, max: pool.max, pendingRequests: pool.pending });
}

/** Members of a client or a cluster of `ioredis`. */
export interface RedisClient {
  readonly status: string;
  /** All connections of a cluster. */
  nodes?(): readonly object[];
}

/** Members of a client of `ioredis` that its types may hide. */
interface RedisQueues {
  readonly status?: string;
  readonly commandQueue?: { readonly length: number };
  readonly offlineQueue?: { readonly length: number };
}

/**
 * Returns the source of a client or a cluster of `ioredis`. A connection is used while a command has no answer; commands in
 * the offline queue wait for a connection.
 */
export function redisClient(client: RedisClient): () => PoolReading {
  requireMember('redisClient: client', client, 'status', 'a client or a cluster of ioredis');
  return () => {
    const connections = (client.nodes?.() ?? [client]) as readonly RedisQueues[];
    const ready = connections.filter(({ status }) => status === 'ready');
    const inFlight = connections.map(({ commandQueue }) => commandQueue?.length ?? 0);
    const used = ready.filter(({ commandQueue }) => (commandQueue?.length ?? 0) > 0).length;
    return {
      used,
      idle: ready.length - used,
      activeRequests: inFlight.reduce((sum, length) => sum + length, 0),
      // The offline queue is null or absent until a command is in it.
      pendingRequests: (client as RedisQueues).offlineQueue?.length ?? 0,
      status: client.status,
    };
  };
}

/** Numbers that a pool or a client of `undici` has of its connections. */
interface UndiciStats {
  /** Open connections; of a client: true if its connection is open. */
  readonly connected: number | boolean;
  /** Connections that accept a further request; not of a client. */
  readonly free?: number;
  readonly pending: number;
  readonly running: number;
}

/** Members of `Agent`, `Pool` or `Client` of `undici` 7. */
export interface UndiciDispatcher {
  readonly stats: object;
}

/**
 * Returns the source of an `Agent`, a `Pool` or a `Client` of `undici`. An `Agent` has one reading per server.
 *
 * @param origin of a `Pool` or a `Client`, such as `https://api.example.com`.
 */
export function undiciPool(dispatcher: UndiciDispatcher, origin?: string): () => HttpPoolReading {
  requireMember('undiciPool: dispatcher', dispatcher, 'stats', 'an Agent, a Pool or a Client of undici 7');
  requireArgument('undiciPool: origin', origin, origin === undefined || URL.canParse(origin), 'a URL');
  return () => {
    const { stats } = dispatcher as { readonly stats: UndiciStats | Readonly<Record<string, UndiciStats>> };
    if (isUndiciStats(stats)) return { servers: [serverOf(stats, origin)] };
    return { servers: Object.entries(stats).map(([each, ofServer]) => serverOf(ofServer, each)) };
  };
}

function isUndiciStats(stats: UndiciStats | Readonly<Record<string, UndiciStats>>): stats is UndiciStats {
  return typeof stats.running === 'number';
}

function serverOf({ connected, free, pending, running }: UndiciStats, origin: string | undefined): HttpServerReading {
  const open = Number(connected);
  const idle = free ?? (running > 0 ? 0 : open);
  return { origin, active: open - idle, idle, activeRequests: running, pendingRequests: pending };
}

/** Members of `LRUCache` of `lru-cache`. */
export interface LruCache {
  readonly size: number;
  readonly max?: number;
  readonly maxSize?: number;
  readonly calculatedSize?: number;
}

/**
 * Returns the source of an `LRUCache` of `lru-cache`. Its sizes count as bytes. It keeps no totals of hits, misses and
 * evictions; a source of the application can add its own.
 */
export function lruCache(cache: LruCache): () => CacheReading {
  requireMember('lruCache: cache', cache, 'calculatedSize', 'an LRUCache of lru-cache');
  return () => ({
    entries: cache.size,
    // Limits of 0 are no limits.
    maxEntries: cache.max || undefined,
    bytes: cache.calculatedSize || cache.maxSize ? cache.calculatedSize : undefined,
    maxBytes: cache.maxSize || undefined,
  });
}

/** Members of `Queue` of BullMQ. */
export interface BullQueue {
  getJobCounts(...states: string[]): Promise<Readonly<Record<string, number>>>;
  getWaiting(start: number, end: number): Promise<readonly ({ readonly timestamp: number } | undefined)[]>;
}

/**
 * Returns the source of a `Queue` of BullMQ. Jobs with a priority and jobs of a paused queue are waiting jobs. The oldest
 * waiting job, priorities aside, is read only if a job waits.
 */
export function bullQueue(queue: BullQueue): () => Promise<QueueReading> {
  requireMember('bullQueue: queue', queue, 'getJobCounts', 'a Queue of BullMQ');
  return async () => {
    const counts = await queue.getJobCounts('waiting', 'paused', 'prioritized', 'delayed', 'active', 'failed');
    const { waiting = 0, paused = 0, prioritized = 0, delayed, active, failed } = counts;
    const [oldest] = waiting + paused > 0 ? await queue.getWaiting(0, 0) : [];
    return { waiting: waiting + paused + prioritized, delayed, active, failed, oldestUnixMs: oldest?.timestamp };
  };
}

function requireMember(where: string, value: unknown, member: string, expected: string): void {
  const isValid = typeof value === 'object' && value !== null && member in value;
  requireArgument(where, value, isValid, expected);
}
