/** Token prices by agent. */
import { isAmount } from '../kit/refusal.js';

/** US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Prices by name of the agent. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** Returns the cost of input and output tokens in US dollars. Invalid counts cost 0. */
export function costOf(price: TokenPrice, input: unknown, output: unknown): number {
  return ((isAmount(input) ? input * price.input : 0) + (isAmount(output) ? output * price.output : 0)) / 1e6;
}
