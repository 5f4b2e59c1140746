/** Checks tables of token prices, by agent or by model. */

import { unknownName } from '../../errors/nearest.js';
import type { Problem } from '../../errors.js';
import { isAmount } from './refusal.js';

/** Describes the entries of a price table. */
export interface PriceParts {
  /** Kind of the keys of the table, such as `model`. */
  readonly of: string;
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** Parts that the caller checks. */
  readonly others?: readonly string[];
}

/** Reports the problems of a table of prices in US dollars per million tokens. */
export function wrongPrices(where: string, prices: unknown, parts: PriceParts): Problem[] {
  const { of, required, optional = [], others = [] } = parts;
  const form = `{ ${[...required, ...[...optional, ...others].map((part) => `${part}?`)].join(', ')} }`;
  if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) {
    return [{ where, value: prices, expected: `prices by ${of}: { NAME: ${form} }` }];
  }
  const known = [...required, ...optional];
  return Object.entries(prices).flatMap(([name, price]: [string, unknown]) => {
    const path = `${where}.${name}`;
    if (typeof price !== 'object' || price === null) {
      return [{ where: path, value: price, expected: `US dollars per million tokens: ${form}` }];
    }
    const given = price as Readonly<Record<string, unknown>>;
    return [
      ...known
        .filter((part) => !(isAmount(given[part]) || (optional.includes(part) && given[part] === undefined)))
        .map((part) => ({
          where: `${path}.${part}`,
          value: given[part],
          expected: 'US dollars per million tokens, 0 or more',
        })),
      ...Object.keys(given)
        .filter((part) => !known.includes(part) && !others.includes(part))
        .map((part) => unknownName(`${path}.${part}`, part, 'a known part of a price', [...known, ...others])),
    ];
  });
}
