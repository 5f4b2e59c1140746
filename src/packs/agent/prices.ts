/** Token prices by agent. */
import { isCount } from '../kit/refusal.js';

/** Prices in US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Prices by agent name. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** Returns the cost of input and output tokens; an invalid count costs nothing. */
export function tokenCostOf(price: TokenPrice, input: unknown, output: unknown): number {
  return ((isCount(input) ? input * price.input : 0) + (isCount(output) ? output * price.output : 0)) / 1e6;
}
