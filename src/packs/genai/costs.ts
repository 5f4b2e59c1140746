/** Records the cost of operations: as reported, or derived from tokens and prices. An unknown cost is counted, never recorded as 0. */
import { amountOf, isAmount } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import type { GenaiInstruments, unknownCosts } from './metrics.js';
import { priceGaps } from './model-price.js';
import type { PriceSource } from './prices.js';
import type { RawUsage } from './token-parts.js';
import type { NormalizedUsage } from './token-usage.js';
import { normalizeUsage } from './usage.js';

/** Maximum number of operations that wait while prices load. */
const maxQueueLength = 10_000;

type UnknownCost = (typeof unknownCosts)[number];

/** An operation that ended. */
export interface EndedOperation {
  /** The cost that the operation reports; takes precedence over the cost of its tokens. */
  readonly reported: unknown;
  readonly usage: RawUsage;
  /** The reason why no cost can be derived from the usage. */
  readonly gap: UnknownCost | undefined;
  /** True if a total of the usage is an estimate. */
  readonly isEstimated: boolean;
  readonly provider: unknown;
  /** Model names in lookup order: the response model first. */
  readonly models: readonly unknown[];
  readonly attributes: ModelAttributes;
  /** True if the provider answered: a request that was refused costs nothing. */
  readonly answered: boolean;
}

/** An operation whose cost is derived from its tokens. */
interface PricedOperation extends Pick<EndedOperation, 'provider' | 'models' | 'isEstimated' | 'attributes'> {
  readonly usage: NormalizedUsage;
}

/** Records costs. */
export class Costs {
  readonly #instruments: GenaiInstruments;
  /** `loading` while prices load; `none` if costs are not derived; `undefined` if no prices are available. */
  #prices: PriceSource | 'loading' | 'none' | undefined;
  readonly #queue: PricedOperation[] = [];
  /** Settles when loading has ended, and is `undefined` afterwards. */
  loading: Promise<void> | undefined;

  constructor(instruments: GenaiInstruments, prices: PriceSource | 'none' | Promise<PriceSource | undefined>) {
    this.#instruments = instruments;
    this.#prices = prices instanceof Promise ? 'loading' : prices;
    this.loading = prices instanceof Promise ? prices.then((loaded) => this.#onLoaded(loaded)) : undefined;
  }

  /** Records the cost of an operation, or counts it as unknown. */
  record({ reported, usage, gap, attributes, answered, ...operation }: EndedOperation): void {
    if (reported !== undefined) this.#record(amountOf(reported), attributes);
    if (isAmount(reported)) return;
    const prices = this.#prices;
    const unknown = reported === undefined ? gap : 'invalid_cost';
    if (unknown !== undefined) {
      const isExpected = answered && (reported !== undefined || prices !== 'none');
      // Invalid attributes are counted once, by the duration.
      if (isExpected && areValid(attributes)) this.#countUnknown(unknown, attributes);
      return;
    }
    if (prices === 'none') return;
    const { provider, models, isEstimated } = operation;
    const priced = { provider, models, isEstimated, attributes, usage: normalizeUsage(usage) };
    if (prices !== 'loading') this.#price(prices, priced);
    else if (this.#queue.length < maxQueueLength) this.#queue.push(priced);
    else this.#countUnknown('queue_full', attributes);
  }

  #price(prices: PriceSource | undefined, operation: PricedOperation): void {
    const { attributes, isEstimated } = operation;
    const cost = prices === undefined ? 'no_prices' : costByPrices(prices, operation);
    if (typeof cost === 'string') this.#countUnknown(cost, attributes);
    else this.#record(cost, isEstimated ? { ...attributes, estimated: true } : attributes);
  }

  #record(usd: number, attributes: ModelAttributes & { readonly estimated?: boolean }): void {
    this.#instruments.cost.add(usd, attributes);
    // Only the counter rejects an invalid value, so that it is counted once.
    if (isAmount(usd)) this.#instruments.operationCost.record(usd, attributes);
  }

  #countUnknown(reason: UnknownCost, attributes: ModelAttributes): void {
    this.#instruments.costUnknown.add(1, { ...attributes, reason });
  }

  #onLoaded(prices: PriceSource | undefined): void {
    this.#prices = prices;
    this.loading = undefined;
    for (const operation of this.#queue.splice(0)) this.#price(prices, operation);
  }
}

function areValid({ 'server.port': port, ...texts }: ModelAttributes): boolean {
  return (
    (port === undefined || Number.isInteger(port)) && Object.values(texts).every((text) => typeof text === 'string')
  );
}

/** Returns the cost by the first of the models that has a price, or the reason why the cost is unknown. */
function costByPrices(prices: PriceSource, { provider, models, usage }: PricedOperation): number | UnknownCost {
  if (typeof provider !== 'string') return 'unknown_model';
  for (const model of models) {
    if (typeof model !== 'string' || model === '') continue;
    try {
      const cost = prices.priceOf(provider, model, usage);
      if (isAmount(cost)) return cost;
      const gap = priceGaps.find((each) => each === cost);
      if (gap !== undefined) return gap;
    } catch {
      // An error of the user's price source counts as an unknown price.
    }
  }
  return 'unknown_model';
}
