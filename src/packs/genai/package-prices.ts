/**
 * Prices of the package `@pydantic/genai-prices`, when it is installed. Loaded when metrics start, never before.
 *
 * A calculation of the package takes tens of microseconds. Where every token of a model costs the same, its rates are
 * kept; where the price depends on how many tokens there are or on the time, the package calculates each cost.
 */
import type { Clock } from '../../model/clock.js';
import { normalizeModel, ownCopy } from '../kit/bounded-names.js';
import { isAmount } from '../kit/refusal.js';
import { costOf, type ModelPrice, type PriceSource } from './prices.js';
import type { SoundUsage } from './usage.js';

/** Models whose rates are kept. */
const keptModels = 1_000;
/** How long rates are kept: the package can be told newer ones. */
const keptMs = 3_600_000;
/** Longer names are not kept. */
const longestName = 200;

/** Names of the conventions that the package does not find a provider by. */
const packageNames: ReadonlyMap<string, string> = new Map([
  ['azure.ai.inference', 'azure'],
  ['gcp.gen_ai', 'google'],
  ['x_ai', 'x-ai'],
]);

/** What is used of the package. */
interface PricePackage {
  calcPrice(
    usage: Record<string, number>,
    model: string,
    options: { providerId: string; timestamp: Date },
  ): { total_price: number; model: { prices: unknown }; model_price: Readonly<Record<string, unknown>> } | null;
}

/** Rates of a model; `each` when every cost is calculated. */
type Rates = ModelPrice | 'each';

/** A model as the package knows it: under which name, and at what rates. */
interface KnownModel {
  readonly name: string;
  readonly rates: Rates;
}

/** The prices of the package; `undefined` when it is not installed or cannot be loaded. */
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
  /** By provider and model as they were given; `null` of those that the package does not know. */
  readonly #kept = new Map<string, KnownModel | null>();
  #keptSinceMs: number;

  constructor(prices: PricePackage, clock: Clock) {
    this.#package = prices;
    this.#clock = clock;
    this.#keptSinceMs = clock.monotonicMs();
  }

  priceOf(provider: string, model: string, usage: SoundUsage): number | undefined {
    const known = this.#known(provider, model);
    if (known === null) return undefined;
    const { name, rates } = known;
    return rates === 'each' ? this.#calculate(provider, name, usage)?.total_price : costOf(rates, usage);
  }

  #known(provider: string, model: string): KnownModel | null {
    const nowMs = this.#clock.monotonicMs();
    if (this.#kept.size >= keptModels || nowMs - this.#keptSinceMs >= keptMs) {
      this.#kept.clear();
      this.#keptSinceMs = nowMs;
    }
    const key = `${provider} ${model}`;
    let known = this.#kept.get(key);
    if (known === undefined) {
      known = this.#find(provider, model);
      if (key.length <= longestName) this.#kept.set(ownCopy(key), known);
    }
    return known;
  }

  /** By its name as it was given, without the path before it, or without a date or tag either. */
  #find(provider: string, model: string): KnownModel | null {
    for (const name of new Set([model, model.replace(/^.*\//, ''), normalizeModel(model)])) {
      const found = this.#calculate(provider, name);
      if (found !== null) return { name: ownCopy(name), rates: ratesOf(found.model.prices, found.model_price) };
    }
    return null;
  }

  #calculate(provider: string, model: string, usage?: SoundUsage) {
    const providerId = packageNames.get(provider.toLowerCase()) ?? provider;
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

/** The rates of a model whose tokens cost the same whenever and however many; else `each`. */
function ratesOf(prices: unknown, price: Readonly<Record<string, unknown>>): Rates {
  const { input_mtok: input, output_mtok: output, requests_kcount: perRequest } = price;
  const ofTokens = Object.entries(price).filter(([unit]) => unit.endsWith('_mtok'));
  // A list has conditions: a date, a time of day.
  if (Array.isArray(prices) || perRequest !== undefined || !ofTokens.every(([, rate]) => isAmount(rate))) return 'each';
  if (!isAmount(input) || !isAmount(output)) return 'each';
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
