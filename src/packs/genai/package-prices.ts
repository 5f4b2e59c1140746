/**
 * Prices of the optional package `@pydantic/genai-prices`, loaded when metrics start.
 *
 * A calculation by the package takes tens of microseconds. Fixed prices of a model are therefore cached. If the price
 * depends on the number of tokens or on the time, the package calculates each cost.
 */
import type { Clock } from '../../model/clock.js';
import { modelFamily, ownCopy } from '../kit/bounded-names.js';
import { isAmount } from '../kit/refusal.js';
import { costByPrice, gapOf, type ModelPrice, type PriceGap, tierFactor, toolFees } from './model-price.js';
import type { PriceSource } from './prices.js';
import type { NormalizedUsage } from './token-usage.js';

/** Maximum number of cached models. */
const maxCacheSize = 1_000;
/** Lifetime of the cache, because the package can update its prices at run time. */
const cacheTtlMs = 3_600_000;
/** Longer keys are not cached. */
const maxKeyLength = 200;

/** Provider names of the conventions that the package does not know, with its own names. */
const providerIds: ReadonlyMap<string, string> = new Map([
  ['azure.ai.inference', 'azure'],
  ['gcp.gen_ai', 'google'],
  ['x_ai', 'x-ai'],
]);

/**
 * Factors of service tiers, which the package does not have, by provider: OpenAI and Anthropic process batches, and OpenAI
 * also flexible requests, at half the price of all tokens. Other tiers have no common factor.
 */
const tierFactors: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map([
  ['openai', { flex: 0.5, batch: 0.5 }],
  ['anthropic', { batch: 0.5 }],
]);

/** Parts of a price, with their names in the package. */
const rateNames = {
  cacheRead: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  reasoning: 'output_reasoning_mtok',
  audioInput: 'input_audio_mtok',
  audioOutput: 'output_audio_mtok',
  audioCacheRead: 'cache_audio_read_mtok',
  imageInput: 'input_image_mtok',
  imageOutput: 'output_image_mtok',
};
/** Tools, with the names of their fees in the package, and the number of uses that a fee is for. */
const feeNames = {
  web_search: ['web_searches_kcount', 1e3],
  file_search: ['storage_searches_kcount', 1e3],
  citation_token: ['output_citation_mtok', 1e6],
} as const;

/** A price that the package calculated. */
interface Calculation {
  readonly total_price: number;
  readonly model: { readonly prices: unknown };
  readonly model_price: Readonly<Record<string, unknown>>;
}

/** The members of the package that are used. */
interface PricePackage {
  calcPrice(
    usage: Record<string, number>,
    model: string,
    options: { providerId: string; timestamp: Date },
  ): Calculation | null;
}

/** A model that the package knows, under its name in the package. */
interface KnownModel {
  readonly name: string;
  /** The fixed price; `undefined` if the package must calculate each cost. */
  readonly price: ModelPrice | undefined;
}

/** Loads the package. Resolves to `undefined` if the package is not installed or cannot be loaded. */
export async function loadPackagePrices(clock: Clock): Promise<PriceSource | undefined> {
  try {
    return new PackagePrices(await import('@pydantic/genai-prices'), clock);
  } catch {
    return undefined;
  }
}

class PackagePrices implements PriceSource {
  readonly #package: PricePackage;
  readonly #clock: Clock;
  /** Models by provider and name as recorded; `null` for models that the package does not know. */
  readonly #cache = new Map<string, KnownModel | null>();
  #cacheStartMs: number;

  constructor(prices: PricePackage, clock: Clock) {
    this.#package = prices;
    this.#clock = clock;
    this.#cacheStartMs = clock.monotonicMs();
  }

  priceOf(provider: string, model: string, usage: NormalizedUsage): number | PriceGap | undefined {
    const known = this.#lookUp(provider, model);
    if (known === null) return undefined;
    if (known.price !== undefined) return costByPrice(known.price, usage);
    const calculated = this.#calculate(provider, known.name, usage);
    if (calculated === null) return undefined;
    const price = priceOf(provider, calculated.model_price);
    const gap = gapOf(price, price, usage);
    return gap ?? calculated.total_price * tierFactor(price, usage) + toolFees(price, usage);
  }

  #lookUp(provider: string, model: string): KnownModel | null {
    const nowMs = this.#clock.monotonicMs();
    if (this.#cache.size >= maxCacheSize || nowMs - this.#cacheStartMs >= cacheTtlMs) {
      this.#cache.clear();
      this.#cacheStartMs = nowMs;
    }
    const key = `${provider} ${model}`;
    let known = this.#cache.get(key);
    if (known === undefined) {
      known = this.#find(provider, model);
      if (key.length <= maxKeyLength) this.#cache.set(ownCopy(key), known);
    }
    return known;
  }

  /** Finds a model by its full name, then without its path, then also without a date or tag. */
  #find(provider: string, model: string): KnownModel | null {
    for (const name of new Set([model, model.replace(/^.*\//, ''), modelFamily(model)])) {
      const found = this.#calculate(provider, name);
      if (found !== null) return { name: ownCopy(name), price: fixedPrice(provider, found) };
    }
    return null;
  }

  #calculate(provider: string, model: string, usage?: NormalizedUsage) {
    const providerId = providerIds.get(provider.toLowerCase()) ?? provider;
    const tokens: Record<string, number> =
      usage === undefined
        ? {}
        : {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cache_read_tokens: usage.cacheReadTokens,
            cache_write_tokens: usage.cacheWriteTokens,
            cache_write_1h_tokens: usage.cacheWrite1hTokens,
            output_reasoning_tokens: usage.reasoningTokens,
            input_audio_tokens: usage.audioInputTokens,
            output_audio_tokens: usage.audioOutputTokens,
            cache_audio_read_tokens: usage.audioCacheReadTokens,
            input_image_tokens: usage.imageInputTokens,
            output_image_tokens: usage.imageOutputTokens,
          };
    return this.#package.calcPrice(tokens, model, { providerId, timestamp: new Date(this.#clock.nowUnixMs()) });
  }
}

/** Returns the fixed price of a model; `undefined` if its price depends on time, amount or requests. */
function fixedPrice(provider: string, { model, model_price: rates }: Calculation): ModelPrice | undefined {
  const tokenRates = Object.entries(rates).filter(([unit]) => unit.endsWith('_mtok'));
  // A list of prices has conditions, such as a date or a time of day.
  const isFixed =
    !Array.isArray(model.prices) &&
    rates['requests_kcount'] === undefined &&
    tokenRates.every(([, rate]) => isAmount(rate)) &&
    isAmount(rates['input_mtok']) &&
    isAmount(rates['output_mtok']);
  return isFixed ? priceOf(provider, rates) : undefined;
}

/** Returns the price that consists of rates of the package. Rates that depend on the amount have their lowest value. */
function priceOf(provider: string, rates: Readonly<Record<string, unknown>>): ModelPrice {
  const rateOf = (name: string): number | undefined => {
    const rate = rates[name];
    const fixed = typeof rate === 'object' && rate !== null ? (rate as { readonly base?: unknown }).base : rate;
    return isAmount(fixed) ? fixed : undefined;
  };
  const parts = Object.entries(rateNames).map(([part, name]) => [part, rateOf(name)] as const);
  const fees = Object.entries(feeNames).flatMap(([tool, [name, uses]]) => {
    const fee = rateOf(name);
    return fee === undefined ? [] : [[tool, fee / uses] as const];
  });
  return {
    input: rateOf('input_mtok') ?? 0,
    output: rateOf('output_mtok') ?? 0,
    ...Object.fromEntries(parts.filter(([, rate]) => rate !== undefined)),
    serviceTiers: tierFactors.get(provider.trim().toLowerCase()) ?? {},
    tools: Object.fromEntries(fees),
  };
}
