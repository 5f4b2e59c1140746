/** What tokens cost, by agent. */
import type { Problem } from '../../errors.js';
import { isAmount } from '../refusal.js';

/** US dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Prices by the name of the agent. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** What is wrong with a price table; empty when nothing is. */
export function checkPrices(where: string, prices: unknown): Problem[] {
  if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) {
    return [{ where, value: prices, expected: 'prices by agent: { NAME: { input, output } }' }];
  }
  return Object.entries(prices).flatMap(([agent, price]: [string, unknown]) => {
    if (typeof price !== 'object' || price === null) {
      return [
        { where: `${where}.${agent}`, value: price, expected: 'US dollars per million tokens: { input, output }' },
      ];
    }
    const { input, output, ...unknown } = price as Record<string, unknown>;
    return [
      ...Object.entries({ input, output })
        .filter(([, value]) => !isAmount(value))
        .map(([name, value]) => ({
          where: `${where}.${agent}.${name}`,
          value,
          expected: 'US dollars per million tokens, 0 or more',
        })),
      ...Object.keys(unknown).map((name) => ({
        where: `${where}.${agent}.${name}`,
        expected: 'a known part of a price: input, output',
      })),
    ];
  });
}

/** What input and output tokens cost; a count that is none costs nothing. */
export function costOf(price: TokenPrice, input: unknown, output: unknown): number {
  return ((isAmount(input) ? input * price.input : 0) + (isAmount(output) ? output * price.output : 0)) / 1e6;
}
