/** Events of generative AI operations: the arguments of the recorder's methods. Units: seconds, tokens, US dollars. */
import type { ReportedUsage, TokenUsage } from './token-usage.js';

/** The start of an operation, such as a model call. */
export interface OperationStart {
  /** The operation, `gen_ai.operation.name`; `chat` by default. */
  readonly operation?: 'chat' | 'text_completion' | 'embeddings' | 'generate_content' | 'invoke_agent' | (string & {});
  /** The provider, `gen_ai.provider.name`: `openai`, `anthropic`. */
  readonly provider: string;
  /** The requested model, `gen_ai.request.model`. */
  readonly model?: string;
  /** The requested host, `server.address`. */
  readonly serverAddress?: string;
  /** The port of that host, `server.port`; recorded only with `serverAddress`. */
  readonly serverPort?: number;
  /** The remote agent, `gen_ai.agent.name`; recorded only for the operation `invoke_agent`. */
  readonly agent?: string;
  /** The text of the request, or a function that returns it. Used only by the option `tokenizer`, for a missing usage. */
  readonly inputText?: string | (() => string | undefined);
}

/** The outcome of an operation. */
export interface OperationEnd {
  /** The model that answered, `gen_ai.response.model`. */
  readonly responseModel?: string;
  /** The tokens: as `TokenUsage`, or the usage object of a provider, which `usageOf` reads. */
  readonly usage?: TokenUsage | ReportedUsage | undefined;
  /** The class of the error: a code, a status, a class name. Absent when the operation succeeded. */
  readonly errorType?: string;
  /** The cost; by default derived from `usage` and the price of the model. */
  readonly costUsd?: number;
  /** The text of a response that is not streamed. Used only by the option `tokenizer`, for a missing usage. */
  readonly outputText?: string;
}

/** How a stream ended: read to its end, left by its consumer, never read to its end, or failed at its source. */
export type StreamOutcome = 'completed' | 'cancelled' | 'abandoned' | 'failed';

/** An operation in progress. */
export interface ActiveOperation {
  /**
   * Records one chunk of a streamed response. The first chunk gives the time to the first chunk; each later chunk gives
   * the time since the previous one.
   *
   * @param tokens output tokens in the chunk, if known.
   * @param text the text in the chunk. Used only by the option `tokenizer`, for a missing usage.
   */
  chunk(tokens?: number, text?: string): void;
  /**
   * Marks the response as streamed, before its first chunk: if it is never read, it counts as abandoned once this handle is
   * garbage-collected or idle for too long.
   */
  streaming(): void;
  /** Ends the operation and records its duration. Later calls have no effect. */
  end(outcome?: OperationEnd & { readonly stream?: StreamOutcome }): void;
  /**
   * Ends the operation with an error. As `end`, with a default for `errorType`: the `code`, `status` or `type` of the
   * error, the `code` of its cause, or its name; never its message.
   */
  fail(error: unknown, outcome?: OperationEnd & { readonly stream?: StreamOutcome }): void;
}

/** Reads data from the chunks of a stream. Data without a function is unknown. */
export interface StreamReading<T> {
  /**
   * Returns the tokens used so far, if a chunk has them, as `TokenUsage` or as the provider reports them. Counts are
   * cumulative: a lower value does not replace a higher one.
   */
  usage?(chunk: T): TokenUsage | ReportedUsage | null | undefined;
  /** Returns the model that answers, if a chunk has it. */
  model?(chunk: T): string | undefined;
  /** Returns the number of output tokens in a chunk. */
  tokens?(chunk: T): number;
  /** Returns the text in a chunk. Used only by the option `tokenizer`, for a missing usage. */
  text?(chunk: T): string | undefined;
}

/** A finished operation. */
export interface Operation extends OperationStart, OperationEnd {
  /** Time from the request to the end of the response. */
  readonly durationSeconds: number;
}

/** A model request, measured by its server. */
export interface ServerRequest extends OperationStart {
  /** Time from the request to the last byte of the response. */
  readonly durationSeconds: number;
  /** Time from the request to the first token. Recorded for successful requests only. */
  readonly timeToFirstTokenSeconds?: number;
  /**
   * Output tokens. Two or more, together with `timeToFirstTokenSeconds`, give the time per token after the first.
   * Recorded for successful requests only.
   */
  readonly outputTokens?: number;
  readonly responseModel?: string;
  /** The class of the error; absent when the request succeeded. */
  readonly errorType?: string;
}

/** One invocation of an agent in this process, `gen_ai.invoke_agent.duration`. */
export interface AgentInvocation {
  /** The name of the agent, `gen_ai.agent.name`. */
  readonly agent?: string;
  /** The model, for agents that use a single model. */
  readonly model?: string;
  readonly durationSeconds: number;
  /** Model calls that the agent itself made, including failed ones. */
  readonly inferenceCalls?: number;
  /** Tools that the agent itself executed, including failed executions. */
  readonly toolCalls?: number;
  readonly errorType?: string;
}

/** One execution of a tool, `gen_ai.execute_tool.duration`. */
export interface ToolExecution {
  /** The name of the tool, `gen_ai.tool.name`; `_OTHER` for a tool that never succeeded, because models invent tools. */
  readonly tool: string;
  /** The type of the tool, `gen_ai.tool.type`: `function`, `extension`, `datastore`. */
  readonly type?: string;
  /** The agent that executes the tool. */
  readonly agent?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}

/** One retrieval of documents in this process, `gen_ai.retrieval.duration`. */
export interface Retrieval {
  /** The source of the documents, `gen_ai.data_source.id`. */
  readonly dataSource?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}

/** One run of a workflow of agents or models: `gen_ai.invoke_agent.duration` of the operation `invoke_workflow`. */
export interface WorkflowRun {
  /** The name of the workflow, `gen_ai.agent.name`. */
  readonly workflow?: string;
  readonly durationSeconds: number;
  readonly errorType?: string;
}
