/** What happens on an agent platform: the arguments of the recorder's verbs. Milliseconds, US dollars, points of 100. */

/**
 * Tokens of a call. A plain number is counted, but not priced where no `costUsd` is given: input and output do not cost
 * the same.
 */
export type Tokens = number | { readonly input?: number; readonly output?: number };

/** A task that ended. */
export interface Task {
  /** From its beginning to its end. */
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Score of what it produced, 0 to 100. */
  readonly quality?: number;
  /** What all its calls of agents cost; derived from `tokens` when `agent` is given and has a price. */
  readonly costUsd?: number;
  /**
   * The one agent that did it in one call, which is recorded as well. Left out where calls are recorded by `agentCall`,
   * which would count twice.
   */
  readonly agent?: string;
  /** What that agent did; `task` by default. Only with `agent`. */
  readonly operation?: string;
  /** What that call consumed. Only with `agent`. */
  readonly tokens?: Tokens;
}

/** How a task ended that was begun. */
export interface TaskOutcome {
  readonly ok: boolean;
  /** Score of what it produced, 0 to 100. */
  readonly quality?: number;
  /** What all its calls cost, when they were not recorded through the task. */
  readonly costUsd?: number;
}

/** A task that goes on. */
export interface ActiveTask {
  /** Records a call of an agent, whose cost becomes part of the task's. */
  agentCall(call: AgentCall): void;
  /** Ends the task: it is no longer active, and recorded with its time and what its calls cost. Later calls do nothing. */
  end(outcome: TaskOutcome): void;
}

/** A call of an agent. */
export interface AgentCall {
  readonly agent: string;
  /** What it did, in a word: `generate`, `review`. */
  readonly operation: string;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Score of what it returned, 0 to 100. */
  readonly quality?: number;
  readonly tokens?: Tokens;
  /** What it cost; derived from `tokens` and the price of the agent when left out. */
  readonly costUsd?: number;
}

/** A look-up in a cache. */
export interface CacheLookup {
  /** Which cache: `memory`, `disk`. */
  readonly layer: string;
  readonly hit: boolean;
  readonly latencyMs?: number;
}

/** How large a cache is. */
export interface CacheSize {
  readonly layer: string;
  readonly megabytes: number;
}

/** How bad a vulnerability is. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Code that was evaluated, and what was found in it. */
export interface Evaluation {
  readonly latencyMs: number;
  /** Share of the code that tests cover, 0 to 100. */
  readonly coveragePercent?: number;
  /** How many of each severity. */
  readonly vulnerabilities?: { readonly [S in Severity]?: number };
  readonly typeErrors?: number;
  readonly testFailures?: number;
}

/** A task that one agent took over from another. */
export interface AgentSwitch {
  readonly from: string;
  readonly to: string;
  /** Points gained; negative when the result became worse. */
  readonly qualityImprovement?: number;
  /** Cost of `to` over cost of `from`; by default that of their mean calls in the window, where both are known. */
  readonly costRatio?: number;
}

/** A checkpoint that was evaluated. */
export interface Checkpoint {
  readonly checkpoint: 1 | 2 | 3;
  readonly latencyMs: number;
  readonly ok: boolean;
  /** Whether it ended the task early. */
  readonly endsTask?: boolean;
}

/** A query of the database. */
export interface DatabaseQuery {
  readonly operation: 'select' | 'insert' | 'update' | 'delete';
  readonly latencyMs: number;
}

/** A call of an external API. */
export interface ExternalCall {
  readonly service: string;
  readonly latencyMs: number;
  /** What failed, in few words; absent when nothing did. */
  readonly errorType?: string;
}

/** Evaluations that ran side by side. */
export interface ParallelEvaluation {
  /** What they take one after another: the sum of their times. */
  readonly sequentialMs: number;
  /** What they took together. */
  readonly parallelMs: number;
}

/** An embedding that was asked for: found in the cache, or generated in so many milliseconds. */
export type Embedding = { readonly cached: true } | { readonly cached?: false; readonly latencyMs: number };

/** One iteration of an agent's loop. */
export interface Iteration {
  readonly durationMs: number;
}

/** A guideline that was matched against a task. */
export interface GuidelineMatch {
  /** How well, 0 to 1. */
  readonly score: number;
}

/** What of the machine is in use; what is left out keeps its last value. */
export interface Resources {
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  readonly networkPercent?: number;
  /** Memory of the process, in 10^6 bytes: `process.memoryUsage.rss() / 1e6`. */
  readonly processMemoryMb?: number;
}

/** What was recorded since the start. A mean or share of nothing is `undefined`. */
export interface AgentSummary {
  /** Mean score of tasks, 0 to 100. */
  readonly avg_quality: number | undefined;
  /** Mean time of a task. */
  readonly avg_latency_ms: number | undefined;
  /** Share of tasks that succeeded, 0 to 100. */
  readonly success_rate: number | undefined;
  /** What calls of agents cost, or what tasks cost where that is more: a task costs what its calls do. */
  readonly total_cost_usd: number;
  /** Share of look-ups in all caches that were answered, 0 to 100; embeddings not included. */
  readonly cache_hit_rate: number | undefined;
}
