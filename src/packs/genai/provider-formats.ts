/**
 * Reads the tokens of each format in which providers and servers report usage. The fields identify the format.
 *
 * test/packs/genai-usage-shapes has an example and the source of each format.
 */
import { bedrockModelTokens, bedrockTokens } from './bedrock-formats.js';
import { countIn, type Fields, maxOfKnown, objectOf, readField, sumOfKnown } from './fields.js';
import { type Tokens, tokenFields } from './token-parts.js';

/** Maximum number of entries that are read from a list of tokens by modality, from one of iterations, and from one of results. */
const [maxModalities, maxIterations, maxResults] = [64, 1_000, 1_000];

/**
 * Returns the tokens that the fields of a usage object report; NaN for a count of a provider that is no whole number. The
 * format of a provider precedes that of `TokenUsage`, whose counts are returned unchanged.
 */
export function tokensOf(fields: Fields): Tokens | undefined {
  const read = [
    geminiTokens,
    bedrockTokens,
    aiSdkTokens,
    cohereTokens,
    watsonxTokens,
    anthropicTokens,
    openaiTokens,
    counterTokens,
    bedrockModelTokens,
    generationTokens,
    ownTokens,
  ];
  for (const tokens of read) {
    const usage = tokens(fields);
    const isKnown = usage !== undefined && Object.values(usage).some((count) => count !== undefined);
    if (isKnown) return tokens === ownTokens ? usage : { ...usage, isOfProvider: true };
  }
  return undefined;
}

/** Gemini counts thoughts and the prompts of tools separately; the prompt includes cached content. */
function geminiTokens(fields: Fields): Tokens | undefined {
  const prompt = countIn(fields, 'promptTokenCount');
  const answer = countIn(fields, 'candidatesTokenCount') ?? countIn(fields, 'responseTokenCount');
  const thoughts = countIn(fields, 'thoughtsTokenCount');
  return {
    inputTokens: sumOfKnown(prompt, countIn(fields, 'toolUsePromptTokenCount')),
    outputTokens: sumOfKnown(answer, thoughts),
    cacheReadTokens: countIn(fields, 'cachedContentTokenCount'),
    reasoningTokens: thoughts,
    audioInputTokens: modality('AUDIO', fields['promptTokensDetails'], fields['toolUsePromptTokensDetails']),
    audioOutputTokens: modality('AUDIO', fields['candidatesTokensDetails'] ?? fields['responseTokensDetails']),
    audioCacheReadTokens: modality('AUDIO', fields['cacheTokensDetails']),
    imageInputTokens: modality('IMAGE', fields['promptTokensDetails'], fields['toolUsePromptTokensDetails']),
    imageOutputTokens: modality('IMAGE', fields['candidatesTokensDetails'] ?? fields['responseTokensDetails']),
  };
}

/** Vercel's AI SDK: each total includes its parts. Without these fields, its counts are those of `TokenUsage`. */
function aiSdkTokens(fields: Fields): Tokens | undefined {
  const input = objectOf(fields['inputTokenDetails']);
  const output = objectOf(fields['outputTokenDetails']);
  const cached = countIn(fields, 'cachedInputTokens');
  if (input === undefined && output === undefined && cached === undefined) return undefined;
  return {
    inputTokens: countIn(fields, 'inputTokens'),
    outputTokens: countIn(fields, 'outputTokens'),
    cacheReadTokens: countIn(input, 'cacheReadTokens') ?? cached,
    cacheWriteTokens: countIn(input, 'cacheWriteTokens'),
    reasoningTokens: countIn(output, 'reasoningTokens') ?? countIn(fields, 'reasoningTokens'),
  };
}

/** Cohere, in the spelling of its API and of its client. The conventions ask for billed tokens if both are reported. */
function cohereTokens(fields: Fields): Tokens | undefined {
  const units = [fields['billed_units'], fields['billedUnits'], fields['tokens']];
  const first = (...names: readonly string[]) =>
    units.flatMap((each) => names.map((name) => countIn(each, name))).find((count) => count !== undefined);
  const input = first('input_tokens', 'inputTokens');
  const output = first('output_tokens', 'outputTokens');
  if (input === undefined && output === undefined) return undefined;
  const cached = countIn(fields, 'cached_tokens') ?? countIn(fields, 'cachedTokens');
  return {
    inputTokens: input,
    outputTokens: output,
    // Cached tokens include tokens that Cohere adds to the prompt, and does not bill.
    cacheReadTokens: cached === undefined || input === undefined ? cached : Math.min(cached, input),
  };
}

/** Text generation of watsonx. */
function watsonxTokens(fields: Fields): Tokens | undefined {
  const results = Array.isArray(fields['results']) ? fields['results'].slice(0, maxResults) : [];
  return {
    inputTokens: sumOfKnown(...results.map((result) => countIn(result, 'input_token_count'))),
    outputTokens: sumOfKnown(...results.map((result) => countIn(result, 'generated_token_count'))),
  };
}

/** Anthropic's input excludes cache reads and writes, and its counts exclude the compactions of the context. */
function anthropicTokens(fields: Fields): Tokens | undefined {
  if (fields['prompt_tokens'] !== undefined || fields['input_tokens_details'] !== undefined) return undefined;
  const iterations = Array.isArray(fields['iterations']) ? fields['iterations'].slice(0, maxIterations) : undefined;
  const compactions = iterations?.filter((each) => objectOf(each)?.['type'] === 'compaction') ?? [];
  const requests: readonly unknown[] = [fields, ...compactions];
  const sum = (name: string) => sumOfKnown(...requests.map((request) => countIn(request, name)));
  const read = sum('cache_read_input_tokens');
  const written = sum('cache_creation_input_tokens');
  const thinking = countIn(fields['output_tokens_details'], 'thinking_tokens');
  // Without these fields, the usage is that of OpenAI's responses.
  if (read === undefined && written === undefined && thinking === undefined && iterations === undefined)
    return undefined;
  const hourly = requests.map((request) => countIn(objectOf(request)?.['cache_creation'], 'ephemeral_1h_input_tokens'));
  // Without its own count, the sum would be that of the compactions alone.
  const total = (name: string) => (countIn(fields, name) === undefined ? undefined : sum(name));
  const input = total('input_tokens');
  return {
    inputTokens: input === undefined ? undefined : sumOfKnown(input, read, written),
    outputTokens: total('output_tokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: sumOfKnown(...hourly),
    reasoningTokens: thinking,
  };
}

/** OpenAI, compatible servers, and LangChain: the input includes cached tokens. */
function openaiTokens(fields: Fields): Tokens | undefined {
  const inputDetails =
    fields['prompt_tokens_details'] ?? fields['input_tokens_details'] ?? fields['input_token_details'];
  const outputDetails =
    fields['completion_tokens_details'] ?? fields['output_tokens_details'] ?? fields['output_token_details'];
  const hits = countIn(fields, 'prompt_cache_hit_tokens');
  const read = maxOfKnown(
    countIn(inputDetails, 'cached_tokens'),
    hits,
    countIn(fields, 'cached_tokens'),
    countIn(fields, 'cache_read_input_tokens'),
    countIn(inputDetails, 'cache_read'),
  );
  const written = maxOfKnown(
    countIn(inputDetails, 'cache_write_tokens'),
    countIn(inputDetails, 'cache_creation_tokens'),
    countIn(fields, 'cache_creation_input_tokens'),
    ...writtenIn(inputDetails),
  );
  const hourly =
    countIn(objectOf(inputDetails)?.['cache_creation_token_details'], 'ephemeral_1h_input_tokens') ??
    countIn(fields['cache_creation'], 'ephemeral_1h_input_tokens');
  const reported =
    countIn(fields, 'prompt_tokens') ??
    countIn(fields, 'input_tokens') ??
    sumOfKnown(hits, countIn(fields, 'prompt_cache_miss_tokens'));
  const output = countIn(fields, 'completion_tokens') ?? countIn(fields, 'output_tokens');
  // Without a part in the total, a part that exceeds its count is a contradiction. Some fields are of formats whose counts
  // may exclude them: Anthropic's cached tokens, which gateways and LangChain pass on, and Perplexity's reasoning.
  const isComplete = countIn(fields, 'total_tokens') === sumOfKnown(reported, output);
  const passedOn = [
    maxOfKnown(countIn(fields, 'cache_read_input_tokens'), countIn(inputDetails, 'cache_read')),
    maxOfKnown(countIn(fields, 'cache_creation_input_tokens'), ...writtenIn(inputDetails)),
  ];
  const cached = isComplete ? sumOfKnown(...passedOn) : sumOfKnown(read, written);
  const input = reported !== undefined && (cached ?? 0) > reported ? sumOfKnown(reported, read, written) : reported;
  const ofDetails = countIn(outputDetails, 'reasoning_tokens') ?? countIn(outputDetails, 'reasoning');
  const reasoning = ofDetails ?? countIn(fields, 'reasoning_tokens');
  const includesReasoning = isComplete && ofDetails !== undefined;
  const separate = includesReasoning ? undefined : separateReasoning(fields, input, output, reasoning);
  return {
    inputTokens: input,
    // The reported output is recorded if the reasoning is unknown.
    outputTokens: sumOfKnown(output, separate || undefined),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: hourly,
    reasoningTokens: separate ?? reasoning,
    audioInputTokens: modalityIn(inputDetails, 'audio'),
    audioOutputTokens: modalityIn(outputDetails, 'audio'),
    audioCacheReadTokens: countIn(objectOf(inputDetails)?.['cached_tokens_details'], 'audio_tokens'),
    imageInputTokens: modalityIn(inputDetails, 'image'),
    imageOutputTokens: modalityIn(outputDetails, 'image'),
  };
}

/** Returns the tokens written to the cache in the details of LangChain, where it is a number, or of Qwen. */
function writtenIn(details: unknown): (number | undefined)[] {
  const written = objectOf(details)?.['cache_creation'];
  return [
    objectOf(written) === undefined ? countIn(details, 'cache_creation') : undefined,
    countIn(details, 'cache_creation_input_tokens'),
  ];
}

/** Returns the tokens of a modality in the details of OpenAI or LangChain. */
function modalityIn(details: unknown, name: string): number | undefined {
  return countIn(details, `${name}_tokens`) ?? countIn(details, name);
}

/**
 * Returns the reasoning tokens that the output excludes: those that exceed it, as Perplexity reports them, or those that only
 * the total shows; NaN if the total is no number. xAI reports the latter in the details, and Gemini's OpenAI endpoint does
 * not.
 */
function separateReasoning(fields: Fields, input?: number, output?: number, reasoning?: number): number | undefined {
  if (output === undefined) return undefined;
  if (reasoning !== undefined && reasoning > output) return reasoning;
  const total = countIn(fields, 'total_tokens');
  if (total === undefined || input === undefined) return undefined;
  if (Number.isNaN(total)) return total;
  const missing = total - input - output;
  // Audio that is measured in seconds, and what Mistral's connectors read, are also parts of the total.
  const isOther = ['prompt_audio_seconds', 'connector_tokens'].some((name) => (fields[name] ?? null) !== null);
  if (!(missing > 0) || isOther) return undefined;
  return reasoning === undefined || reasoning === 0 || reasoning === missing ? missing : undefined;
}

/** Counters of the native APIs of Ollama and llama.cpp. */
function counterTokens(fields: Fields): Tokens | undefined {
  const { timings } = fields;
  const cached = countIn(timings, 'cache_n');
  return {
    inputTokens:
      countIn(fields, 'prompt_eval_count') ??
      countIn(fields, 'tokens_evaluated') ??
      sumOfKnown(countIn(timings, 'prompt_n'), cached),
    outputTokens:
      countIn(fields, 'eval_count') ?? countIn(fields, 'tokens_predicted') ?? countIn(timings, 'predicted_n'),
    cacheReadTokens: cached,
  };
}

/** Text Generation Inference: each entry of `prefill`, which is empty unless requested, is a token of the prompt. */
function generationTokens(fields: Fields): Tokens {
  const details = objectOf(fields['details']);
  const [prefill, others] = [details?.['prefill'], details?.['best_of_sequences']];
  const sequences = [details, ...(Array.isArray(others) ? others.slice(0, maxResults) : [])];
  const isGeneration = countIn(details, 'generated_tokens') !== undefined;
  const prompt = isGeneration && Array.isArray(prefill) && prefill.length > 0 ? prefill.length : undefined;
  return {
    inputTokens: isGeneration ? (countIn(details, 'input_length') ?? prompt) : undefined,
    outputTokens: sumOfKnown(...sequences.map((each) => countIn(each, 'generated_tokens'))),
  };
}

/** The format of `TokenUsage`. */
function ownTokens(fields: Fields): Tokens {
  const known = tokenFields.map((field) => [field, readField(fields, field) ?? undefined] as const);
  return Object.fromEntries(known) as Tokens;
}

/** Returns the tokens of a modality in lists of tokens by modality. */
function modality(name: string, ...lists: readonly unknown[]): number | undefined {
  const details = lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, maxModalities) : []));
  const found = details.filter((each) => objectOf(each)?.['modality'] === name);
  return sumOfKnown(...found.map((each) => countIn(each, 'tokenCount')));
}
