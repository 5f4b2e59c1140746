/** A detailed event of one request, as it is offered, kept in columns, and handed to listeners. */

/** What is told of a request that ended. Whatever is not known is left out. */
export interface AuditEvent {
  readonly provider: string;
  readonly model?: string;
  /** Milliseconds, end to end. */
  readonly latencyMs?: number;
  /** Milliseconds until the first byte of the response. */
  readonly firstByteMs?: number;
  /** Milliseconds of the whole that the gateway itself took. */
  readonly proxyMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Of all kinds; input and output together when left out. */
  readonly totalTokens?: number;
  /** US dollars. */
  readonly costUsd?: number;
  readonly cacheHit?: boolean;
  readonly streaming?: boolean;
  /** Absent when nothing failed; a status, or a word such as `timeout`. */
  readonly errorCode?: string | number;
  readonly session?: string;
  readonly user?: string;
  readonly application?: string;
}

/** An event as listeners get it: names as they were given. */
export interface AuditedEvent extends AuditEvent {
  /** When it was offered, milliseconds since 1970-01-01 UTC. */
  readonly timeUnixMs: number;
  /** How many requests it stands for: more than 1 when events were sampled. */
  readonly weight: number;
}

/** Columns of numbers that events have, in their order. */
export const numberFields = [
  'latencyMs',
  'firstByteMs',
  'proxyMs',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'costUsd',
] as const;

/** Columns of texts that events have, in their order. */
export const textFields = ['provider', 'model', 'session', 'user', 'application'] as const;

/** Columns of flags that events have, in their order. */
export const flagFields = ['cacheHit', 'streaming'] as const;

/** Where the fields of an event lie in their columns. */
export const at = {
  latencyMs: 0,
  firstByteMs: 1,
  proxyMs: 2,
  inputTokens: 3,
  outputTokens: 4,
  totalTokens: 5,
  costUsd: 6,
  cacheHit: 7,
  streaming: 8,
  timeUnixMs: 9,
  offeredMs: 10,
  weight: 11,
  numbers: 12,
  provider: 0,
  model: 1,
  session: 2,
  user: 3,
  application: 4,
  errorCode: 5,
  texts: 6,
} as const;
