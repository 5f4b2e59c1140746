/** BM25: scores a document against a query by the words they share and the rarity of those words in the corpus. */
import { vocabularySize } from './tokenizer.ts';

/** The statistics of a corpus that BM25 needs. */
export interface CorpusStatistics {
  readonly documents: number;
  readonly meanLength: number;
  /** Number of documents that contain each token, by token id. */
  readonly documentFrequency: Uint32Array;
}

/** Limits the effect of repeated words (k1). */
const saturation = 1.2;
/** Reduces the score of long documents (b). */
const lengthWeight = 0.75;

/** Computes the statistics of a corpus of token ids. */
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

/** Returns a function that scores a document against a query, both as token ids. */
export function bm25(corpus: CorpusStatistics): (query: Int32Array, document: Int32Array) => number {
  // One counter per token, reused for every document and reset after it.
  const occurrences = new Uint32Array(vocabularySize);
  return (query, document) => {
    for (const token of document) (occurrences[token] as number) += 1;
    const lengthPenalty = 1 - lengthWeight + (lengthWeight * document.length) / corpus.meanLength;
    let score = 0;
    for (const token of new Set(query)) {
      const count = occurrences[token] ?? 0;
      if (count > 0) score += (rarity(corpus, token) * count * (saturation + 1)) / (count + saturation * lengthPenalty);
    }
    for (const token of document) occurrences[token] = 0;
    return score;
  };
}

function rarity({ documents, documentFrequency }: CorpusStatistics, token: number): number {
  const frequency = Math.min(documents, documentFrequency[token] ?? 0);
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}
