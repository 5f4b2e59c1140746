/** Events of an agent platform, which are the arguments of the recorder's verbs, and its summary. */

/**
 * Tokens of a call. A plain number is counted, but no cost is derived from it, because input and output have different
 * prices.
 */
export type Tokens = number | { readonly input?: number; readonly output?: number };

/** An ended task. */
export interface Task {
  /** Time from the start of the task to its end. */
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Quality score of the result, 0 to 100. */
  readonly quality?: number;
  /** Cost of all its agent calls, in US dollars; derived from `tokens` if `agent` has a price. */
  readonly costUsd?: number;
  /**
   * Agent that did the task in one call, which is recorded as well. Omit it if the calls are recorded by `agentCall`;
   * otherwise they count twice.
   */
  readonly agent?: string;
  /** Operation of that call; `task` by default. Only with `agent`. */
  readonly operation?: string;
  /** Tokens of that call. Only with `agent`. */
  readonly tokens?: Tokens;
}

/** Outcome of an active task. */
export interface TaskOutcome {
  readonly ok: boolean;
  /** Quality score of the result, 0 to 100. */
  readonly quality?: number;
  /** Cost of all its calls, in US dollars; by default the sum over the calls recorded through the task. */
  readonly costUsd?: number;
}

/** A task that has not ended. */
export interface ActiveTask {
  /** Records an agent call and adds its cost to the cost of the task. */
  agentCall(call: AgentCall): void;
  /** Ends the task and records its duration, outcome, quality and cost. Later calls do nothing. */
  end(outcome: TaskOutcome): void;
}

/** An agent call. */
export interface AgentCall {
  readonly agent: string;
  /** Name of the operation, such as `generate` or `review`. */
  readonly operation: string;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Quality score of the result, 0 to 100. */
  readonly quality?: number;
  readonly tokens?: Tokens;
  /** Cost in US dollars; by default derived from `tokens` and the price of the agent. */
  readonly costUsd?: number;
}

/** A cache lookup. */
export interface CacheLookup {
  /** Name of the cache, such as `memory` or `disk`. */
  readonly layer: string;
  readonly hit: boolean;
  readonly latencyMs?: number;
}

/** Size of a cache. */
export interface CacheSize {
  readonly layer: string;
  readonly megabytes: number;
}

/** Severity of a vulnerability. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** An evaluation of code and its findings. */
export interface Evaluation {
  readonly latencyMs: number;
  /** Test coverage of the code, 0 to 100. */
  readonly coveragePercent?: number;
  /** Number of vulnerabilities by severity. */
  readonly vulnerabilities?: { readonly [S in Severity]?: number };
  readonly typeErrors?: number;
  readonly testFailures?: number;
}

/** A switch of a task from one agent to another. */
export interface AgentSwitch {
  readonly from: string;
  readonly to: string;
  /** Points of quality gained; negative if the result became worse. */
  readonly qualityImprovement?: number;
  /** Cost per call of `to` divided by that of `from`; by default the ratio of their means in the window, if known. */
  readonly costRatio?: number;
}

/** An evaluated checkpoint. */
export interface Checkpoint {
  readonly checkpoint: 1 | 2 | 3;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** True if the checkpoint ended the task early. */
  readonly endsTask?: boolean;
}

/** A database query. */
export interface DatabaseQuery {
  readonly operation: 'select' | 'insert' | 'update' | 'delete';
  readonly latencyMs: number;
}

/** A call of an external API. */
export interface ExternalCall {
  readonly service: string;
  readonly latencyMs: number;
  /** Type of the error, such as `timeout`; absent on success. */
  readonly errorType?: string;
}

/** Evaluations that ran in parallel. */
export interface ParallelEvaluation {
  /** Sum of their durations. */
  readonly sequentialMs: number;
  /** Elapsed time of all of them. */
  readonly parallelMs: number;
}

/** An embedding lookup: a cache hit, or a miss with the milliseconds of the generation. */
export type Embedding = { readonly cached: true } | { readonly cached?: false; readonly latencyMs: number };

/** One iteration of an agent loop. */
export interface Iteration {
  readonly durationMs: number;
}

/** A match of a guideline against a task. */
export interface GuidelineMatch {
  /** Quality of the match, 0 to 1. */
  readonly score: number;
}

/** Resources in use. Omitted values keep their last value. */
export interface Resources {
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  readonly networkPercent?: number;
  /** Memory of the process, in 10^6 bytes: `process.memoryUsage.rss() / 1e6`. */
  readonly processMemoryMb?: number;
}

/** Summary since the start. A mean or percentage without recorded values is `undefined`. */
export interface AgentSummary {
  /** Mean quality score of tasks, 0 to 100. */
  readonly avg_quality: number | undefined;
  /** Mean duration of a task. */
  readonly avg_latency_ms: number | undefined;
  /** Percentage of tasks that succeeded. */
  readonly success_rate: number | undefined;
  /** Cost of all agent calls or cost of all tasks, whichever is greater: the cost of a task is the cost of its calls. */
  readonly total_cost_usd: number;
  /** Percentage of cache lookups that hit, over all layers; embeddings are not included. */
  readonly cache_hit_rate: number | undefined;
}
