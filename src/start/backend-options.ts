/** Unknown options of a backend: messages suggest the option that is meant, of the backend or of `startMetrics`. */
import { type Aliases, nearest, synonymOf, unknownName } from '../errors/nearest.js';
import type { Problem } from '../errors.js';
import type { OptionTable } from '../options/option.js';
import { otherNamesOf } from '../options/resolve.js';
import { knownOptions, otherNames } from './argument-shapes.js';
import { replacementOf } from './replaced-options.js';

/** Shortest name in another library that a misspelling is compared with: short ones resemble too much. */
const minNameLength = 8;

/**
 * Reports options that a backend does not have.
 *
 * @param prefix name of the backend with a dot.
 * @param input options of the backend in code.
 */
export function unknownBackendOptions(prefix: string, kind: string, table: OptionTable, input: object): Problem[] {
  const known = Object.keys(table);
  const aliases = otherNamesOf(table);
  return Object.keys(input)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const where = prefix + name;
      const suggest = (suggestion: string) => ({ where, expected: 'a known option', suggestion });
      const own = synonymOf(name, known, aliases);
      if (own !== undefined) return suggest(own);
      const replacement = replacementOf(name, kind);
      if (replacement !== undefined) return { where, expected: replacement };
      const general = synonymOf(name, knownOptions, otherNames);
      const near = general === undefined ? nearestOf(name, known, aliases) : undefined;
      if (near !== undefined) return suggest(near);
      const shared = general ?? nearestOf(name, knownOptions, otherNames);
      return shared === undefined
        ? unknownName(where, name, 'a known option', known)
        : suggest(`startMetrics({ ${shared} })`);
    });
}

/** Returns the option whose name, here or elsewhere, is nearest. */
function nearestOf(name: string, known: readonly string[], aliases: Aliases): string | undefined {
  const others = Object.keys(aliases).filter(({ length }) => length >= minNameLength);
  const word = nearest(name, [...known, ...others]);
  return word === undefined || known.includes(word) ? word : aliases[word];
}
