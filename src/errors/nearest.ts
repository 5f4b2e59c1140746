/** Suggests a valid word for a misspelled option name, exporter name or keyword, or for its name in other libraries. */
import { maxProblemLength, type Problem } from '../errors.js';

const maxDistance = 2;

/** Valid words by their names in other libraries; the keys are lower-case letters and digits only. */
export type Aliases = Readonly<Record<string, string>>;

/** Describes an unknown name. Suggests the nearest known name, or lists the known names when none is close. */
export function unknownName(
  where: string,
  name: string,
  expected: string,
  known: readonly string[],
  aliases?: Aliases,
): Problem {
  const suggestion = nearest(name, known, aliases);
  if (suggestion !== undefined) return { where, expected, suggestion };
  const room = maxProblemLength - `${where}: expected ${expected}: `.length;
  // The list may be cut: names that share a word with the given one come first.
  const related = name.includes('/') ? [] : known.filter((candidate) => sharesWord(name, candidate));
  return { where, expected: `${expected}: ${listOf([...new Set([...related, ...known])], room)}` };
}

/** Describes a word in a list of names that is not one of `valid`, such as two names without a comma between them. */
export function wrongName(
  where: string,
  value: string,
  valid: readonly string[],
  { hint = '', aliases }: { readonly hint?: string; readonly aliases?: Aliases } = {},
): Problem {
  const parts = value.split(/[\s;|+&/]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => valid.includes(part))) {
    return { where, value, expected: 'names separated by commas', suggestion: parts.join(',') };
  }
  const expected = `one of ${valid.join(', ')}${hint}`;
  return { where, value, expected, suggestion: nearest(value, valid, aliases) };
}

/** Other words for `none` in a list of names. */
export const wordsForNone: Aliases = Object.fromEntries(
  ['off', 'false', 'no', 'noop', 'disabled'].map((word) => [word, 'none']),
);

/** Returns the warning about a list of names that also has `none`. */
export function combinedWithNone(where: string): string {
  return `${where}: "none" is combined with other names; the other names are ignored`;
}

/** Shortest beginning that two words share if they are related, such as `user` of `username` and `users`. */
const minSharedLength = 3;

/** Reports whether a word of one name begins like a word of the other; words end at capitals and punctuation. */
function sharesWord(name: string, candidate: string): boolean {
  const [given, known] = [name, candidate].map((each) =>
    each
      .replace(/([a-z\d])(?=[A-Z])/g, '$1 ')
      .toLowerCase()
      .split(/[^a-z\d]+/)
      .filter(({ length }) => length >= minSharedLength),
  ) as [string[], string[]];
  return given.some((one) => known.some((other) => isRelated(one, other)));
}

/** Reports whether the shorter word, without a plural, begins the longer one. */
function isRelated(one: string, other: string): boolean {
  const [short = '', long = ''] = [one, other].sort((a, b) => a.length - b.length);
  const stem = short.length > minSharedLength ? short.replace(/s$/, '') : short;
  return long.startsWith(stem);
}

/** Joins names by commas; omits names beyond `room` characters. */
function listOf(names: readonly string[], room: number): string {
  const text = names.join(', ');
  return text.length <= room ? text : `${text.slice(0, text.lastIndexOf(',', room - 3))}, …`;
}

/**
 * Returns the candidate that `given` is an alias of or differs from in punctuation only, else the closest candidate,
 * ignoring case; the first of equally close ones.
 *
 * Returns `undefined` when `given` is not a string, and when every candidate needs more than two edits or as many edits
 * as `given` has characters.
 *
 * @param aliases candidates by other words for them; case and punctuation of `given` are ignored.
 */
export function nearest(given: unknown, candidates: Iterable<string>, aliases: Aliases = {}): string | undefined {
  if (typeof given !== 'string') return undefined;
  const words = [...candidates];
  const word = given.toLowerCase();
  let best = synonymOf(given, words, aliases);
  if (best !== undefined) return best;
  let bestDistance = Math.min(maxDistance + 1, word.length);
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > maxDistance) continue;
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Returns the candidate that `given` is an alias of or differs from in case and punctuation only. */
export function synonymOf(given: string, candidates: readonly string[], aliases: Aliases = {}): string | undefined {
  const letters = lettersOf(given);
  const alias = Object.hasOwn(aliases, letters) ? aliases[letters] : undefined;
  return candidates.find((candidate) => candidate === alias || (letters !== '' && lettersOf(candidate) === letters));
}

/** Returns a word in lower case without punctuation. */
export function lettersOf(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the Levenshtein distance: the fewest insertions, deletions and substitutions that turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (const [row, character] of [...from].entries()) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const [diagonal = 0, above = 0] = previous.slice(column, column + 2);
      const substitution = diagonal + (character === to[column] ? 0 : 1);
      current.push(Math.min(substitution, above + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
