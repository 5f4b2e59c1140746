/** Events of an inference server (arguments of the recorder's verbs), and the handles that verbs return. */

/** Stage of a request. */
export type Stage =
  | 'deserialize'
  | 'scheduler'
  | 'tokenizerQueueWait'
  | 'tokenization'
  | 'batchWait'
  | 'modelQueueWait'
  | 'inference'
  | 'send'
  | 'receive'
  | 'serialize';

/** Seconds that a request spent in each stage. Stages that did not occur are omitted. */
export type StageSeconds = { readonly [S in Stage]?: number };

/** An ended request. */
export interface EndedRequest {
  /** End-to-end duration in seconds. */
  readonly totalSeconds: number;
  readonly stages?: StageSeconds;
  /** Seconds until the first result; `totalSeconds` by default. */
  readonly firstResultSeconds?: number;
  /** Number of scored documents. */
  readonly documents?: number;
  /** Type of the error, such as `timeout`; absent on success. */
  readonly errorType?: string;
}

/** A request that has not ended. */
export interface ActiveRequest {
  /** Adds seconds to a stage. Several calls for one stage add up. */
  stage(stage: Stage, seconds: number): void;
  /** Marks the first result at the current time. Later calls do nothing. */
  firstResult(): void;
  /** Ends and records the request. Later calls do nothing. */
  end(outcome?: { readonly documents?: number; readonly errorType?: string }): void;
}

/** A batch of sequences sent to the model. */
export interface Batch {
  readonly sequences: number;
  /** Tokens of all sequences, without padding. */
  readonly tokens: number;
  readonly paddingTokens: number;
  readonly longestSequence: number;
}

/** A worker whose requests are recorded. */
export interface Worker {
  /** Records requests that ended together (one by default), each of which took `seconds` in the worker. */
  completed(seconds: number, requests?: number): void;
  /** Removes latency and throughput of the worker. Its request count remains. */
  ended(): void;
}

/** Functions that return the current number of waiting requests. They are called at every collection. */
export interface QueueSizes {
  readonly tokenizer?: () => number;
  readonly model?: () => number;
  readonly batch?: () => number;
}
