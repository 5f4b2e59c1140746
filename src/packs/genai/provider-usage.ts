/** Finds and reads usage in what providers and servers report. Unknown fields are ignored. */
import { isAmount, isCount } from '../kit/refusal.js';
import { amountIn, type Fields, objectOf, readField } from './fields.js';
import { tokensOf } from './provider-formats.js';
import { serviceTierOf, tierName } from './service-tier.js';
import type { RawUsage } from './token-parts.js';
import type { TokenUsage } from './token-usage.js';
import { toolUsesOf } from './tool-uses.js';

/** Ticks of xAI in one US dollar. */
const ticksPerUsd = 1e10;

/** Maximum depth and number of fields that are merged. */
const [maxDepth, maxFields] = [3, 64];

/**
 * Returns the usage that is reported as `TokenUsage` or by a provider; `undefined` without usage. Values that are not amounts
 * are left out: pass the report itself to the recorder, which counts them.
 *
 * Reads the usage object of OpenAI (chat completions, responses), Anthropic, Gemini, Bedrock, Cohere, watsonx, Vercel's AI
 * SDK and LangChain, the variants of compatible servers, and the counters of llama.cpp, Ollama and Text Generation Inference.
 *
 * @param reported a response, a chunk or event of a stream, or the usage object in it.
 */
export function usageOf(reported: unknown): TokenUsage | undefined {
  const { serviceTier, toolUses, costUsd, ...tokens } = usagePartsOf(reported);
  const amounts = Object.entries(tokens).filter(([, count]) => isCount(count));
  if (isAmount(costUsd)) amounts.push(['costUsd', costUsd]);
  if (amounts.length === 0) return undefined;
  const tier = typeof serviceTier === 'string' ? tierName(serviceTier) : '';
  const uses = Object.entries(objectOf(toolUses) ?? {}).filter(([, count]) => isCount(count));
  return {
    ...Object.fromEntries(amounts),
    ...(tier !== '' && { serviceTier: tier }),
    ...(uses.length > 0 && { toolUses: Object.fromEntries(uses) as Record<string, number> }),
  };
}

/**
 * Returns the parts of a usage that are reported, valid or not: the service tier, empty for the standard tier, and the uses of
 * tools also without tokens, which may be reported later, or estimated.
 */
export function usagePartsOf(reported: unknown): RawUsage {
  const fields = findUsage(reported);
  if (fields === undefined) return {};
  const charges = {
    costUsd: readField(fields, 'costUsd') ?? reportedCost(reported, fields),
    serviceTier: ownTier(fields) ?? serviceTierOf(reported, fields),
    toolUses: readField(fields, 'toolUses') ?? toolUsesOf(reported, fields),
  };
  const known = Object.entries({ ...charges, ...tokensOf(fields) }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}

/** Returns the tier of a usage as `TokenUsage`. The `serviceTier` of Bedrock is an object, and part of the response. */
function ownTier(fields: Fields): unknown {
  const tier = readField(fields, 'serviceTier');
  return objectOf(tier) === undefined ? tier : undefined;
}

/** Finds the usage object in a response, a chunk or an event; returns the value itself if it has no such object. */
export function findUsage(reported: unknown): Fields | undefined {
  const fields = objectOf(reported);
  if (fields === undefined) return undefined;
  const choices = fields['choices'];
  const candidates = [
    fields['usage'],
    fields['usageMetadata'],
    fields['usage_metadata'],
    fields['amazon-bedrock-invocationMetrics'],
    objectOf(fields['x_groq'])?.['usage'],
    objectOf(fields['metadata'])?.['usage'],
    objectOf(fields['message'])?.['usage'],
    objectOf(fields['response'])?.['usage'],
    objectOf(fields['delta'])?.['usage'],
    cohereMeta(fields),
    cohereMeta(objectOf(fields['response'])),
    ...(Array.isArray(choices) ? choices.slice(0, 1).map((choice) => objectOf(choice)?.['usage']) : []),
  ];
  return candidates.map(objectOf).find((each) => each !== undefined) ?? fields;
}

/** Returns the usage in a response of Cohere's first API; `meta` of other responses has no usage. */
function cohereMeta(response: Fields | undefined): unknown {
  const meta = objectOf(response?.['meta']);
  return ['billed_units', 'billedUnits', 'tokens'].some((name) => objectOf(meta?.[name]) !== undefined)
    ? meta
    : undefined;
}

/** Merges usage of a later event into the usage so far. Counts are cumulative, and therefore never fall. */
export function mergeReported(earlier: Fields | undefined, later: Fields, depth = 1): Fields {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later).slice(0, maxFields)) {
    const known = merged[name];
    if (isAmount(value) && isAmount(known)) merged[name] = Math.max(known, value);
    else if (Array.isArray(value)) merged[name] = value;
    else if (objectOf(value) !== undefined && depth < maxDepth) {
      merged[name] = mergeReported(objectOf(known), value as Fields, depth + 1);
    } else if (value !== null && value !== undefined) merged[name] = value;
  }
  return merged;
}

/**
 * Returns the cost in US dollars that OpenRouter, LiteLLM, Perplexity or xAI reports; NaN if the report is no amount, or
 * only a part of the cost.
 *
 * @param usage result of `findUsage(reported)`.
 */
export function reportedCost(reported: unknown, usage: Fields | undefined): number | undefined {
  const cost = usage?.['cost'];
  const hidden = objectOf(reported)?.['_hidden_params'];
  const ofUsage = objectOf(cost) === undefined ? amountIn(usage, 'cost') : amountIn(cost, 'total_cost');
  const ticks = amountIn(usage, 'cost_in_usd_ticks');
  const charged = ofUsage ?? (ticks === undefined ? amountIn(hidden, 'response_cost') : ticks / ticksPerUsd);
  if (usage?.['is_byok'] !== true) return charged;
  // OpenRouter charges only its fee if the user's own key is used. The provider charges the key.
  const ofProvider = chargeOf(usage['cost_details'], toolUsesOf(reported, usage) !== undefined);
  if (ofProvider !== undefined) return ofProvider + (charged ?? 0);
  return charged === undefined || charged === 0 ? undefined : Number.NaN;
}

/** Returns the charge of the provider: the sum, or else its parts, which exclude the fees of tools. NaN for one part alone. */
function chargeOf(details: unknown, hasFees: boolean): number | undefined {
  const parts = (input: string, output: string) => {
    const [ofInput, ofOutput] = [input, output].map((part) => amountIn(details, `upstream_inference_${part}_cost`));
    if (ofInput === undefined && ofOutput === undefined) return undefined;
    return hasFees ? Number.NaN : (ofInput ?? Number.NaN) + (ofOutput ?? Number.NaN);
  };
  return amountIn(details, 'upstream_inference_cost') ?? parts('prompt', 'completions') ?? parts('input', 'output');
}
