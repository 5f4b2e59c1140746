/** Detailed event of one request: as offered by the application, as stored in columns, and as passed to listeners. */

/** Details of a request that ended. Omit unknown fields. */
export interface AuditEvent {
  readonly provider: string;
  readonly model?: string;
  /** End-to-end duration, milliseconds. */
  readonly latencyMs?: number;
  /** Time to the first byte of the response, milliseconds. */
  readonly firstByteMs?: number;
  /** Part of `latencyMs` that the gateway itself took, milliseconds. */
  readonly proxyMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Tokens of all types; the sum of input and output if omitted. */
  readonly totalTokens?: number;
  /** US dollars. */
  readonly costUsd?: number;
  readonly cacheHit?: boolean;
  readonly streaming?: boolean;
  /** Status code, or a name such as `timeout`; absent if the request succeeded. */
  readonly errorCode?: string | number;
  readonly session?: string;
  readonly user?: string;
  readonly application?: string;
}

/** An event as listeners receive it. Names are not normalized. */
export interface AuditedEvent extends AuditEvent {
  /** Time at which the event was offered, milliseconds since 1970-01-01 UTC. */
  readonly timeUnixMs: number;
  /** Number of requests that the event represents: more than 1 if events were sampled. */
  readonly weight: number;
}

/** Number fields in the order of their columns. */
export const numberFields = [
  'latencyMs',
  'firstByteMs',
  'proxyMs',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'costUsd',
] as const;

/** Text fields in the order of their columns. `errorCode` has a text column too, but is converted separately. */
export const textFields = ['provider', 'model', 'session', 'user', 'application'] as const;

/** Boolean fields in the order of their columns; they are stored as numbers. */
export const flagFields = ['cacheHit', 'streaming'] as const;

/** Indexes of the fields among the number columns and the text columns, and the number of columns of each type. */
export const column = {
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
  numberCount: 12,
  provider: 0,
  model: 1,
  session: 2,
  user: 3,
  application: 4,
  errorCode: 5,
  textCount: 6,
} as const;
