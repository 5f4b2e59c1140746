/** What operations cost: as they say, or by the price of their tokens. A price that is not known is counted, never 0. */
import { isAmount } from '../kit/refusal.js';
import type { ModelAttributes } from './attributes.js';
import type { GenaiInstruments, unknownCosts } from './metrics.js';
import type { PriceSource } from './prices.js';
import { type GivenUsage, hasTokens, type SoundUsage, soundUsage } from './usage.js';

/** Operations that may wait for prices that are being loaded. */
const longestQueue = 10_000;

/** An operation to be priced. */
interface Priceable {
  readonly provider: unknown;
  /** In the order in which they are looked up: the one that answered first. */
  readonly models: readonly unknown[];
  readonly usage: SoundUsage;
  readonly attributes: ModelAttributes;
}

/** Records costs. */
export class Costs {
  readonly #instruments: GenaiInstruments;
  /** `loading` until it is known, `none` when nobody wants costs derived, `undefined` when there are no prices. */
  #prices: PriceSource | 'loading' | 'none' | undefined;
  readonly #waiting: Priceable[] = [];
  /** Settles when prices are there, or known not to be; `undefined` from then on. */
  loading: Promise<void> | undefined;

  constructor(instruments: GenaiInstruments, prices: PriceSource | 'none' | Promise<PriceSource | undefined>) {
    this.#instruments = instruments;
    this.#prices = prices instanceof Promise ? 'loading' : prices;
    this.loading = prices instanceof Promise ? prices.then((loaded) => this.#loaded(loaded)) : undefined;
  }

  /**
   * Records what an operation cost.
   *
   * @param given what it says itself, which goes before what its tokens would cost.
   */
  record(
    given: unknown,
    usage: GivenUsage,
    provider: unknown,
    models: readonly unknown[],
    attributes: ModelAttributes,
  ): void {
    if (given !== undefined) this.#record(given as number, attributes);
    if (given !== undefined || this.#prices === 'none' || !hasTokens(usage)) return;
    const operation = { provider, models, usage: soundUsage(usage), attributes };
    if (this.#prices !== 'loading') this.#price(this.#prices, operation);
    else if (this.#waiting.length < longestQueue) this.#waiting.push(operation);
    else this.#unknown('queue_full', operation);
  }

  #price(prices: PriceSource | undefined, operation: Priceable): void {
    const usd = prices === undefined ? undefined : priceBy(prices, operation);
    if (usd !== undefined) this.#record(usd, operation.attributes);
    else this.#unknown(prices === undefined ? 'no_prices' : 'unknown_model', operation);
  }

  #record(usd: number, attributes: ModelAttributes): void {
    this.#instruments.cost.add(usd, attributes);
    // What the counter refused is counted already.
    if (isAmount(usd)) this.#instruments.operationCost.record(usd, attributes);
  }

  #unknown(reason: (typeof unknownCosts)[number], { attributes }: Priceable): void {
    this.#instruments.costUnknown.add(1, { ...attributes, reason });
  }

  #loaded(prices: PriceSource | undefined): void {
    this.#prices = prices;
    this.loading = undefined;
    for (const operation of this.#waiting.splice(0)) this.#price(prices, operation);
  }
}

/** By the first of the models that has a price. */
function priceBy(prices: PriceSource, { provider, models, usage }: Priceable): number | undefined {
  if (typeof provider !== 'string') return undefined;
  for (const model of models) {
    if (typeof model !== 'string' || model === '') continue;
    try {
      const usd = prices.priceOf(provider, model, usage);
      if (isAmount(usd)) return usd;
    } catch {
      // A source of the user's that fails knows no price.
    }
  }
  return undefined;
}
