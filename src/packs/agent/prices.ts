/** What tokens cost, by agent. */
import { isAmount } from '../kit/refusal.js';

/** US dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Prices by the name of the agent. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** What input and output tokens cost; a count that is none costs nothing. */
export function costOf(price: TokenPrice, input: unknown, output: unknown): number {
  return ((isAmount(input) ? input * price.input : 0) + (isAmount(output) ? output * price.output : 0)) / 1e6;
}
