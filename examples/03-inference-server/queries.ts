/** What clients ask: headings and sentences out of the corpus. */
import type { Passage } from './corpus.ts';

const fewestWords = 3;
const mostWords = 16;

export function queriesFrom(passages: readonly Passage[]): string[] {
  const queries = passages.flatMap(({ text }) => text.split('\n').flatMap(sentencesOf));
  return [...new Set(queries)];
}

/** Only lines of prose and of comments: code makes no questions. */
function sentencesOf(line: string): string[] {
  const [, prose] = /^\s*(?:#+|[-*]|\/\*\*|\/\/)\s+(.*)$/.exec(line) ?? [];
  if (prose === undefined) return [];
  return prose
    .replace(/\s*\*\/$/, '')
    .split(/(?<=[.!?:;])\s+/)
    .filter((sentence) => {
      const words = sentence.split(/\s+/).length;
      return words >= fewestWords && words <= mostWords;
    });
}
