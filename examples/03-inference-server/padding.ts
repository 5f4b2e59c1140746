/** Builds the input sequences of a cross-encoder from pairs and pads a batch to its longest sequence. */
import type { PaddedBatch } from './messages.ts';
import { beginning, padding, separator } from './tokenizer.ts';

/** A query and a document, as token ids. */
export interface TokenPair {
  readonly query: Int32Array;
  readonly document: Int32Array;
}

/** A batch for the model, with its numbers of tokens and padding tokens. */
export interface Padded {
  readonly batch: PaddedBatch;
  readonly tokens: number;
  readonly paddingTokens: number;
}

/** Special tokens of a sequence: the beginning, and a separator after each part. */
const specialTokens = 3;

export function pad(pairs: readonly TokenPair[]): Padded {
  const lengths = Int32Array.from(pairs, ({ query, document }) => query.length + document.length + specialTokens);
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
