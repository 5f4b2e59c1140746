/** Builds queries for the load from headings and sentences of the corpus. */
import type { Passage } from './corpus.ts';

const minimumWords = 3;
const maximumWords = 16;

export function queriesFrom(passages: readonly Passage[]): string[] {
  const queries = passages.flatMap(({ text }) => text.split('\n').flatMap(sentencesOf));
  return [...new Set(queries)];
}

/** Returns the sentences of a line of prose or of a comment. Code has no sentences. */
function sentencesOf(line: string): string[] {
  const [, prose] = /^\s*(?:#+|[-*]|\/\*\*|\/\/)\s+(.*)$/.exec(line) ?? [];
  if (prose === undefined) return [];
  return prose
    .replace(/\s*\*\/$/, '')
    .split(/(?<=[.!?:;])\s+/)
    .filter((sentence) => {
      const words = sentence.split(/\s+/).length;
      return words >= minimumWords && words <= maximumWords;
    });
}
