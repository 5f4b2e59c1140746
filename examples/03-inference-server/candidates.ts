/** Selects candidates cheaply: the passages of the corpus that share the rarest words with a query. */
import type { Passage } from './corpus.ts';
import { tokenize } from './tokenizer.ts';

/** Returns a function that selects at most `limit` passages for a query. */
export function indexPassages(passages: readonly Passage[]): (query: string, limit: number) => Passage[] {
  const passagesWith = new Map<number, number[]>();
  for (const [index, { text }] of passages.entries()) {
    for (const token of new Set(tokenize(text, Number.POSITIVE_INFINITY))) {
      const list = passagesWith.get(token);
      if (list === undefined) passagesWith.set(token, [index]);
      else list.push(index);
    }
  }

  return (query, limit) => {
    const weights = new Map<number, number>();
    for (const token of new Set(tokenize(query, Number.POSITIVE_INFINITY))) {
      const found = passagesWith.get(token) ?? [];
      const weight = Math.log(1 + passages.length / found.length);
      for (const index of found) weights.set(index, (weights.get(index) ?? 0) + weight);
    }
    return [...weights]
      .sort(([, a], [, b]) => b - a)
      .slice(0, limit)
      .flatMap(([index]) => passages[index] ?? []);
  };
}
