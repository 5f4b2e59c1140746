/** BM25: how well a document answers a query, by the words they share and how rare those are in the corpus. */
import { vocabularySize } from './tokenizer.ts';

/** What has to be known of a corpus. */
export interface CorpusStatistics {
  readonly documents: number;
  readonly meanLength: number;
  /** In how many documents each token occurs, by its id. */
  readonly documentFrequency: Uint32Array;
}

/** How soon more of the same word stops counting, and how much long documents are held back. */
const saturation = 1.2;
const lengthWeight = 0.75;

/** Counts a corpus of token ids. */
export function countCorpus(documents: Iterable<readonly number[]>): CorpusStatistics {
  const documentFrequency = new Uint32Array(vocabularySize);
  let count = 0;
  let tokens = 0;
  for (const document of documents) {
    count += 1;
    tokens += document.length;
    for (const token of new Set(document)) (documentFrequency[token] as number) += 1;
  }
  return { documents: count, meanLength: count === 0 ? 1 : tokens / count, documentFrequency };
}

/** A function that scores a document against a query, both as token ids. */
export function bm25(corpus: CorpusStatistics): (query: Int32Array, document: Int32Array) => number {
  // One counter per token of the vocabulary, reused: what a document raises is lowered again after it.
  const occurrences = new Uint32Array(vocabularySize);
  return (query, document) => {
    for (const token of document) (occurrences[token] as number) += 1;
    const tooLong = 1 - lengthWeight + (lengthWeight * document.length) / corpus.meanLength;
    let score = 0;
    for (const token of new Set(query)) {
      const count = occurrences[token] ?? 0;
      if (count > 0) score += (rarity(corpus, token) * count * (saturation + 1)) / (count + saturation * tooLong);
    }
    for (const token of document) occurrences[token] = 0;
    return score;
  };
}

function rarity({ documents, documentFrequency }: CorpusStatistics, token: number): number {
  const frequency = Math.min(documents, documentFrequency[token] ?? 0);
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}
