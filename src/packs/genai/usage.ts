/** Token usage of an operation, recorded under the names of the selected conventions. */
import { isAmount, refuse } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import type { TokenUsage } from './events.js';
import type { GenaiInstruments } from './metrics.js';
import { findUsage, usageOf } from './provider-usage.js';

/** Usage as the caller passed it, not yet validated. */
export type RawUsage = { -readonly [K in keyof TokenUsage]?: TokenUsage[K] | undefined };

const fields = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'audioInputTokens',
  'audioOutputTokens',
] as const;

const fieldsAndCost = [...fields, 'costUsd'] as const;

/** Fields of Bedrock, whose `inputTokens` excludes cached tokens. */
const bedrockFields = ['cacheReadInputTokens', 'cacheWriteInputTokens', 'cacheDetails'];

/**
 * Merges usage into `target`, as `TokenUsage` or as a provider reports it. Counts never fall.
 *
 * @throws {TypeError} if the usage is not an object; otherwise any error that a getter of it throws.
 */
export function readUsage(usage: unknown, target: RawUsage): void {
  if (usage === undefined || usage === null) return;
  if (typeof usage !== 'object') throw new TypeError('usage is not an object');
  const reported = findUsage(usage) as Readonly<Record<string, unknown>>;
  const isOwn =
    reported === usage &&
    fieldsAndCost.some((field) => field in usage) &&
    !bedrockFields.some((field) => field in usage);
  const source: RawUsage = isOwn ? usage : (usageOf(usage) ?? {});
  for (const field of fieldsAndCost) {
    const value = source[field];
    const known = target[field];
    if (value === undefined || value === null) continue;
    target[field] = isAmount(known) && isAmount(value) ? Math.max(known, value) : value;
  }
}

/** Returns the reason why no cost can be derived from the usage; `undefined` if a cost can be derived. */
export function usageGap(usage: RawUsage, isStream: boolean): 'no_usage' | 'incomplete_usage' | undefined {
  if (!fields.some((field) => isAmount(usage[field]))) return 'no_usage';
  // Some providers report the input at the start of a stream, and the output only at its end.
  return isStream && usage.outputTokens === undefined ? 'incomplete_usage' : undefined;
}

/** Usage whose fields are all amounts, and whose totals are not below the sum of their parts. */
export type NormalizedUsage = Required<Omit<TokenUsage, 'costUsd'>>;

/** Normalizes usage: replaces invalid fields by 0, and raises a total to the sum of its parts. */
export function normalizeUsage(usage: RawUsage): NormalizedUsage {
  const amount = (field: (typeof fields)[number]) => (isAmount(usage[field]) ? (usage[field] as number) : 0);
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
    audioInputTokens: amount('audioInputTokens'),
    audioOutputTokens: amount('audioOutputTokens'),
  };
}

/**
 * Records tokens. The metric of an invalid field rejects and counts it.
 *
 * @param estimated the totals that are estimates.
 */
export function recordUsage(
  instruments: GenaiInstruments,
  usage: RawUsage,
  estimated: Pick<RawUsage, 'inputTokens' | 'outputTokens'>,
  attributes: ModelAttributes,
  errorType: string | undefined,
): void {
  const { inputTokens: input, outputTokens: output, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const { tokenUsage } = instruments;
  const inputMark = estimated.inputTokens === undefined ? {} : { estimated: true };
  const outputMark = estimated.outputTokens === undefined ? {} : { estimated: true };
  if (tokenUsage !== undefined) {
    if (input !== undefined) tokenUsage.record(input, { ...attributes, ...inputMark, 'gen_ai.token.type': 'input' });
    if (output !== undefined)
      tokenUsage.record(output, { ...attributes, ...outputMark, 'gen_ai.token.type': 'output' });
  }
  if (attributes['gen_ai.operation.name'] === 'embeddings') {
    if (input !== undefined) instruments.embeddingsInputTokens?.record(input, { ...attributes, ...inputMark });
    return;
  }
  // `TokenUsage` does not separate text from images and audio.
  const withModality = { ...attributes, 'gen_ai.token.modality': 'unknown' } as const;
  const withError = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType };
  if (input !== undefined) {
    instruments.inputTokens?.add(input, { ...withModality, ...inputMark });
    instruments.operationInputTokens?.record(input, { ...withError, ...inputMark });
  }
  if (output !== undefined) {
    instruments.outputTokens?.add(output, { ...withModality, ...outputMark });
    instruments.operationOutputTokens?.record(output, { ...withError, ...outputMark });
  }
  if (cacheReadTokens !== undefined) instruments.cacheReadTokens?.add(cacheReadTokens, withModality);
  if (cacheWriteTokens !== undefined) instruments.cacheWriteTokens?.add(cacheWriteTokens, withModality);
  if (reasoningTokens !== undefined) instruments.reasoningTokens?.add(reasoningTokens, withModality);
}

/** Counts usage that could not be read. */
export function refuseUsage({ tokenUsage, inputTokens, operationDuration }: GenaiInstruments): void {
  refuse(tokenUsage ?? inputTokens ?? operationDuration);
}
