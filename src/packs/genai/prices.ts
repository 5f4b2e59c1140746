/** Prices of tokens: the interface of price sources, and the source for a user's table. */
import { modelFamily } from '../kit/bounded-names.js';
import { costByPrice, type ModelPrice, type PriceGap } from './model-price.js';
import type { NormalizedUsage } from './token-usage.js';

/**
 * Prices by `PROVIDER/MODEL` or by model name; `PROVIDER/MODEL` takes precedence. Names are case-insensitive. A name
 * without a date or tag also matches names with one.
 */
export type ModelPriceTable = Readonly<Record<string, ModelPrice>>;

/** Source of prices. */
export interface PriceSource {
  /**
   * Returns the cost of an operation in US dollars; `undefined` if the model has no price. Returns a `PriceGap` if the model
   * has a price that does not cover the operation. An error counts as an unknown price.
   *
   * @param model the model name as recorded by the caller, including a date.
   * @param usage valid amounts; the totals of input and output include their parts. `serviceTier` is in lower case, and empty
   * for the standard tier.
   */
  priceOf(provider: string, model: string, usage: NormalizedUsage): number | PriceGap | undefined;
}

/** Source of prices that can tell which models have a price. */
export interface TablePrices extends PriceSource {
  hasPrice(provider: string, model: string): boolean;
}

/** Returns the source for a table. */
export function tablePrices(table: ModelPriceTable): TablePrices {
  // Copied, so that later changes of the caller's table have no effect.
  const prices = new Map(Object.entries(table).map(([name, price]) => [name.trim().toLowerCase(), ownPrice(price)]));
  const find = (provider: string, model: string): ModelPrice | undefined => {
    const [vendor, full, plain] = [provider.trim().toLowerCase(), model.trim().toLowerCase(), modelFamily(model)];
    const name = [`${vendor}/${full}`, full, `${vendor}/${plain}`, plain].find((each) => prices.has(each));
    return name === undefined ? undefined : prices.get(name);
  };
  return {
    hasPrice: (provider, model) => find(provider, model) !== undefined,
    priceOf(provider, model, usage) {
      const price = find(provider, model);
      return price === undefined ? undefined : costByPrice(price, usage);
    },
  };
}

/** Copies a price, with the names of its service tiers in lower case. */
function ownPrice(price: ModelPrice): ModelPrice {
  const { serviceTiers = {}, ...others } = structuredClone(price);
  const tiers = Object.entries(serviceTiers).map(([tier, factor]) => [tier.trim().toLowerCase(), factor]);
  return { ...others, serviceTiers: Object.fromEntries(tiers) };
}
