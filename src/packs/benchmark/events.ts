/** Events of a benchmark: the arguments of the verbs. All times are in seconds. */

/** Names the model under test and its environment. */
export interface Target {
  /** Recorded as given, without surrounding white space. */
  readonly model: string;
  /** Container that the model runs in. */
  readonly container?: string;
  /** Index or UUID of the GPU that the model runs on. */
  readonly gpu?: string | number;
}

/** Describes the generation of one video, image or text. */
export interface Sample {
  /** Time from the prompt to the end of the generation. */
  readonly latencySeconds: number;
  /** True if the generation succeeded. */
  readonly ok: boolean;
  /** Category of the prompt, such as `landscape`. */
  readonly promptCategory?: string;
  /** Time from the prompt to the first frame or token (TTFT). */
  readonly firstOutputSeconds?: number;
  /** Number of generated frames or tokens. */
  readonly outputs?: number;
  /** Temporal consistency of the video, 0 to 1; `temporalConsistency()` computes it from frame embeddings. */
  readonly temporalConsistency?: number;
}

/** Scores of all samples, or of all samples of one prompt category. */
export interface Scores {
  /** Category that the scores apply to; absent for scores of all samples. */
  readonly promptCategory?: string;
  /** Fréchet video distance, 0 or more. */
  readonly fvd?: number;
  /** Inception score, 1 to the number of classes; `inceptionScore()` computes it from class probabilities. */
  readonly inceptionScore?: number;
  /** Temporal consistency, 0 to 1. */
  readonly temporalConsistency?: number;
}

/** Describes one call of the API under test. */
export interface ApiCall {
  /** Time until the API has responded. */
  readonly responseSeconds: number;
  /** True if the call succeeded. */
  readonly ok: boolean;
}

/** A request in the queue. When its run ends, the request is removed from the metrics and its methods do nothing. */
export interface QueuedRequest {
  /** Moves the request from waiting to in flight. Later calls do nothing. */
  dequeued(): void;
  /** Marks the request as completed, or as canceled if it still waits. Later calls do nothing. */
  done(): void;
}

/** Outcome of a run. */
export interface RunOutcome {
  /** True if the run succeeded. */
  readonly ok: boolean;
}
