/** Prices of tokens: the interface of price sources, and the source for a user's table. */
import { modelFamily } from '../kit/bounded-names.js';
import type { TokenUsage } from './events.js';
import type { NormalizedUsage } from './usage.js';

/** US dollars per million tokens of a model. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Price of input read from the cache; `input` by default. */
  readonly cacheRead?: number;
  /** Price of input written to the cache; `input` by default. */
  readonly cacheWrite?: number;
  /** Price of input written to the cache for one hour; `cacheWrite` by default. */
  readonly cacheWrite1h?: number;
  /** Price of reasoning tokens; `output` by default. */
  readonly reasoning?: number;
}

/**
 * Prices by `PROVIDER/MODEL` or by model name; `PROVIDER/MODEL` takes precedence. Names are case-insensitive. A name
 * without a date or tag also matches names with one.
 */
export type ModelPriceTable = Readonly<Record<string, ModelPrice>>;

/** Source of prices. */
export interface PriceSource {
  /**
   * Returns the cost of an operation in US dollars; `undefined` if the price is unknown. An error counts as an unknown price.
   *
   * @param model the model name as recorded by the caller, including a date.
   * @param usage valid amounts; the totals of input and output include their parts.
   */
  priceOf(provider: string, model: string, usage: Required<Omit<TokenUsage, 'costUsd'>>): number | undefined;
}

/** Returns the cost in US dollars. Input includes cached tokens; output includes reasoning tokens. */
export function costOf(price: ModelPrice, usage: NormalizedUsage): number {
  const { input, output, cacheRead = input, cacheWrite = input, reasoning = output } = price;
  const { cacheWrite1h = cacheWrite } = price;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, reasoningTokens } = usage;
  const usd =
    (inputTokens - cacheReadTokens - cacheWriteTokens) * input +
    cacheReadTokens * cacheRead +
    (cacheWriteTokens - cacheWrite1hTokens) * cacheWrite +
    cacheWrite1hTokens * cacheWrite1h +
    (outputTokens - reasoningTokens) * output +
    reasoningTokens * reasoning;
  return usd / 1e6;
}

/** Returns the source for a table. */
export function tablePrices(table: ModelPriceTable): PriceSource {
  // Copied, so that later changes of the caller's table have no effect.
  const prices = new Map(Object.entries(table).map(([name, price]) => [name.trim().toLowerCase(), { ...price }]));
  return {
    priceOf(provider, model, usage) {
      const [vendor, full, plain] = [provider.trim().toLowerCase(), model.trim().toLowerCase(), modelFamily(model)];
      for (const name of [`${vendor}/${full}`, full, `${vendor}/${plain}`, plain]) {
        const price = prices.get(name);
        if (price !== undefined) return costOf(price, usage);
      }
      return undefined;
    },
  };
}
