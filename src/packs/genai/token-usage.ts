/** Usage of an operation: the tokens and the other facts that its price depends on. */

/**
 * Tokens of an operation, as OpenTelemetry counts them: each total includes its parts. Parts that exceed their total are
 * refused and counted, and the operation has no cost.
 */
export interface TokenUsage {
  /** All input tokens, including cache reads and writes. */
  readonly inputTokens?: number;
  /** All output tokens, including reasoning. */
  readonly outputTokens?: number;
  /** Input tokens read from the provider's cache. */
  readonly cacheReadTokens?: number;
  /** Input tokens written to the provider's cache. */
  readonly cacheWriteTokens?: number;
  /** The part of `cacheWriteTokens` that was written for one hour, at another price. Used for costs only. */
  readonly cacheWrite1hTokens?: number;
  /** Output tokens used for reasoning. */
  readonly reasoningTokens?: number;
  /** Input tokens of audio. */
  readonly audioInputTokens?: number;
  /** Output tokens of audio. */
  readonly audioOutputTokens?: number;
  /** The part of `audioInputTokens` that was read from the cache; 0 by default. Used for costs only. */
  readonly audioCacheReadTokens?: number;
  /** Input tokens of images. */
  readonly imageInputTokens?: number;
  /** Output tokens of images. */
  readonly imageOutputTokens?: number;
  /** The service tier that processed the request, if it is not the standard one: `flex`, `priority`, `batch`. Used for costs only. */
  readonly serviceTier?: string;
  /** Uses of tools that the provider charges for, by tool: `web_search`, `code_interpreter`. Used for costs only. */
  readonly toolUses?: Readonly<Record<string, number>>;
  /** The cost that the provider reports, in US dollars. Takes precedence over the cost of the tokens. */
  readonly costUsd?: number;
}

/**
 * Usage whose numbers are all amounts, and whose totals are not below the sum of their parts. `serviceTier` is in lower case,
 * and empty for the standard tier.
 */
export type NormalizedUsage = Required<Omit<TokenUsage, 'costUsd'>>;

/** The fields of the formats that `usageOf` reads. */
type ReportedField =
  // A response, a chunk or an event with usage in it.
  | 'usage'
  | 'usageMetadata'
  | 'usage_metadata'
  | 'x_groq'
  | 'metadata'
  | 'message'
  | 'response'
  | 'choices'
  | 'delta'
  | 'meta'
  // OpenAI and compatible servers, Anthropic.
  | 'prompt_tokens'
  | 'completion_tokens'
  | 'total_tokens'
  | 'input_tokens'
  | 'output_tokens'
  | 'prompt_cache_hit_tokens'
  | 'prompt_cache_miss_tokens'
  | 'cache_read_input_tokens'
  | 'cache_creation_input_tokens'
  | 'cost_in_usd_ticks'
  // Gemini, Bedrock.
  | 'promptTokenCount'
  | 'candidatesTokenCount'
  | 'responseTokenCount'
  | 'totalTokenCount'
  | 'totalTokens'
  | 'cacheReadInputTokens'
  | 'cacheWriteInputTokens'
  | 'inputTokenCount'
  | 'outputTokenCount'
  | 'amazon-bedrock-invocationMetrics'
  | 'prompt_token_count'
  | 'generation_token_count'
  | 'inputTextTokenCount'
  // Vercel's AI SDK, Cohere, watsonx.
  | 'inputTokenDetails'
  | 'outputTokenDetails'
  | 'billed_units'
  | 'billedUnits'
  | 'tokens'
  | 'results'
  // Text Generation Inference.
  | 'details'
  // llama.cpp, Ollama.
  | 'timings'
  | 'tokens_evaluated'
  | 'tokens_predicted'
  | 'prompt_eval_count'
  | 'eval_count';

/** The usage object of a provider, or a response, chunk or event that contains it, as `usageOf` reads them. */
export type ReportedUsage = { readonly [Field in ReportedField]?: unknown };
