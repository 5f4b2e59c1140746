/** Fixtures for tests of calls without usage. */
export const prices = { b: { input: 1, output: 10 } };
export const call = { provider: 'a', model: 'b' };

/** One token per character. */
export const tokenizer = (text: string) => text.length;

/** Returns the values whose names begin with one of the prefixes. */
export function picked(values: Record<string, number>, ...prefixes: string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => prefixes.some((each) => name.startsWith(each))));
}
export const costs = (values: Record<string, number>) => picked(values, 'cost_usd_total', 'cost_unknown_total');

export const complete = { inputTokens: 5, outputTokens: 5 };

export async function* of<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export function fail(): never {
  throw new Error('no tokens today');
}
