/** What tokens of models cost: prices by the user's table, and the sources that prices come from. */
import { normalizeModel } from '../kit/bounded-names.js';
import type { TokenUsage } from './events.js';
import type { SoundUsage } from './usage.js';

/** US dollars for a million tokens of a model. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input that came from the cache; as `input` when left out. */
  readonly cacheRead?: number;
  /** Of input that was written to the cache; as `input` when left out. */
  readonly cacheWrite?: number;
  /** Of input that was written to the cache for an hour; as `cacheWrite` when left out. */
  readonly cacheWrite1h?: number;
  /** Of output that was reasoning; as `output` when left out. */
  readonly reasoning?: number;
}

/**
 * Prices by the name of the model, or by `PROVIDER/MODEL`, which goes before. Case does not count, and a name without a
 * date or tag holds for those with one.
 */
export type ModelPriceTable = Readonly<Record<string, ModelPrice>>;

/** Where prices come from. */
export interface PriceSource {
  /**
   * What an operation cost, in US dollars; `undefined` when the price is not known. What it throws counts as such.
   *
   * @param model the name as it was given, date included.
   * @param usage amounts only; the parts of the input and output are contained in them.
   */
  priceOf(provider: string, model: string, usage: Required<TokenUsage>): number | undefined;
}

/** US dollars that tokens cost: cached ones are part of the input, those of reasoning part of the output. */
export function costOf(price: ModelPrice, usage: SoundUsage): number {
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

/** Prices of the user's table. */
export function tablePrices(table: ModelPriceTable): PriceSource {
  // A table that the caller changes later would change what past prices mean.
  const prices = new Map(Object.entries(table).map(([name, price]) => [name.trim().toLowerCase(), { ...price }]));
  return {
    priceOf(provider, model, usage) {
      const [by, full, plain] = [provider.trim().toLowerCase(), model.trim().toLowerCase(), normalizeModel(model)];
      for (const name of [`${by}/${full}`, full, `${by}/${plain}`, plain]) {
        const price = prices.get(name);
        if (price !== undefined) return costOf(price, usage);
      }
      return undefined;
    },
  };
}
