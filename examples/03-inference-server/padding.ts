/** Makes sequences of pairs, as a cross-encoder reads them, and fills all of a batch up to the longest. */
import type { PaddedBatch } from './messages.ts';
import { beginning, padding, separator } from './tokenizer.ts';

/** A query and a document, as token ids. */
export interface TokenPair {
  readonly query: Int32Array;
  readonly document: Int32Array;
}

/** A batch for the model, and how much of it is filling. */
export interface Padded {
  readonly batch: PaddedBatch;
  readonly tokens: number;
  readonly paddingTokens: number;
}

/** One token begins a sequence, and one ends each of its two parts. */
const marks = 3;

export function pad(pairs: readonly TokenPair[]): Padded {
  const lengths = Int32Array.from(pairs, ({ query, document }) => query.length + document.length + marks);
  const queryLengths = Int32Array.from(pairs, ({ query }) => query.length);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const ids = new Int32Array(pairs.length * longest).fill(padding);
  for (const [row, { query, document }] of pairs.entries()) {
    const begin = row * longest;
    ids[begin] = beginning;
    ids.set(query, begin + 1);
    ids[begin + 1 + query.length] = separator;
    ids.set(document, begin + 2 + query.length);
    ids[begin + 2 + query.length + document.length] = separator;
  }
  return { batch: { ids, longest, lengths, queryLengths }, tokens, paddingTokens: ids.length - tokens };
}
