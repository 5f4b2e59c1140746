/** Tokens of an operation, under the names of the conventions that were chosen. */
import { isAmount, refuse } from '../kit/refusal.js';
import type { ModelAttributes } from './attributes.js';
import type { TokenUsage } from './events.js';
import type { GenaiInstruments } from './metrics.js';

/** Usage as it was given, also by code without types. */
export type GivenUsage = { -readonly [K in keyof TokenUsage]?: TokenUsage[K] | undefined };

const parts = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
] as const;

/**
 * Copies usage into `into`: the parts that are given take the place of those from before.
 *
 * @throws whatever reading it throws, and a TypeError when it is no object.
 */
export function readUsage(usage: unknown, into: GivenUsage): void {
  if (usage === undefined || usage === null) return;
  if (typeof usage !== 'object') throw new TypeError('usage is no object');
  const given = usage as GivenUsage;
  for (const part of parts) {
    const tokens = given[part];
    if (tokens !== undefined && tokens !== null) into[part] = tokens;
  }
}

/** Whether there is anything to price. */
export function hasTokens(usage: GivenUsage): boolean {
  return parts.some((part) => isAmount(usage[part]));
}

/** Tokens as amounts that fit together. */
export type SoundUsage = Required<TokenUsage>;

/** Usage without what is no amount. What is part of something is not more than the whole: the whole is its parts then. */
export function soundUsage(usage: GivenUsage): SoundUsage {
  const amount = (part: (typeof parts)[number]) => (isAmount(usage[part]) ? (usage[part] as number) : 0);
  const [cacheReadTokens, cacheWrite1hTokens] = [amount('cacheReadTokens'), amount('cacheWrite1hTokens')];
  const cacheWriteTokens = Math.max(amount('cacheWriteTokens'), cacheWrite1hTokens);
  const reasoningTokens = amount('reasoningTokens');
  return {
    inputTokens: Math.max(amount('inputTokens'), cacheReadTokens + cacheWriteTokens),
    outputTokens: Math.max(amount('outputTokens'), reasoningTokens),
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens,
    reasoningTokens,
  };
}

/** Records tokens; a part that is no amount is refused by its metrics and counted. */
export function recordUsage(
  instruments: GenaiInstruments,
  usage: GivenUsage,
  attributes: ModelAttributes,
  errorType: string | undefined,
): void {
  const { inputTokens: input, outputTokens: output, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const { tokenUsage } = instruments;
  if (tokenUsage !== undefined) {
    if (input !== undefined) tokenUsage.record(input, { ...attributes, 'gen_ai.token.type': 'input' });
    if (output !== undefined) tokenUsage.record(output, { ...attributes, 'gen_ai.token.type': 'output' });
  }
  // No provider's usage as it is taken here tells text from images.
  const ofAll = { ...attributes, 'gen_ai.token.modality': 'unknown' } as const;
  const ofOperation = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType };
  if (input !== undefined) {
    instruments.inputTokens?.add(input, ofAll);
    instruments.operationInputTokens?.record(input, ofOperation);
  }
  if (output !== undefined) {
    instruments.outputTokens?.add(output, ofAll);
    instruments.operationOutputTokens?.record(output, ofOperation);
  }
  if (cacheReadTokens !== undefined) instruments.cacheReadTokens?.add(cacheReadTokens, ofAll);
  if (cacheWriteTokens !== undefined) instruments.cacheWriteTokens?.add(cacheWriteTokens, ofAll);
  if (reasoningTokens !== undefined) instruments.reasoningTokens?.add(reasoningTokens, ofAll);
}

/** Counts usage that could not be read. */
export function refuseUsage({ tokenUsage, inputTokens, operationDuration }: GenaiInstruments): void {
  refuse(tokenUsage ?? inputTokens ?? operationDuration);
}
