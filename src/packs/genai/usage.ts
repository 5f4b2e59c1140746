/** Token usage of an operation, recorded under the names of the selected conventions. */
import { isAmount, isCount, refuse, wholeOf } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import { tierName } from './charges.js';
import type { GenaiInstruments } from './metrics.js';
import { findUsage, usagePartsOf } from './provider-usage.js';
import { leastTokens, type RawUsage, type TokenField, tokenFields } from './token-parts.js';
import type { NormalizedUsage, TokenUsage } from './token-usage.js';

/** Fields without a metric under some conventions. */
const fieldsOfCost = tokenFields.filter((field) => field !== 'inputTokens' && field !== 'outputTokens');

const allFields = [...tokenFields, 'costUsd', 'serviceTier', 'toolUses'] as const;

/** Maximum number of tools that are merged from one usage. */
const maxTools = 100;

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
    reported === usage && allFields.some((field) => field in usage) && !bedrockFields.some((field) => field in usage);
  const source: RawUsage = isOwn ? usage : usagePartsOf(usage);
  for (const field of tokenFields) raise(target, field, source[field], isCount);
  raise(target, 'costUsd', source.costUsd, isAmount);
  readCharges(source, target);
}

/** Sets a field of `target`, unless it has a higher valid value. */
function raise(
  target: RawUsage,
  field: TokenField | 'costUsd',
  value: number | undefined | null,
  isValid: (value: unknown) => value is number,
): void {
  const known = target[field];
  if (value === undefined || value === null) return;
  target[field] = isValid(known) && isValid(value) ? Math.max(known, value) : value;
}

/** Merges the service tier, of which the latest counts, and the uses of tools, which never fall. */
function readCharges({ serviceTier, toolUses }: RawUsage, target: RawUsage): void {
  if (serviceTier !== undefined && serviceTier !== null) {
    if (typeof serviceTier !== 'string') throw new TypeError('the service tier is not a string');
    target.serviceTier = serviceTier;
  }
  if (toolUses === undefined || toolUses === null) return;
  if (typeof toolUses !== 'object') throw new TypeError('the uses of tools are not an object');
  const merged = new Map(Object.entries(target.toolUses ?? {}));
  for (const [tool, uses] of Object.entries(toolUses).slice(0, maxTools)) {
    if (!isCount(uses)) throw new TypeError('the uses of a tool are not a whole number');
    merged.set(tool, Math.max(merged.get(tool) ?? 0, uses));
  }
  target.toolUses = Object.fromEntries(merged);
}

/** Returns the reason why no cost can be derived from the usage; `undefined` if a cost can be derived. */
export function usageGap(usage: RawUsage, isIncomplete: boolean): 'no_usage' | 'incomplete_usage' | undefined {
  if (!tokenFields.some((field) => isCount(usage[field]))) return 'no_usage';
  return isIncomplete ? 'incomplete_usage' : undefined;
}

/** True if a count is invalid: a cost of the others would be too low. */
export function hasInvalidCount(usage: RawUsage): boolean {
  return tokenFields.some((field) => usage[field] !== undefined && !isCount(usage[field]));
}

/** Normalizes usage: replaces absent fields by the lowest number that their parts permit. */
export function normalizeUsage(usage: RawUsage): NormalizedUsage {
  const counts = Object.fromEntries(tokenFields.map((field) => [field, leastTokens(usage, field)]));
  return {
    ...(counts as Record<TokenField, number>),
    serviceTier: tierName(usage.serviceTier ?? ''),
    toolUses: Object.fromEntries(Object.entries(usage.toolUses ?? {}).filter(([, uses]) => uses > 0)),
  };
}

/**
 * Records tokens. The metric of an invalid field rejects and counts it; another metric of tokens counts an invalid field
 * without a metric.
 *
 * @param estimated the totals that are estimates.
 */
export function recordUsage(
  instruments: GenaiInstruments,
  usage: RawUsage,
  estimated: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>,
  attributes: ModelAttributes,
  errorType: string | undefined,
): void {
  const { tokenUsage } = instruments;
  const input = usage.inputTokens === undefined ? undefined : wholeOf(usage.inputTokens);
  const output = usage.outputTokens === undefined ? undefined : wholeOf(usage.outputTokens);
  const inputMark = estimated.inputTokens === undefined ? {} : { estimated: true };
  const outputMark = estimated.outputTokens === undefined ? {} : { estimated: true };
  if (tokenUsage !== undefined) {
    if (input !== undefined) tokenUsage.record(input, { ...attributes, ...inputMark, 'gen_ai.token.type': 'input' });
    if (output !== undefined)
      tokenUsage.record(output, { ...attributes, ...outputMark, 'gen_ai.token.type': 'output' });
  }
  if (attributes['gen_ai.operation.name'] === 'embeddings') {
    if (input !== undefined) instruments.embeddingsInputTokens?.record(input, { ...attributes, ...inputMark });
    if (tokenUsage === undefined) refuseInvalid(instruments, usage.outputTokens);
    for (const field of fieldsOfCost) refuseInvalid(instruments, usage[field]);
    return;
  }
  const withModality = { ...attributes, 'gen_ai.token.modality': 'unknown' } as const;
  const withError = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType };
  if (input !== undefined) {
    const parts = { audio: usage.audioInputTokens, image: usage.imageInputTokens };
    addByModality(instruments.inputTokens, input, parts, { ...attributes, ...inputMark });
    instruments.operationInputTokens?.record(input, { ...withError, ...inputMark });
  }
  if (output !== undefined) {
    const parts = { audio: usage.audioOutputTokens, image: usage.imageOutputTokens };
    addByModality(instruments.outputTokens, output, parts, { ...attributes, ...outputMark });
    instruments.operationOutputTokens?.record(output, { ...withError, ...outputMark });
  }
  const { cacheReadTokens, cacheWriteTokens, reasoningTokens } = instruments;
  const counters: Readonly<Record<string, typeof cacheReadTokens>> = {
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
  };
  for (const field of fieldsOfCost) {
    const counter = counters[field];
    if (counter === undefined) refuseInvalid(instruments, usage[field]);
    else if (usage[field] !== undefined) counter.add(wholeOf(usage[field]), withModality);
  }
}

/** Adds tokens by modality. Usage does not show how many of the other tokens are text. */
function addByModality(
  counter: GenaiInstruments['inputTokens'],
  total: number,
  parts: Readonly<Record<'audio' | 'image', number | undefined>>,
  attributes: ModelAttributes & { readonly estimated?: boolean },
): void {
  let others = total;
  for (const modality of ['audio', 'image'] as const) {
    const tokens = parts[modality];
    if (!isCount(tokens) || tokens === 0 || !(tokens <= others)) continue;
    counter?.add(tokens, { ...attributes, 'gen_ai.token.modality': modality });
    others -= tokens;
  }
  if (others !== 0 || total === 0) counter?.add(others, { ...attributes, 'gen_ai.token.modality': 'unknown' });
}

/** Counts an invalid number of tokens that no metric records. */
function refuseInvalid(instruments: GenaiInstruments, tokens: unknown): void {
  if (tokens !== undefined && !isCount(tokens)) refuseUsage(instruments, tokens);
}

/** Counts usage that could not be read. */
export function refuseUsage({ tokenUsage, inputTokens, operationDuration }: GenaiInstruments, value?: unknown): void {
  refuse(tokenUsage ?? inputTokens ?? operationDuration, value);
}
