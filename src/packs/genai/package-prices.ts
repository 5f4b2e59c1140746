/**
 * Prices of the optional package `@pydantic/genai-prices`, loaded when metrics start.
 *
 * A calculation by the package takes tens of microseconds. Fixed rates of a model are therefore cached. If the price
 * depends on the number of tokens or on the time, the package calculates each cost.
 */
import type { Clock } from '../../model/clock.js';
import { modelFamily, ownCopy } from '../kit/bounded-names.js';
import { isAmount } from '../kit/refusal.js';
import { costOf, type ModelPrice, type PriceSource } from './prices.js';
import type { NormalizedUsage } from './usage.js';

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

/** The members of the package that are used. */
interface PricePackage {
  calcPrice(
    usage: Record<string, number>,
    model: string,
    options: { providerId: string; timestamp: Date },
  ): { total_price: number; model: { prices: unknown }; model_price: Readonly<Record<string, unknown>> } | null;
}

/** Fixed rates of a model; `variable` if the package must calculate each cost. */
type Rates = ModelPrice | 'variable';

/** A model that the package knows, under its name in the package. */
interface KnownModel {
  readonly name: string;
  readonly rates: Rates;
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

  priceOf(provider: string, model: string, usage: NormalizedUsage): number | undefined {
    const known = this.#lookUp(provider, model);
    if (known === null) return undefined;
    const { name, rates } = known;
    return rates === 'variable' ? this.#calculate(provider, name, usage)?.total_price : costOf(rates, usage);
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
      if (found !== null) return { name: ownCopy(name), rates: ratesOf(found.model.prices, found.model_price) };
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
          };
    return this.#package.calcPrice(tokens, model, { providerId, timestamp: new Date(this.#clock.nowUnixMs()) });
  }
}

/** Returns the fixed rates of a model, or `variable` if its price depends on time, amount or requests. */
function ratesOf(prices: unknown, price: Readonly<Record<string, unknown>>): Rates {
  const { input_mtok: input, output_mtok: output, requests_kcount: perRequest } = price;
  const tokenRates = Object.entries(price).filter(([unit]) => unit.endsWith('_mtok'));
  // A list of prices has conditions, such as a date or a time of day.
  if (Array.isArray(prices) || perRequest !== undefined || !tokenRates.every(([, rate]) => isAmount(rate)))
    return 'variable';
  if (!isAmount(input) || !isAmount(output)) return 'variable';
  const optional = (part: string, rate: unknown) => (isAmount(rate) ? { [part]: rate } : {});
  return {
    input,
    output,
    ...optional('cacheRead', price['cache_read_mtok']),
    ...optional('cacheWrite', price['cache_write_mtok']),
    ...optional('cacheWrite1h', price['cache_write_1h_mtok']),
    ...optional('reasoning', price['output_reasoning_mtok']),
  };
}
