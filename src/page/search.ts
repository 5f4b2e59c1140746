/** Search in texts: every word must occur, in any order and case. */

/** Returns a predicate of texts. An empty search matches everything. */
export function searchFor(search: string): (...texts: readonly string[]) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (...texts) => {
    const text = texts.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
