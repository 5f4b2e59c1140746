/**
 * Escaping of metric and label names for scrapers that do not accept every Unicode name.
 *
 * A scraper selects a scheme in its `Accept` header (Prometheus, "UTF-8 metric and label name escaping schemes"). The
 * output is identical to that of Prometheus' own client library.
 */

/** Schemes, as spelled in the `escaping` parameter of `Accept` and `Content-Type`. */
export const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;

export type EscapingScheme = (typeof escapingSchemes)[number];

/** Prefix of a name escaped by `values`. */
const valuesPrefix = 'U__';

/** Characters of a legacy name: `first` at its start, `rest` after it; `whole` matches the complete name. */
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

/** Reports whether all versions of Prometheus accept the metric name: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function isLegacyMetricName(name: string): boolean {
  return metricAlphabet.whole.test(name);
}

/** Reports whether all versions of Prometheus accept the label name: `[a-zA-Z_][a-zA-Z0-9_]*`. */
export function isLegacyLabelName(name: string): boolean {
  return labelAlphabet.whole.test(name);
}

/**
 * Escapes a metric name. Returns a legacy name, or valid Unicode for `allow-utf-8`.
 *
 * - `underscores`: each invalid character becomes `_`.
 * - `dots`: `.` becomes `_dot_`, `_` and each other invalid character become `__`.
 * - `values`: an invalid name gets the prefix `U__`; `_` becomes `__`, each invalid character becomes its hexadecimal code
 *   point between `_`.
 *
 * The result is never empty: an empty name becomes `_`, or `U__` for `values`. `values` is reversible, so a legacy name
 * that begins with `U__` is escaped, too.
 */
export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, metricAlphabet);
}

/** Escapes a label name like `escapeMetricName`; `:` is invalid, too. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, labelAlphabet);
}

/** Replaces each lone surrogate, which UTF-8 cannot encode, by U+FFFD. */
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
      if (alphabet.whole.test(text) && !text.startsWith(valuesPrefix)) return text;
      return valuesPrefix + replaceEach(text, alphabet, '__', codePointOf);
  }
}

/** Replaces `_` by `underscore` and each invalid character by the result of `other`. */
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
