/** What happens to operations of generative AI: the arguments of the recorder's verbs. Seconds, tokens, US dollars. */

/** An operation that begins: a call of a model. */
export interface OperationStart {
  /** What is asked for, `gen_ai.operation.name`; `chat` by default. */
  readonly operation?: 'chat' | 'text_completion' | 'embeddings' | 'generate_content' | (string & {});
  /** Who is asked, `gen_ai.provider.name`: `openai`, `anthropic`. */
  readonly provider: string;
  /** The model asked for, `gen_ai.request.model`. */
  readonly model?: string;
  /** Host that is asked, `server.address`. */
  readonly serverAddress?: string;
  /** Port of that host; recorded with `serverAddress` only. */
  readonly serverPort?: number;
}

/** Tokens of an operation, as OpenTelemetry counts them: what is part of something is contained in it. */
export interface TokenUsage {
  /** All of the input, with what was read from a cache or written to it. */
  readonly inputTokens?: number;
  /** All of the output, with reasoning. */
  readonly outputTokens?: number;
  /** Those of the input that came from the provider's cache. */
  readonly cacheReadTokens?: number;
  /** Those of the input that were written to the provider's cache. */
  readonly cacheWriteTokens?: number;
  /** Those of `cacheWriteTokens` that were written for an hour, where that costs more. They tell only costs. */
  readonly cacheWrite1hTokens?: number;
  /** Those of the output that were reasoning. */
  readonly reasoningTokens?: number;
}

/** How an operation ended. */
export interface OperationEnd {
  /** The model that answered, `gen_ai.response.model`. */
  readonly responseModel?: string;
  readonly usage?: TokenUsage;
  /** What failed, in a word: a code, a status, the name of a class. Absent when nothing did. */
  readonly errorType?: string;
  /** What it cost; derived from `usage` and the price of the model when left out. */
  readonly costUsd?: number;
}

/**
 * How a stream ended: read to its end, left by its consumer, left without a word, or broken by its source.
 */
export type StreamOutcome = 'completed' | 'cancelled' | 'abandoned' | 'failed';

/** An operation that goes on. */
export interface ActiveOperation {
  /**
   * One chunk of a streamed answer arrived. The first gives the time to the first chunk, each later one the time since
   * the one before it.
   *
   * @param tokens how many tokens of the answer are in it, where that is known.
   */
  chunk(tokens?: number): void;
  /** Ends the operation: it is recorded with its time. Later calls do nothing. */
  end(outcome?: OperationEnd & { readonly stream?: StreamOutcome }): void;
  /**
   * Ends the operation with an error; as `end`, with `error.type` taken from the error where `outcome` gives none: its
   * `code`, `status` or `type`, the `code` of its cause, or its name, never its message.
   */
  fail(error: unknown, outcome?: OperationEnd & { readonly stream?: StreamOutcome }): void;
}

/** What the chunks of a stream say; what is left out is not known. */
export interface StreamReading<T> {
  /** The tokens used so far, when a chunk tells; the last one that does counts, part by part. */
  usage?(chunk: T): TokenUsage | undefined;
  /** The model that answers, when a chunk tells. */
  model?(chunk: T): string | undefined;
  /** How many tokens of the answer are in a chunk. */
  tokens?(chunk: T): number;
}

/** An operation that is over. */
export interface Operation extends OperationStart, OperationEnd {
  /** From the request to the end of the answer. */
  readonly durationSeconds: number;
}

/** A request to a model, as its server sees it. */
export interface ServerRequest extends OperationStart {
  /** From the request to the last byte of the response. */
  readonly durationSeconds: number;
  /** From the request to the first token. Recorded of what succeeded. */
  readonly timeToFirstTokenSeconds?: number;
  /** With two or more, and the time to the first: the time per token after the first. Recorded of what succeeded. */
  readonly outputTokens?: number;
  readonly responseModel?: string;
  /** What failed, in a word; absent when nothing did. */
  readonly errorType?: string;
}

/** One invocation of an agent, `gen_ai.invoke_agent.duration`. */
export interface AgentInvocation {
  /** The name of the agent, `gen_ai.agent.name`. */
  readonly agent?: string;
  /** The model, of agents that have one only. */
  readonly model?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}

/** One execution of a tool, `gen_ai.execute_tool.duration`. */
export interface ToolExecution {
  /** The name of the tool, `gen_ai.tool.name`: `_OTHER` of one that never succeeded, as models invent tools. */
  readonly tool: string;
  /** What it is, `gen_ai.tool.type`: `function`, `extension`, `datastore`. */
  readonly type?: string;
  /** The agent that has it executed. */
  readonly agent?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}

/** One workflow, in which agents or models work together, `gen_ai.invoke_workflow.duration`. */
export interface WorkflowRun {
  /** The name of the workflow, `gen_ai.workflow.name`. */
  readonly workflow?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}
