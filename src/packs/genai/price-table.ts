/** Checks the price table of the options. */
import type { Problem } from '../../errors.js';
import { wrongPrices } from '../kit/prices.js';
import { isAmount } from '../kit/refusal.js';

const required = ['input', 'output'];
const optional = [
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'reasoning',
  'audioInput',
  'audioOutput',
  'audioCacheRead',
  'imageInput',
  'imageOutput',
];
const others = ['contextTiers', 'serviceTiers', 'tools'];

/** Reports the problems of a price table. */
export function wrongPriceTable(where: string, table: unknown): Problem[] {
  const entries = typeof table === 'object' && table !== null && !Array.isArray(table) ? Object.entries(table) : [];
  return [
    ...wrongPrices(where, table, { of: 'model', required, optional, others }),
    ...entries.flatMap(([name, price]) => wrongParts(`${where}.${name}`, Object(price))),
  ];
}

function wrongParts(where: string, price: Readonly<Record<string, unknown>>): Problem[] {
  const { contextTiers = [], serviceTiers = {}, tools = {} } = price;
  return [
    ...wrongContextTiers(`${where}.contextTiers`, contextTiers),
    ...wrongAmounts(`${where}.serviceTiers`, serviceTiers, 'factors by service tier, 0 or more'),
    ...wrongAmounts(`${where}.tools`, tools, 'US dollars of one use by tool, 0 or more'),
  ];
}

function wrongContextTiers(where: string, tiers: unknown): Problem[] {
  if (!Array.isArray(tiers)) return [{ where, value: tiers, expected: 'a list of prices with their threshold above' }];
  return [
    ...wrongPrices(where, { ...tiers }, { of: 'position', required, optional, others: ['above'] }),
    ...tiers.flatMap((tier: unknown, index) => {
      const above = Object(tier).above as unknown;
      return isAmount(above) ? [] : [{ where: `${where}.${index}.above`, value: above, expected: 'input tokens' }];
    }),
  ];
}

function wrongAmounts(where: string, amounts: unknown, expected: string): Problem[] {
  if (typeof amounts !== 'object' || amounts === null || Array.isArray(amounts)) {
    return [{ where, value: amounts, expected }];
  }
  return Object.entries(amounts)
    .filter(([, value]) => !isAmount(value))
    .map(([name, value]) => ({ where: `${where}.${name}`, value, expected }));
}
