/** Reads the tokens that Bedrock reports: of its own formats, and of the native formats of models that only Bedrock serves. */
import { countIn, type Fields, objectOf, sumOfKnown } from './fields.js';
import type { Tokens } from './token-parts.js';

/** Maximum number of entries that are read from a list. */
const maxEntries = 1_000;

/** Without these fields, the counts of Converse and Nova are those of `TokenUsage`. */
const cacheFields = [
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'cacheDetails',
  'cacheReadInputTokenCount',
  'cacheWriteInputTokenCount',
];

/** Converse, Nova and the metrics that end a stream: the input excludes cache reads and writes. */
export function bedrockTokens(fields: Fields): Tokens | undefined {
  const input = countIn(fields, 'inputTokens') ?? countIn(fields, 'inputTokenCount');
  if (fields['inputTokenCount'] === undefined && !cacheFields.some((field) => field in fields)) return undefined;
  const read = countIn(fields, 'cacheReadInputTokens') ?? countIn(fields, 'cacheReadInputTokenCount');
  const written = countIn(fields, 'cacheWriteInputTokens') ?? countIn(fields, 'cacheWriteInputTokenCount');
  const details = Array.isArray(fields['cacheDetails']) ? fields['cacheDetails'].slice(0, maxEntries) : [];
  const hourly = details.filter((each) => objectOf(each)?.['ttl'] === '1h').map((each) => countIn(each, 'inputTokens'));
  return {
    inputTokens: input === undefined ? undefined : sumOfKnown(input, read, written),
    outputTokens: countIn(fields, 'outputTokens') ?? countIn(fields, 'outputTokenCount'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: sumOfKnown(...hourly),
  };
}

/** Llama and Titan. */
export function bedrockModelTokens(fields: Fields): Tokens {
  const results = Array.isArray(fields['results']) ? fields['results'].slice(0, maxEntries) : [];
  return {
    inputTokens: countIn(fields, 'prompt_token_count') ?? countIn(fields, 'inputTextTokenCount'),
    outputTokens:
      countIn(fields, 'generation_token_count') ??
      countIn(fields, 'totalOutputTextTokenCount') ??
      sumOfKnown(...results.map((result) => countIn(result, 'tokenCount'))),
  };
}
