/**
 * Reads usage as providers and servers report it. The fields identify the format; unknown fields are ignored.
 *
 * test/packs/genai-usage-shapes.ts has an example and the source of each format.
 */

import { isAmount } from '../kit/refusal.js';
import { serviceTierOf, toolUsesOf } from './charges.js';
import { amountIn, type Fields, maxOfKnown, objectOf, sumOfKnown } from './fields.js';
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
  const { serviceTier, toolUses, ...others } = usagePartsOf(reported);
  const amounts = Object.entries(others).filter(([, amount]) => isAmount(amount));
  if (amounts.length === 0) return undefined;
  return { ...Object.fromEntries(amounts), ...(serviceTier && { serviceTier }), ...(toolUses && { toolUses }) };
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
  const fields = objectOf(reported);
  if (fields === undefined) return undefined;
  const choices = fields['choices'];
  const candidates = [
    fields['usage'],
    fields['usageMetadata'],
    objectOf(fields['x_groq'])?.['usage'],
    objectOf(fields['metadata'])?.['usage'],
    objectOf(fields['message'])?.['usage'],
    objectOf(fields['response'])?.['usage'],
    ...(Array.isArray(choices) ? choices.slice(0, 1).map((choice) => objectOf(choice)?.['usage']) : []),
  ];
  return candidates.map(objectOf).find((each) => each !== undefined) ?? fields;
}

/** Merges usage of a later event into the usage so far. Counts are cumulative, and therefore never fall. */
export function mergeReported(earlier: Fields | undefined, later: Fields, depth = 1): Fields {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later).slice(0, maxFields)) {
    const known = merged[name];
    if (typeof value === 'number' && typeof known === 'number') merged[name] = Math.max(known, value);
    else if (Array.isArray(value)) merged[name] = value;
    else if (objectOf(value) !== undefined && depth < maxDepth) {
      merged[name] = mergeReported(objectOf(known), value as Fields, depth + 1);
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
  const prompt = amountIn(fields, 'promptTokenCount');
  const answer = amountIn(fields, 'candidatesTokenCount') ?? amountIn(fields, 'responseTokenCount');
  const thoughts = amountIn(fields, 'thoughtsTokenCount');
  return {
    inputTokens: sumOfKnown(prompt, amountIn(fields, 'toolUsePromptTokenCount')),
    outputTokens: sumOfKnown(answer, thoughts),
    cacheReadTokens: amountIn(fields, 'cachedContentTokenCount'),
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
  const [read, written] = [amountIn(fields, 'cacheReadInputTokens'), amountIn(fields, 'cacheWriteInputTokens')];
  const input = amountIn(fields, 'inputTokens');
  const details = Array.isArray(fields['cacheDetails']) ? fields['cacheDetails'] : [];
  const hourly = details
    .filter((each) => objectOf(each)?.['ttl'] === '1h')
    .map((each) => amountIn(each, 'inputTokens'));
  return {
    inputTokens: input === undefined ? undefined : sumOfKnown(input, read, written),
    outputTokens: amountIn(fields, 'outputTokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: sumOfKnown(...hourly),
  };
}

/** Anthropic's input excludes cache reads and writes. */
function anthropicTokens(fields: Fields): Tokens | undefined {
  if (fields['prompt_tokens'] !== undefined || fields['input_tokens_details'] !== undefined) return undefined;
  const input = amountIn(fields, 'input_tokens');
  const read = amountIn(fields, 'cache_read_input_tokens');
  const written = amountIn(fields, 'cache_creation_input_tokens');
  const thinking = amountIn(fields['output_tokens_details'], 'thinking_tokens');
  // Without these fields, the usage is that of OpenAI's responses.
  if (read === undefined && written === undefined && thinking === undefined) return undefined;
  return {
    inputTokens: input === undefined ? undefined : sumOfKnown(input, read, written),
    outputTokens: amountIn(fields, 'output_tokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: amountIn(fields['cache_creation'], 'ephemeral_1h_input_tokens'),
    reasoningTokens: thinking,
  };
}

/** OpenAI and compatible servers: the input includes cached tokens. */
function openaiTokens(fields: Fields): Tokens | undefined {
  const inputDetails =
    fields['prompt_tokens_details'] ?? fields['input_tokens_details'] ?? fields['input_token_details'];
  const outputDetails =
    fields['completion_tokens_details'] ?? fields['output_tokens_details'] ?? fields['output_token_details'];
  const hits = amountIn(fields, 'prompt_cache_hit_tokens');
  const read = maxOfKnown(
    amountIn(inputDetails, 'cached_tokens'),
    hits,
    amountIn(fields, 'cached_tokens'),
    amountIn(fields, 'cache_read_input_tokens'),
  );
  const written = maxOfKnown(
    amountIn(inputDetails, 'cache_write_tokens'),
    amountIn(inputDetails, 'cache_creation_tokens'),
    amountIn(fields, 'cache_creation_input_tokens'),
  );
  const hourly =
    amountIn(objectOf(inputDetails)?.['cache_creation_token_details'], 'ephemeral_1h_input_tokens') ??
    amountIn(fields['cache_creation'], 'ephemeral_1h_input_tokens');
  const reported =
    amountIn(fields, 'prompt_tokens') ??
    amountIn(fields, 'input_tokens') ??
    sumOfKnown(hits, amountIn(fields, 'prompt_cache_miss_tokens'));
  // A gateway may pass on Anthropic's input, which excludes cached tokens.
  const excludesCache = reported !== undefined && (sumOfKnown(read, written) ?? 0) > reported;
  const input = excludesCache ? sumOfKnown(reported, read, written) : reported;
  const output = amountIn(fields, 'completion_tokens') ?? amountIn(fields, 'output_tokens');
  const reasoning = amountIn(outputDetails, 'reasoning_tokens') ?? amountIn(fields, 'reasoning_tokens');
  const separate = separateReasoning(fields, reported, output, reasoning);
  return {
    inputTokens: input,
    outputTokens: sumOfKnown(output, separate),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: hourly,
    reasoningTokens: reasoning || separate || reasoning,
    audioInputTokens: amountIn(inputDetails, 'audio_tokens'),
    audioOutputTokens: amountIn(outputDetails, 'audio_tokens'),
    audioCacheReadTokens: amountIn(objectOf(inputDetails)?.['cached_tokens_details'], 'audio_tokens'),
    imageInputTokens: amountIn(inputDetails, 'image_tokens'),
    imageOutputTokens: amountIn(outputDetails, 'image_tokens'),
  };
}

/**
 * Returns the reasoning tokens that the output excludes: those that exceed it, as Perplexity reports them, or those that only
 * the total shows. xAI reports the latter in the details, and Gemini's OpenAI endpoint does not.
 */
function separateReasoning(fields: Fields, input?: number, output?: number, reasoning?: number): number | undefined {
  if (output === undefined) return undefined;
  if (reasoning !== undefined && reasoning > output) return reasoning;
  const total = amountIn(fields, 'total_tokens');
  if (total === undefined || input === undefined) return undefined;
  const missing = total - input - output;
  // Audio that is measured in seconds is also part of the total.
  if (missing <= 0 || amountIn(fields, 'prompt_audio_seconds') !== undefined) return undefined;
  return reasoning === undefined || reasoning === 0 || reasoning === missing ? missing : undefined;
}

/** Counters of the native APIs of Ollama and llama.cpp. */
function counterTokens(fields: Fields): Tokens | undefined {
  const { timings } = fields;
  const cached = amountIn(timings, 'cache_n');
  return {
    inputTokens:
      amountIn(fields, 'prompt_eval_count') ??
      amountIn(fields, 'tokens_evaluated') ??
      sumOfKnown(amountIn(timings, 'prompt_n'), cached),
    outputTokens:
      amountIn(fields, 'eval_count') ?? amountIn(fields, 'tokens_predicted') ?? amountIn(timings, 'predicted_n'),
    cacheReadTokens: cached,
  };
}

/**
 * Returns the cost in US dollars that OpenRouter, LiteLLM or Perplexity reports; NaN if only a part of the cost is reported.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function reportedCost(reported: unknown, usage: Fields | undefined): number | undefined {
  const cost = usage?.['cost'];
  const hidden = objectOf(reported)?.['_hidden_params'];
  const charged = amountIn(usage, 'cost') ?? amountIn(cost, 'total_cost') ?? amountIn(hidden, 'response_cost');
  if (usage?.['is_byok'] !== true) return charged;
  // OpenRouter charges only its fee if the user's own key is used. The provider charges the key.
  const ofProvider = amountIn(usage['cost_details'], 'upstream_inference_cost');
  if (ofProvider !== undefined) return ofProvider + (charged ?? 0);
  return charged === undefined || charged === 0 ? undefined : Number.NaN;
}

/** Returns the tokens of a modality in lists of tokens by modality. */
function modality(name: string, ...lists: readonly unknown[]): number | undefined {
  const details = lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, maxFields) : []));
  const found = details.filter((each) => objectOf(each)?.['modality'] === name);
  return sumOfKnown(...found.map((each) => amountIn(each, 'tokenCount')));
}
