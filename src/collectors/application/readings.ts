/** Readings of application sources. Every field is optional: what a reading lacks is not shown. */

/** Function that returns a reading. It is called during a collection, at most once per interval. */
export type ReadingSource<R> = () => R | Promise<R>;

/** State of a pool of connections to a database, or of a single client. Counts are numbers from 0. */
export interface PoolReading {
  /** Connections in use. */
  readonly used?: number | undefined;
  /** Connections that are open and not in use. */
  readonly idle?: number | undefined;
  /** Maximum number of open connections. */
  readonly max?: number | undefined;
  /** Minimum number of idle connections. */
  readonly minIdle?: number | undefined;
  /** Maximum number of idle connections. */
  readonly maxIdle?: number | undefined;
  /** Requests that wait for a connection. */
  readonly pendingRequests?: number | undefined;
  /** Requests that were sent and have no answer yet. */
  readonly activeRequests?: number | undefined;
  /** Total of requests that got no connection in time. It never decreases. */
  readonly timeouts?: number | undefined;
  /** Status of the client, such as `ready` or `reconnecting`. */
  readonly status?: string | undefined;
}

/** State of the connections of an HTTP client, by server. */
export interface HttpPoolReading {
  readonly servers: readonly HttpServerReading[];
}

/** Connections of an HTTP client to one server. */
export interface HttpServerReading {
  /** Origin of the server, such as `https://api.example.com`. Two readings of one origin replace each other. */
  readonly origin?: string | undefined;
  /** Connections in use. */
  readonly active?: number | undefined;
  /** Connections that accept a further request. */
  readonly idle?: number | undefined;
  /** Requests that were sent and have no complete answer yet. */
  readonly activeRequests?: number | undefined;
  /** Requests that wait for a connection. */
  readonly pendingRequests?: number | undefined;
}

/** State of a cache. Totals never decrease. */
export interface CacheReading {
  /** Total of lookups that found an entry. */
  readonly hits?: number | undefined;
  /** Total of lookups that found no entry. */
  readonly misses?: number | undefined;
  /** Total of entries that were removed to make room. */
  readonly evictions?: number | undefined;
  readonly entries?: number | undefined;
  readonly maxEntries?: number | undefined;
  /** Size of all entries, in bytes. */
  readonly bytes?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/** State of a bounded buffer, such as a ring buffer. */
export interface BufferReading {
  /** Items in the buffer. */
  readonly used?: number | undefined;
  /** Maximum number of items. */
  readonly capacity?: number | undefined;
  /** Total of items that were dropped or overwritten because the buffer was full. It never decreases. */
  readonly dropped?: number | undefined;
}

/** State of a queue of jobs or messages. */
export interface QueueReading {
  /** Items that wait to be processed: the depth of the queue. */
  readonly waiting?: number | undefined;
  /** Items that become due later. */
  readonly delayed?: number | undefined;
  /** Items in process. */
  readonly active?: number | undefined;
  /** Failed items that the queue keeps. */
  readonly failed?: number | undefined;
  /** Time at which the oldest waiting item was added, in Unix milliseconds. */
  readonly oldestUnixMs?: number | undefined;
}
