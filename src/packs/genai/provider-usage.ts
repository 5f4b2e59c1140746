/**
 * Reads usage as providers and servers report it. The fields identify the format; unknown fields are ignored.
 *
 * test/packs/genai-usage-shapes.ts has an example and the source of each format.
 */
import { serviceTierOf, toolUsesOf } from './charges.js';
import { amount, type Fields, max, object, sum } from './fields.js';
import type { TokenUsage } from './token-usage.js';

/** Maximum depth and number of fields that are merged. */
const [maxDepth, maxFields] = [3, 64];

/**
 * Returns the tokens that a provider reports; `undefined` without usage.
 *
 * Reads the usage object of OpenAI (chat completions, responses), Anthropic, Gemini and Bedrock Converse, the variants of
 * compatible servers, and the counters of llama.cpp and Ollama.
 *
 * @param reported a response, a chunk or event of a stream, or the usage object in it.
 */
export function usageOf(reported: unknown): TokenUsage | undefined {
  const { serviceTier, toolUses, ...amounts } = usagePartsOf(reported);
  if (Object.keys(amounts).length === 0) return undefined;
  return { ...amounts, ...(serviceTier && { serviceTier }), ...(toolUses && { toolUses }) };
}

/**
 * Returns the parts of a usage that a provider reports: the service tier, empty for the standard tier, and the uses of
 * tools also without tokens, which may be reported later, or estimated.
 */
export function usagePartsOf(reported: unknown): TokenUsage {
  const fields = findUsage(reported);
  const usage = fields === undefined ? undefined : tokensOf(fields);
  const costUsd = reportedCost(reported, fields);
  const [serviceTier, toolUses] = [serviceTierOf(reported, fields), toolUsesOf(reported, fields)];
  const known = Object.entries({ ...usage, serviceTier, toolUses, costUsd }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as TokenUsage;
}

/** Finds the usage object in a response, a chunk or an event; returns the value itself if it has no such object. */
export function findUsage(reported: unknown): Fields | undefined {
  const fields = object(reported);
  if (fields === undefined) return undefined;
  const choices = fields['choices'];
  const candidates = [
    fields['usage'],
    fields['usageMetadata'],
    object(fields['x_groq'])?.['usage'],
    object(fields['metadata'])?.['usage'],
    object(fields['message'])?.['usage'],
    object(fields['response'])?.['usage'],
    ...(Array.isArray(choices) ? choices.slice(0, 1).map((choice) => object(choice)?.['usage']) : []),
  ];
  return candidates.map(object).find((each) => each !== undefined) ?? fields;
}

/** Merges usage of a later event into the usage so far. Counts are cumulative, and therefore never fall. */
export function mergeReported(earlier: Fields | undefined, later: Fields, depth = 1): Fields {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later).slice(0, maxFields)) {
    const known = merged[name];
    if (typeof value === 'number' && typeof known === 'number') merged[name] = Math.max(known, value);
    else if (Array.isArray(value)) merged[name] = value;
    else if (object(value) !== undefined && depth < maxDepth) {
      merged[name] = mergeReported(object(known), value as Fields, depth + 1);
    } else if (value !== null && value !== undefined) merged[name] = value;
  }
  return merged;
}

function tokensOf(fields: Fields): TokenUsage | undefined {
  const read = [geminiTokens, bedrockTokens, anthropicTokens, openaiTokens, counterTokens];
  for (const tokens of read) {
    const usage = tokens(fields);
    if (usage !== undefined && Object.values(usage).some((count) => count !== undefined)) return usage as TokenUsage;
  }
  return undefined;
}

type Tokens = { readonly [Key in keyof Omit<TokenUsage, 'serviceTier' | 'toolUses'>]: number | undefined };

/** Gemini counts thoughts and the prompts of tools separately; the prompt includes cached content. */
function geminiTokens(fields: Fields): Tokens | undefined {
  const prompt = amount(fields, 'promptTokenCount');
  const answer = amount(fields, 'candidatesTokenCount') ?? amount(fields, 'responseTokenCount');
  const thoughts = amount(fields, 'thoughtsTokenCount');
  return {
    inputTokens: sum(prompt, amount(fields, 'toolUsePromptTokenCount')),
    outputTokens: sum(answer, thoughts),
    cacheReadTokens: amount(fields, 'cachedContentTokenCount'),
    reasoningTokens: thoughts,
    audioInputTokens: modality('AUDIO', fields['promptTokensDetails'], fields['toolUsePromptTokensDetails']),
    audioOutputTokens: modality('AUDIO', fields['candidatesTokensDetails'] ?? fields['responseTokensDetails']),
    audioCacheReadTokens: modality('AUDIO', fields['cacheTokensDetails']),
    imageInputTokens: modality('IMAGE', fields['promptTokensDetails'], fields['toolUsePromptTokensDetails']),
    imageOutputTokens: modality('IMAGE', fields['candidatesTokensDetails'] ?? fields['responseTokensDetails']),
  };
}

/** Bedrock's input excludes cache reads and writes. */
function bedrockTokens(fields: Fields): Tokens | undefined {
  const [read, written] = [amount(fields, 'cacheReadInputTokens'), amount(fields, 'cacheWriteInputTokens')];
  const input = amount(fields, 'inputTokens');
  const details = Array.isArray(fields['cacheDetails']) ? fields['cacheDetails'] : [];
  const hourly = details.filter((each) => object(each)?.['ttl'] === '1h').map((each) => amount(each, 'inputTokens'));
  return {
    inputTokens: input === undefined ? undefined : sum(input, read, written),
    outputTokens: amount(fields, 'outputTokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: sum(...hourly),
  };
}

/** Anthropic's input excludes cache reads and writes. */
function anthropicTokens(fields: Fields): Tokens | undefined {
  if (fields['prompt_tokens'] !== undefined || fields['input_tokens_details'] !== undefined) return undefined;
  const input = amount(fields, 'input_tokens');
  const read = amount(fields, 'cache_read_input_tokens');
  const written = amount(fields, 'cache_creation_input_tokens');
  const thinking = amount(fields['output_tokens_details'], 'thinking_tokens');
  // Without these fields, the usage is that of OpenAI's responses.
  if (read === undefined && written === undefined && thinking === undefined) return undefined;
  return {
    inputTokens: input === undefined ? undefined : sum(input, read, written),
    outputTokens: amount(fields, 'output_tokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: amount(fields['cache_creation'], 'ephemeral_1h_input_tokens'),
    reasoningTokens: thinking,
  };
}

/** OpenAI and compatible servers: the input includes cached tokens. */
function openaiTokens(fields: Fields): Tokens | undefined {
  const inputDetails =
    fields['prompt_tokens_details'] ?? fields['input_tokens_details'] ?? fields['input_token_details'];
  const outputDetails =
    fields['completion_tokens_details'] ?? fields['output_tokens_details'] ?? fields['output_token_details'];
  const hits = amount(fields, 'prompt_cache_hit_tokens');
  const read = max(
    amount(inputDetails, 'cached_tokens'),
    hits,
    amount(fields, 'cached_tokens'),
    amount(fields, 'cache_read_input_tokens'),
  );
  const written = max(
    amount(inputDetails, 'cache_write_tokens'),
    amount(inputDetails, 'cache_creation_tokens'),
    amount(fields, 'cache_creation_input_tokens'),
  );
  const hourly =
    amount(object(inputDetails)?.['cache_creation_token_details'], 'ephemeral_1h_input_tokens') ??
    amount(fields['cache_creation'], 'ephemeral_1h_input_tokens');
  const reported =
    amount(fields, 'prompt_tokens') ??
    amount(fields, 'input_tokens') ??
    sum(hits, amount(fields, 'prompt_cache_miss_tokens'));
  // A gateway may pass on Anthropic's input, which excludes cached tokens.
  const excludesCache = reported !== undefined && (sum(read, written) ?? 0) > reported;
  const input = excludesCache ? sum(reported, read, written) : reported;
  const output = amount(fields, 'completion_tokens') ?? amount(fields, 'output_tokens');
  const reasoning = amount(outputDetails, 'reasoning_tokens') ?? amount(fields, 'reasoning_tokens');
  const separate = separateReasoning(fields, reported, output, reasoning);
  return {
    inputTokens: input,
    outputTokens: sum(output, separate),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: hourly,
    reasoningTokens: reasoning || separate || reasoning,
    audioInputTokens: amount(inputDetails, 'audio_tokens'),
    audioOutputTokens: amount(outputDetails, 'audio_tokens'),
    audioCacheReadTokens: amount(object(inputDetails)?.['cached_tokens_details'], 'audio_tokens'),
    imageInputTokens: amount(inputDetails, 'image_tokens'),
    imageOutputTokens: amount(outputDetails, 'image_tokens'),
  };
}

/**
 * Returns the reasoning tokens that the output excludes, which only the total shows: xAI reports them in the details, and
 * Gemini's OpenAI endpoint does not.
 */
function separateReasoning(fields: Fields, input?: number, output?: number, reasoning?: number): number | undefined {
  const total = amount(fields, 'total_tokens');
  if (total === undefined || input === undefined || output === undefined) return undefined;
  const missing = total - input - output;
  // Audio that is measured in seconds is also part of the total.
  if (missing <= 0 || amount(fields, 'prompt_audio_seconds') !== undefined) return undefined;
  return reasoning === undefined || reasoning === 0 || reasoning === missing ? missing : undefined;
}

/** Counters of the native APIs of Ollama and llama.cpp. */
function counterTokens(fields: Fields): Tokens | undefined {
  const { timings } = fields;
  const cached = amount(timings, 'cache_n');
  return {
    inputTokens:
      amount(fields, 'prompt_eval_count') ??
      amount(fields, 'tokens_evaluated') ??
      sum(amount(timings, 'prompt_n'), cached),
    outputTokens: amount(fields, 'eval_count') ?? amount(fields, 'tokens_predicted') ?? amount(timings, 'predicted_n'),
    cacheReadTokens: cached,
  };
}

/**
 * Returns the cost in US dollars that OpenRouter, LiteLLM or Perplexity reports.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function reportedCost(reported: unknown, usage: Fields | undefined): number | undefined {
  const cost = usage?.['cost'];
  const hidden = object(reported)?.['_hidden_params'];
  return amount(usage, 'cost') ?? amount(cost, 'total_cost') ?? amount(hidden, 'response_cost');
}

/** Returns the tokens of a modality in lists of tokens by modality. */
function modality(name: string, ...lists: readonly unknown[]): number | undefined {
  const details = lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, maxFields) : []));
  const found = details.filter((each) => object(each)?.['modality'] === name);
  return sum(...found.map((each) => amount(each, 'tokenCount')));
}
