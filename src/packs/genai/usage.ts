/** Token usage of an operation, recorded under the names of the selected conventions. */
import { isAmount, isCount, refuse, wholeOf } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import { objectOf } from './fields.js';
import type { GenaiInstruments } from './metrics.js';
import { usagePartsOf } from './provider-usage.js';
import { tierName } from './service-tier.js';
import { leastTokens, type RawUsage, type TokenField, tokenFields } from './token-parts.js';
import type { NormalizedUsage, TokenUsage } from './token-usage.js';

/** Fields without a metric under some conventions. */
const fieldsOfCost = tokenFields.filter((field) => field !== 'inputTokens' && field !== 'outputTokens');

/** Maximum number of tools that are merged from one usage. */
const maxTools = 100;

/**
 * Merges usage into `target`, as `TokenUsage` or as a provider reports it. Counts never fall. A valid value replaces an
 * earlier invalid one. Returns true if the usage has both totals.
 *
 * @throws {TypeError} if the usage is not an object; otherwise any error that a getter of it throws.
 */
export function readUsage(usage: unknown, target: RawUsage): boolean {
  if (usage === undefined || usage === null) return false;
  if (typeof usage !== 'object') throw new TypeError('usage is not an object');
  const source = usagePartsOf(usage);
  for (const field of tokenFields) raise(target, field, source[field], isCount);
  if (source.isOfProvider) target.isOfProvider = true;
  raise(target, 'costUsd', source.costUsd, isAmount);
  if (source.serviceTier !== undefined) target.serviceTier = source.serviceTier;
  if (source.toolUses !== undefined) target.toolUses = mergeUses(target.toolUses, source.toolUses);
  return isCount(source.inputTokens) && isCount(source.outputTokens);
}

/** Sets a field of `target`, unless it has a higher valid value. */
function raise(
  target: RawUsage,
  field: TokenField | 'costUsd',
  value: number | undefined,
  isValid: (value: unknown) => value is number,
): void {
  const known = target[field];
  if (value === undefined) return;
  target[field] = isValid(known) && isValid(value) ? Math.max(known, value) : value;
}

/** Merges the uses of tools, which never fall; NaN stands for uses that are no count, or no object. */
function mergeUses(earlier: unknown, later: unknown): unknown {
  const uses = objectOf(later);
  if (uses === undefined) return Number.NaN;
  const merged = new Map(Object.entries(objectOf(earlier) ?? {}));
  for (const [tool, count] of Object.entries(uses).slice(0, maxTools)) {
    const known = merged.get(tool);
    merged.set(tool, isCount(count) ? Math.max(count, isCount(known) ? known : 0) : Number.NaN);
  }
  return Object.fromEntries(merged);
}

/** Returns the reason why no cost can be derived from the usage; `undefined` if a cost can be derived. */
export function usageGap(usage: RawUsage, isIncomplete: boolean): 'no_usage' | 'incomplete_usage' | undefined {
  if (!tokenFields.some((field) => isCount(usage[field]))) return 'no_usage';
  return isIncomplete ? 'incomplete_usage' : undefined;
}

/** True if a part is invalid: a cost of the others would be too low. */
export function hasInvalidPart(usage: RawUsage): boolean {
  return tokenFields.some((field) => usage[field] !== undefined && !isCount(usage[field])) || invalidCharges(usage) > 0;
}

/** Returns the number of invalid parts among the service tier and the uses of tools. */
function invalidCharges({ serviceTier, toolUses }: RawUsage): number {
  const isTierValid = serviceTier === undefined || typeof serviceTier === 'string';
  const areUsesValid = toolUses === undefined || Object.values(objectOf(toolUses) ?? [Number.NaN]).every(isCount);
  return Number(!isTierValid) + Number(!areUsesValid);
}

/** Normalizes usage: replaces absent fields by the lowest number that their parts permit. */
export function normalizeUsage(usage: RawUsage): NormalizedUsage {
  const counts = Object.fromEntries(tokenFields.map((field) => [field, leastTokens(usage, field)]));
  return {
    ...(counts as Record<TokenField, number>),
    serviceTier: typeof usage.serviceTier === 'string' ? tierName(usage.serviceTier) : '',
    toolUses: Object.fromEntries(
      Object.entries((usage.toolUses ?? {}) as Readonly<Record<string, number>>).filter(([, uses]) => uses > 0),
    ),
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
  for (let count = invalidCharges(usage); count > 0; count--) refuseUsage(instruments);
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
