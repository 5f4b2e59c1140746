/** Converts text to token ids. Identifiers are split into words; a word has the same id in every thread. */

/** Ids are below this number, which is large enough for few hash collisions. */
export const vocabularySize = 2 ** 18;

/** Ids of special tokens: padding, the beginning of a sequence, the end of each of its two parts. */
export const padding = 0;
export const beginning = 1;
export const separator = 2;
const firstWordId = 3;

/** Returns the ids of at most `limit` words of a text. */
export function tokenize(text: string, limit: number): number[] {
  const words = text
    // Splits camelCase into words, as a query would write them.
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).slice(0, limit).map(idOf);
}

/** Hashes a word with FNV-1a into the vocabulary. */
function idOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193) >>> 0;
  }
  return firstWordId + (hash % (vocabularySize - firstWordId));
}
