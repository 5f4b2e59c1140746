/** The counts of a usage, and which of them are parts of others. */
import { isCount } from '../kit/refusal.js';

/** The fields with numbers of tokens. */
export const tokenFields = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'audioInputTokens',
  'audioOutputTokens',
  'audioCacheReadTokens',
  'imageInputTokens',
  'imageOutputTokens',
] as const;

export type TokenField = (typeof tokenFields)[number];

/** Tokens as they are reported. */
export type Tokens = Readonly<Pick<RawUsage, TokenField | 'isOfProvider'>>;

/** Usage as the caller passed it, not yet validated. */
export type RawUsage = { -readonly [Field in TokenField | 'costUsd']?: number | undefined } & {
  /** True if the tokens are in the format of a provider. */
  isOfProvider?: boolean;
  serviceTier?: unknown;
  toolUses?: unknown;
};

/**
 * Counts with their parts, inner counts first. The parts of one list are distinct; parts of two lists overlap, because audio
 * and images may be cached.
 */
const partsOf: Partial<Record<TokenField, readonly (readonly TokenField[])[]>> = {
  cacheReadTokens: [['audioCacheReadTokens']],
  cacheWriteTokens: [['cacheWrite1hTokens']],
  audioInputTokens: [['audioCacheReadTokens']],
  inputTokens: [
    ['cacheReadTokens', 'cacheWriteTokens'],
    ['audioInputTokens', 'imageInputTokens'],
  ],
  outputTokens: [['reasoningTokens', 'audioOutputTokens', 'imageOutputTokens']],
};

/** Returns a count; the lowest number that its parts permit if the count is absent or invalid. */
export function leastTokens(usage: RawUsage, field: TokenField): number {
  const tokens = usage[field];
  if (isCount(tokens)) return tokens;
  return Math.max(0, ...(partsOf[field] ?? []).map((parts) => sumOf(usage, parts)));
}

function sumOf(usage: RawUsage, parts: readonly TokenField[]): number {
  return parts.reduce((sum, part) => sum + leastTokens(usage, part), 0);
}

/** Makes parts invalid that exceed the count that includes them, alone or together. */
export function refuseContradictions(usage: RawUsage): void {
  for (const [field, lists] of Object.entries(partsOf) as [TokenField, readonly (readonly TokenField[])[]][]) {
    const tokens = usage[field];
    if (!isCount(tokens)) continue;
    for (const parts of lists.filter((each) => sumOf(usage, each) > tokens)) {
      for (const part of parts.flatMap((each) => reportedParts(usage, each))) usage[part] = Number.NaN;
    }
  }
}

/** Returns the field if it has tokens, or else its parts that have. */
function reportedParts(usage: RawUsage, field: TokenField): readonly TokenField[] {
  const tokens = usage[field];
  if (isCount(tokens)) return tokens > 0 ? [field] : [];
  return (partsOf[field] ?? []).flat().flatMap((part) => reportedParts(usage, part));
}

/**
 * True if a part has tokens, but the total of the input or the output that includes it is absent; for usage of a provider,
 * also if the output has tokens, but the input is absent.
 */
export function lacksTotal(usage: RawUsage): boolean {
  const { inputTokens, outputTokens, isOfProvider = false } = usage;
  const [input, output] = [leastTokens(usage, 'inputTokens'), leastTokens(usage, 'outputTokens')];
  const hasInput = input > 0 || (isOfProvider && output > 0);
  return (inputTokens === undefined && hasInput) || (outputTokens === undefined && output > 0);
}
