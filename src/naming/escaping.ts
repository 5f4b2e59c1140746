/**
 * Names that the reader of an exposition may not understand, escaped as it asks for.
 *
 * A scraper names a scheme in its `Accept` header (Prometheus, "UTF-8 metric and label name escaping schemes"). What the
 * schemes write is that of Prometheus' own client library, so that a name is the same whichever library wrote it.
 */

/** The schemes, as the `escaping` parameter of `Accept` and `Content-Type` spells them. */
export const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;

export type EscapingScheme = (typeof escapingSchemes)[number];

/** What an escaped name of `values` begins with. */
const valuesMark = 'U__';

/** The characters of a name of old: at its start, and after it. */
interface Alphabet {
  readonly whole: RegExp;
  readonly first: RegExp;
  readonly rest: RegExp;
}

const metricAlphabet: Alphabet = {
  whole: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
  first: /[a-zA-Z_:]/,
  rest: /[a-zA-Z0-9_:]/,
};
const labelAlphabet: Alphabet = { whole: /^[a-zA-Z_][a-zA-Z0-9_]*$/, first: /[a-zA-Z_]/, rest: /[a-zA-Z0-9_]/ };

/** Whether every version of Prometheus takes it for a metric name: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function isLegacyMetricName(name: string): boolean {
  return metricAlphabet.whole.test(name);
}

/** Whether every version of Prometheus takes it for a label name: `[a-zA-Z_][a-zA-Z0-9_]*`. */
export function isLegacyLabelName(name: string): boolean {
  return labelAlphabet.whole.test(name);
}

/**
 * The metric name as a reader of that scheme is to see it: a legacy name, or valid Unicode for `allow-utf-8`.
 *
 * - `underscores`: every character of a name that is no legacy name, and may not stand there, becomes `_`.
 * - `dots`: `.` becomes `_dot_`, `_` becomes `__`, and so does what else may not stand there.
 * - `values`: a name that is no legacy name becomes `U__` and its characters, others as `_` code point `_`.
 *
 * Never empty: an empty name becomes `_`, or `U__` for `values`. `values` can be undone: no two names become the same,
 * for which a legacy name that begins with `U__` is escaped too.
 */
export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, metricAlphabet);
}

/** The label name as a reader of that scheme is to see it; as `escapeMetricName`, but `:` is escaped too. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, labelAlphabet);
}

/** The text with each half of a surrogate pair that stands alone, which UTF-8 cannot express, as U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function escaped(name: string, scheme: EscapingScheme, alphabet: Alphabet): string {
  const text = wellFormed(name);
  switch (scheme) {
    case 'allow-utf-8':
      return text || '_';
    case 'underscores':
      return alphabet.whole.test(text) ? text : replaceEach(text, alphabet, '_', () => '_') || '_';
    case 'dots':
      return replaceEach(text, alphabet, '__', (character) => (character === '.' ? '_dot_' : '__')) || '_';
    case 'values':
      if (alphabet.whole.test(text) && !text.startsWith(valuesMark)) return text;
      return valuesMark + replaceEach(text, alphabet, '__', codePointOf);
  }
}

/** Every character as it is where it may stand; `_` as `underscore`, and others as `other` says. */
function replaceEach(
  text: string,
  alphabet: Alphabet,
  underscore: string,
  other: (character: string) => string,
): string {
  let result = '';
  let allowed = alphabet.first;
  for (const character of text) {
    if (character === '_') result += underscore;
    else result += allowed.test(character) ? character : other(character);
    allowed = alphabet.rest;
  }
  return result;
}

function codePointOf(character: string): string {
  return `_${(character.codePointAt(0) as number).toString(16)}_`;
}
