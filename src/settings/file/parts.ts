/** Shapes that several sections of the schema share. */
import { wildcardExpression } from '../../model/wildcard.js';
import { pairsOption } from '../../options/option.js';
import type { Place } from './place.js';

const pairs = (secret: boolean) => pairsOption({ description: '', default: {}, secret });

/** `key=value` pairs separated by commas, as the variables of OpenTelemetry have them. */
export function readPairs(place: Place, secret: boolean): Readonly<Record<string, string>> | undefined {
  const text = place.text('key=value pairs separated by commas', secret);
  if (text === undefined) return undefined;
  const option = pairs(secret);
  return option.parse(text) ?? place.wrong(option.expected, secret);
}

/** A list of texts. */
function readWords(place: Place): readonly string[] | undefined {
  if (!place.isSet) return undefined;
  return place.items('a list of texts').flatMap((item) => {
    const word = item.isSet ? item.text() : item.wrong('a text');
    return word === undefined ? [] : [word];
  });
}

/** `included` and `excluded`. */
export interface WordLists {
  readonly included: readonly string[] | undefined;
  readonly excluded: readonly string[] | undefined;
}

export function readWordLists(place: Place): WordLists {
  if (!place.hasOnly(['included', 'excluded'])) return { included: undefined, excluded: undefined };
  return { included: readWords(place.at('included')), excluded: readWords(place.at('excluded')) };
}

/** Whether a word is in: `*` stands for any characters and `?` for one; who is excluded is out, whatever includes it. */
export function wordFilter({ included, excluded }: WordLists): (word: string) => boolean {
  const isIn = (patterns: readonly string[]) => {
    const expressions = patterns.map((pattern) => wildcardExpression(pattern, 's'));
    return (word: string) => expressions.some((expression) => expression.test(word));
  };
  const [includes, excludes] = [isIn(included ?? ['*']), isIn(excluded ?? [])];
  return (word) => includes(word) && !excludes(word);
}
