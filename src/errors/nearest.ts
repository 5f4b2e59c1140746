/** Suggests the nearest valid spelling for a misspelled option name, exporter name or keyword. */
import { maxProblemLength, type Problem } from '../errors.js';

const maxDistance = 2;
/** Describes an unknown name. Suggests the nearest known name, or lists the known names when none is close. */
export function unknownName(where: string, name: string, expected: string, known: readonly string[]): Problem {
  const suggestion = nearest(name, known);
  if (suggestion !== undefined) return { where, expected, suggestion };
  const room = maxProblemLength - `${where}: expected ${expected}: `.length;
  return { where, expected: `${expected}: ${listOf(known, room)}` };
}

/** Joins names by commas; omits names beyond `room` characters. */
function listOf(names: readonly string[], room: number): string {
  const text = names.join(', ');
  return text.length <= room ? text : `${text.slice(0, text.lastIndexOf(',', room - 3))}, …`;
}

/**
 * Returns the candidate closest to `given`, ignoring case; the first of equally close ones.
 *
 * Returns `undefined` when `given` is not a string, and when every candidate needs more than two edits or as many edits
 * as `given` has characters.
 */
export function nearest(given: unknown, candidates: Iterable<string>): string | undefined {
  if (typeof given !== 'string') return undefined;
  const word = given.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(maxDistance + 1, word.length);
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > maxDistance) continue;
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
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
