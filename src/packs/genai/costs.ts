/** Records the cost of operations: as reported, or derived from tokens and prices. An unknown cost is counted, never recorded as 0. */
import { isAmount } from '../kit/refusal.js';
import type { ModelAttributes } from './bounded-attributes.js';
import type { GenaiInstruments, unknownCosts } from './metrics.js';
import type { PriceSource } from './prices.js';
import { hasTokens, type NormalizedUsage, normalizeUsage, type RawUsage } from './usage.js';

/** Maximum number of operations that wait while prices load. */
const maxQueueLength = 10_000;

/** An operation whose cost is derived from its tokens. */
interface PricedOperation {
  readonly provider: unknown;
  /** Model names in lookup order: the response model first. */
  readonly models: readonly unknown[];
  readonly usage: NormalizedUsage;
  readonly attributes: ModelAttributes;
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

  /**
   * Records the cost of an operation.
   *
   * @param reported the cost that the operation reports; takes precedence over the cost of its tokens.
   * @param answered true if the provider answered: a request that was refused costs nothing.
   */
  record(
    reported: unknown,
    usage: RawUsage,
    provider: unknown,
    models: readonly unknown[],
    attributes: ModelAttributes,
    answered: boolean,
  ): void {
    if (reported !== undefined) this.#record(reported as number, attributes);
    if (reported !== undefined || this.#prices === 'none') return;
    if (!hasTokens(usage)) {
      // Invalid attributes are counted once, by the duration.
      if (answered && areValid(attributes)) this.#countUnknown('no_usage', attributes);
      return;
    }
    const operation = { provider, models, usage: normalizeUsage(usage), attributes };
    if (this.#prices !== 'loading') this.#price(this.#prices, operation);
    else if (this.#queue.length < maxQueueLength) this.#queue.push(operation);
    else this.#countUnknown('queue_full', attributes);
  }

  #price(prices: PriceSource | undefined, operation: PricedOperation): void {
    const usd = prices === undefined ? undefined : costByPrices(prices, operation);
    if (usd !== undefined) this.#record(usd, operation.attributes);
    else this.#countUnknown(prices === undefined ? 'no_prices' : 'unknown_model', operation.attributes);
  }

  #record(usd: number, attributes: ModelAttributes): void {
    this.#instruments.cost.add(usd, attributes);
    // Only the counter rejects an invalid value, so that it is counted once.
    if (isAmount(usd)) this.#instruments.operationCost.record(usd, attributes);
  }

  #countUnknown(reason: (typeof unknownCosts)[number], attributes: ModelAttributes): void {
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

/** Returns the cost by the first of the models that has a price. */
function costByPrices(prices: PriceSource, { provider, models, usage }: PricedOperation): number | undefined {
  if (typeof provider !== 'string') return undefined;
  for (const model of models) {
    if (typeof model !== 'string' || model === '') continue;
    try {
      const usd = prices.priceOf(provider, model, usage);
      if (isAmount(usd)) return usd;
    } catch {
      // An error of the user's price source counts as an unknown price.
    }
  }
  return undefined;
}
