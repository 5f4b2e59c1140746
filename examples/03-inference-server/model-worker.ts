/** The model thread: counts how rare each word of the corpus is, then scores batches. */
import { readCorpus } from './corpus.ts';
import type { PaddedBatch, Scores } from './messages.ts';
import { bm25, countCorpus } from './scoring.ts';
import { tokenize } from './tokenizer.ts';
import { serveJobs } from './worker-loop.ts';

serveJobs<PaddedBatch, Scores>(() => {
  const corpus = readCorpus();
  const score = bm25(countCorpus(corpus.map(({ text }) => tokenize(text, Number.POSITIVE_INFINITY))));
  return ({ ids, longest, lengths, queryLengths }) => {
    const scores = new Float32Array(lengths.length);
    for (const [row, length] of lengths.entries()) {
      const begin = row * longest;
      const endOfQuery = begin + 1 + (queryLengths[row] ?? 0);
      const endOfDocument = begin + length - 1;
      scores[row] = score(ids.subarray(begin + 1, endOfQuery), ids.subarray(endOfQuery + 1, endOfDocument));
    }
    return { output: scores, transfer: [scores.buffer] };
  };
});
