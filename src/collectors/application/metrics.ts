/** Metrics of application sources: OpenTelemetry's names where they exist, own names for caches, buffers and queues. */
import {
  type AttributeType,
  type AttributeTypes,
  integer,
  type NoAttributes,
  oneOf,
  optional,
  text,
} from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import {
  type DefinitionOptions,
  type MetricDefinition,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
} from '../../catalogue/definitions.js';
import type { InstrumentKind } from '../../model/instrument.js';
import { definitionsOf, type Observe } from '../collector.js';
import { sourceFailures } from '../source.js';
import type {
  BufferReading,
  CacheReading,
  HttpPoolReading,
  HttpServerReading,
  PoolReading,
  QueueReading,
} from './readings.js';

/** Kinds of sources. Names are unique within a kind. */
export const kinds = ['pool', 'cache', 'buffer', 'queue'] as const;
export type Kind = (typeof kinds)[number];

/** A reading of any kind, as untyped code may return it. */
export type AnyReading = PoolReading & Partial<HttpPoolReading> & CacheReading & BufferReading & QueueReading;

/** Fields of readings that are numbers. */
type NumberField = Exclude<keyof AnyReading, 'status' | 'servers'>;
type NumberFields = { readonly [F in NumberField]?: number | undefined };

/** Takes the values of one metric from a reading. */
type Read = (reading: AnyReading, observe: Observe, nowUnixMs: number) => void;

/** Metric, and how its values are taken from a reading. */
export interface ApplicationMetric<D extends MetricDefinition = MetricDefinition> {
  readonly definition: D;
  readonly kind: Kind;
  /** Attribute that has the name of the source. */
  readonly nameKey: string;
  readonly read: Read;
}

const connection = 'db.client.connection';
const inFlight = 'Requests that were sent and have no complete answer yet.';
const waiting = 'Requests that wait for a connection.';
/** Statuses of clients and clusters of `ioredis`. */
const statuses = [
  'wait',
  'connecting',
  'connect',
  'ready',
  'monitoring',
  'reconnecting',
  'disconnecting',
  'close',
  'end',
] as const;
const server = { 'server.address': optional(text()), 'server.port': optional(integer({ limit: 100 })) };

type Maker<K extends InstrumentKind> = (options: DefinitionOptions) => MetricDefinition<K>;
const total: Maker<'observableCounter'> = observableCounter;
const sum: Maker<'observableUpDownCounter'> = observableUpDownCounter;

type Name = AttributeType<string, true>;

/**
 * Returns the metrics by key.
 *
 * @param limit number of names of each kind.
 */
export function applicationMetrics(limit: number) {
  /** Returns a function that defines metrics of a kind. `from` is the field that has the value, or reads all values. */
  const metricsOf =
    <const N extends string>(kind: Kind, nameKey: N) =>
    <K extends InstrumentKind, const A extends AttributeTypes = NoAttributes>(
      maker: Maker<K>,
      name: string,
      unit: string,
      description: string,
      from: NumberField | Read,
      more?: A,
    ): ApplicationMetric<MetricDefinition<K, Record<N, Name> & NoInfer<A>>> => ({
      definition: maker({
        name,
        unit,
        description,
        attributes: { [nameKey]: text({ limit }), ...more },
      }) as MetricDefinition<K, Record<N, Name> & A>,
      kind,
      nameKey,
      read: typeof from === 'string' ? (reading, observe) => observe(reading[from]) : from,
    });
  const pool = metricsOf('pool', `${connection}.pool.name`);
  const http = metricsOf('pool', 'http.client.connection.pool.name');
  const cache = metricsOf('cache', 'cache.name');
  const buffer = metricsOf('buffer', 'buffer.name');
  const queue = metricsOf('queue', 'queue.name');
  const poolState = stateOf(`${connection}.state`, { idle: 'idle', used: 'used' });
  const httpState = stateOf('http.connection.state', { active: 'active', idle: 'idle' });
  const result = stateOf('cache.result', { hit: 'hits', miss: 'misses' });
  const queueState = stateOf('queue.state', {
    waiting: 'waiting',
    delayed: 'delayed',
    active: 'active',
    failed: 'failed',
  });
  const status = 'db.client.status';
  return {
    connections: pool(sum, `${connection}.count`, '{connection}', 'Connections, by state.', ...poolState),
    connectionsMax: pool(sum, `${connection}.max`, '{connection}', 'Maximum number of open connections.', 'max'),
    idleMax: pool(sum, `${connection}.idle.max`, '{connection}', 'Maximum number of idle connections.', 'maxIdle'),
    idleMin: pool(sum, `${connection}.idle.min`, '{connection}', 'Minimum number of idle connections.', 'minIdle'),
    pendingRequests: pool(sum, `${connection}.pending_requests`, '{request}', waiting, 'pendingRequests'),
    timeouts: pool(
      total,
      `${connection}.timeouts`,
      '{timeout}',
      'Requests that got no connection in time.',
      'timeouts',
    ),
    activeRequests: pool(sum, 'db.client.active_requests', '{request}', inFlight, 'activeRequests'),
    clientStatus: pool(
      sum,
      status,
      '{client}',
      '1 for the current status of the client.',
      (reading, observe) => reading.status !== undefined && observe(1, { [status]: reading.status }),
      { [status]: oneOf(...statuses) },
    ),
    httpConnections: http(
      sum,
      'http.client.open_connections',
      '{connection}',
      'Outbound connections, by state.',
      byServer(httpState[0]),
      { ...httpState[1], ...server },
    ),
    httpActiveRequests: http(
      sum,
      'http.client.active_requests',
      '{request}',
      inFlight,
      byServer((reading, observe) => observe(reading.activeRequests)),
      server,
    ),
    httpPendingRequests: http(
      sum,
      'http.client.pending_requests',
      '{request}',
      waiting,
      byServer((reading, observe) => observe(reading.pendingRequests)),
      server,
    ),
    cacheRequests: cache(total, 'cache.requests', '{request}', 'Lookups in the cache, by result.', ...result),
    cacheEvictions: cache(total, 'cache.evictions', '{entry}', 'Entries removed to make room.', 'evictions'),
    cacheEntries: cache(sum, 'cache.entries', '{entry}', 'Entries in the cache.', 'entries'),
    cacheEntriesMax: cache(sum, 'cache.entries.max', '{entry}', 'Maximum number of entries.', 'maxEntries'),
    cacheSize: cache(sum, 'cache.size', 'By', 'Size of all entries.', 'bytes'),
    cacheSizeMax: cache(sum, 'cache.size.max', 'By', 'Maximum size of all entries.', 'maxBytes'),
    bufferUsage: buffer(sum, 'buffer.usage', '{item}', 'Items in the buffer.', 'used'),
    bufferLimit: buffer(sum, 'buffer.limit', '{item}', 'Maximum number of items in the buffer.', 'capacity'),
    bufferDropped: buffer(total, 'buffer.dropped', '{item}', 'Items dropped because the buffer was full.', 'dropped'),
    queueItems: queue(sum, 'queue.items', '{item}', 'Items in the queue, by state.', ...queueState),
    queueOldestAge: queue(
      observableGauge,
      'queue.oldest_item.age',
      's',
      'Time since the oldest waiting item was added.',
      ({ oldestUnixMs: oldest }, observe, nowUnixMs) => {
        // Clocks of two machines differ: an item of the future was added now.
        if (oldest !== undefined) observe(isAmount(oldest) ? Math.max(0, nowUnixMs - oldest) / 1_000 : Number.NaN);
      },
    ),
  } satisfies Readonly<Record<string, ApplicationMetric>>;
}

/**
 * Returns the catalogue.
 *
 * @param limit number of names of each kind.
 */
export function applicationCatalogue(limit: number) {
  const metrics = applicationMetrics(limit);
  return defineCatalogue({ ...definitionsOf(metrics), ...ownMetrics(limit) });
}

/** Metrics of the sources themselves. */
function ownMetrics(limit: number) {
  const source = { kind: oneOf(...kinds), name: text({ limit: limit * kinds.length }) };
  return {
    busy: observableCounter({
      name: 'otelier.application.busy',
      unit: 's',
      description: 'Time that a source occupied the main thread.',
      attributes: source,
    }),
    failures: observableCounter({
      name: 'otelier.application.failures',
      unit: '{read}',
      description: 'Reads of a source that failed or took too long; until the next success, its metrics are absent.',
      attributes: { ...source, 'error.type': oneOf(...sourceFailures) },
    }),
  };
}

/** True if a value is a number from 0 to 2^53 - 1. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** Returns how the fields of a reading are observed by state, and the attribute that has the state. */
function stateOf<const K extends string, const S extends string>(
  key: K,
  fields: Readonly<Record<S, NumberField>>,
): [read: (reading: NumberFields, observe: Observe) => void, attributes: Record<K, AttributeType<S, true>>] {
  const states = Object.entries(fields) as [S, NumberField][];
  return [
    (reading, observe) => {
      for (const [state, field] of states) observe(reading[field], { [key]: state });
    },
    { [key]: oneOf(...states.map(([state]) => state)) } as Record<K, AttributeType<S, true>>,
  ];
}

/** Returns a function that observes each server of an HTTP client. */
function byServer(read: (reading: HttpServerReading, observe: Observe) => void): Read {
  return ({ servers = [] }, observe) => {
    for (const each of servers) {
      const address = addressOf(each.origin);
      read(each, (value, more) => observe(value, { ...address, ...more }));
    }
  };
}

/** @throws {TypeError} if the origin is not a URL. */
function addressOf(origin: string | undefined): Readonly<Record<string, string>> {
  if (origin === undefined) return {};
  const { protocol, hostname, port } = new URL(origin);
  const standard = protocol === 'https:' ? '443' : '80';
  return { 'server.address': hostname.replace(/^\[|\]$/g, ''), 'server.port': port || standard };
}
