/** Events of an agent platform: arguments of the recorder's verbs. Units: milliseconds, US dollars, scores from 0 to 100. Numbers of things are whole. */

/**
 * Tokens of a call. A plain number is counted but cannot be priced, because input and output have different prices; pass
 * `costUsd` with it.
 */
export type Tokens = number | { readonly input?: number; readonly output?: number };

/** Task that ended. */
export interface Task {
  /** Duration of the task. */
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Quality of the result, 0 to 100. */
  readonly quality?: number;
  /** Cost of all agent calls; derived from `tokens` if `agent` is given and has a price. */
  readonly costUsd?: number;
  /**
   * Agent that did the task in a single call; the call is recorded, too. Omit it if the calls are recorded with
   * `agentCall`: they would count twice.
   */
  readonly agent?: string;
  /** Operation of that call; `task` by default. Only with `agent`. */
  readonly operation?: string;
  /** Tokens of that call. Only with `agent`. */
  readonly tokens?: Tokens;
}

/** Outcome of a task that was started with `begin()`. */
export interface TaskOutcome {
  readonly ok: boolean;
  /** Quality of the result, 0 to 100. */
  readonly quality?: number;
  /** Cost of all calls, if they were not recorded through the task. */
  readonly costUsd?: number;
}

/** Task in progress. */
export interface ActiveTask {
  /** Records a call of an agent and adds its cost to the task. */
  agentCall(call: AgentCall): void;
  /** Ends the task and records its duration and the cost of its calls. Later calls do nothing. */
  end(outcome: TaskOutcome): void;
}

/** Call of an agent. */
export interface AgentCall {
  readonly agent: string;
  /** Short name of the operation: `generate`, `review`. */
  readonly operation: string;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Quality of the returned result, 0 to 100. */
  readonly quality?: number;
  readonly tokens?: Tokens;
  /** Cost of the call; derived from `tokens` and the price of the agent by default. */
  readonly costUsd?: number;
}

/** Lookup in a cache. */
export interface CacheLookup {
  /** Name of the cache: `memory`, `disk`. */
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

/** Evaluation of code and its findings. */
export interface Evaluation {
  readonly latencyMs: number;
  /** Test coverage, 0 to 100. */
  readonly coveragePercent?: number;
  /** Number of vulnerabilities by severity. */
  readonly vulnerabilities?: { readonly [S in Severity]?: number };
  readonly typeErrors?: number;
  readonly testFailures?: number;
}

/** Switch from one agent to another within a task. */
export interface AgentSwitch {
  readonly from: string;
  readonly to: string;
  /** Change of the quality score, -100 to 100; negative if the result became worse. */
  readonly qualityImprovement?: number;
  /** Cost of `to` divided by cost of `from`; by default of their mean costs per call in the window, if known. */
  readonly costRatio?: number;
}

/** Evaluated checkpoint. */
export interface Checkpoint {
  readonly checkpoint: 1 | 2 | 3;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** True if the checkpoint ended the task early. */
  readonly endsTask?: boolean;
}

/** Database query. */
export interface DatabaseQuery {
  readonly operation: 'select' | 'insert' | 'update' | 'delete';
  readonly latencyMs: number;
}

/** Call of an external API. */
export interface ExternalCall {
  readonly service: string;
  readonly latencyMs: number;
  /** Short name of the failure; absent if the call succeeded. */
  readonly errorType?: string;
}

/** Evaluations that ran in parallel. */
export interface ParallelEvaluation {
  /** Sum of the durations of all evaluations. */
  readonly sequentialMs: number;
  /** Duration of the parallel run. */
  readonly parallelMs: number;
}

/** Requested embedding: found in the cache, or generated in `latencyMs`. */
export type Embedding = { readonly cached: true } | { readonly cached?: false; readonly latencyMs: number };

/** Iteration of an agent's loop. */
export interface Iteration {
  readonly durationMs: number;
}

/** Match of a guideline against a task. */
export interface GuidelineMatch {
  /** Quality of the match, 0 to 1. */
  readonly score: number;
}

/** Resource usage of the host; an omitted value keeps its last one. */
export interface Resources {
  /** 0 to 100, for all cores together. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  readonly networkPercent?: number;
  /** Memory of the process in 10^6 bytes: `process.memoryUsage.rss() / 1e6`. */
  readonly processMemoryMb?: number;
}

/** Summary of everything recorded since the start. A mean or share without events is `undefined`. */
export interface AgentSummary {
  /** Mean score of tasks, 0 to 100. */
  readonly avg_quality: number | undefined;
  /** Mean duration of a task. */
  readonly avg_latency_ms: number | undefined;
  /** Share of tasks that succeeded, 0 to 100. */
  readonly success_rate: number | undefined;
  /**
   * Cost of all calls or of all tasks, whichever is larger; never both, because a task and its calls record the same
   * dollars. Exact if each cost is recorded with a call, or each with a task.
   */
  readonly total_cost_usd: number;
  /** Hit rate of all caches, 0 to 100; embeddings are not included. */
  readonly cache_hit_rate: number | undefined;
}
