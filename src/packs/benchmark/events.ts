/** What happens in a benchmark: the arguments of the verbs. Seconds throughout. */

/** What is benchmarked, and on what. */
export interface Target {
  /** As it is called; only space around it is dropped. */
  readonly model: string;
  /** The container that it runs in. */
  readonly container?: string;
  /** The GPU that it runs on: its index or its UUID. */
  readonly gpu?: string | number;
}

/** A video, an image or a text that was generated, or failed to be. */
export interface Sample {
  /** From the prompt to the end. */
  readonly latencySeconds: number;
  readonly ok: boolean;
  /** Which kind of prompt it was: `landscape`, `people`. */
  readonly promptCategory?: string;
  /** From the prompt to the first frame or token (TTFT). */
  readonly firstOutputSeconds?: number;
  /** Frames or tokens that were generated. */
  readonly outputs?: number;
  /** Of the video, 0 to 1: `temporalConsistency()` computes it from embeddings of its frames. */
  readonly temporalConsistency?: number;
}

/** Scores of all that was generated, or of all for one category of prompts. */
export interface Scores {
  readonly promptCategory?: string;
  /** Fréchet video distance, 0 or more. */
  readonly fvd?: number;
  /** 1 to the number of classes: `inceptionScore()` computes it from class probabilities. */
  readonly inceptionScore?: number;
  /** 0 to 1. */
  readonly temporalConsistency?: number;
}

/** A call of the API under test. */
export interface ApiCall {
  /** Until it had responded. */
  readonly responseSeconds: number;
  readonly ok: boolean;
}

/** A request that waits in a queue. Once its run has ended it is no longer recorded, and calls do nothing. */
export interface QueuedRequest {
  /** It is taken from the queue: it no longer waits and is in flight. Later calls do nothing. */
  dequeued(): void;
  /** It is done, or given up while it waited. Later calls do nothing. */
  done(): void;
}

/** How a run ended. */
export interface RunOutcome {
  readonly ok: boolean;
}
