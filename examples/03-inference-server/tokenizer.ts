/** Text to token ids: words, code names taken apart, each hashed to an id that is the same in every thread. */

/** Ids are below this; with so many, few words share one. */
export const vocabularySize = 2 ** 18;

/** Ids that stand for no word: filling, the beginning of a sequence, the end of each of its two parts. */
export const padding = 0;
export const beginning = 1;
export const separator = 2;
const firstWordId = 3;

/** The ids of a text's words, at most `limit` of them. */
export function tokenize(text: string, limit: number): number[] {
  const words = text
    // camelCase is two words, as a question about it would write it.
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).slice(0, limit).map(idOf);
}

/** FNV-1a, folded into the vocabulary. */
function idOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193) >>> 0;
  }
  return firstWordId + (hash % (vocabularySize - firstWordId));
}
