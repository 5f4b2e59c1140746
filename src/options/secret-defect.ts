/** Secrets that are not what was meant: in quotes, with blanks, or a variable that no shell or template has replaced. */
import type { Problem } from '../errors.js';
import { isPlaceholder } from './placeholders.js';

/** A word of authentication before the secret, as in `Bearer TOKEN`. */
const scheme = /^(?:bearer|basic|token|apikey|api-key)\s+/i;

/** Defects of a secret: a placeholder is `<your-key>`, a variable is `${KEY}`. */
export type SecretDefect = 'quotes' | 'blanks' | 'placeholder' | 'variable';

/**
 * Returns what is wrong with a secret; `undefined` for a secret that may be meant. Quotes and variables inside a secret may
 * be part of it.
 *
 * @param mayHaveBlanks false for a key or a token, which has no blanks.
 */
export function secretDefect(text: string, mayHaveBlanks = true): SecretDefect | undefined {
  const secret = text.trim().replace(scheme, '').trim();
  if (/^(["'`]).*\1$/s.test(secret) || /^["'`][^"'`]*$/s.test(secret)) return 'quotes';
  if (isPlaceholder(secret)) return secret.startsWith('<') ? 'placeholder' : 'variable';
  return !mayHaveBlanks && /\s/.test(text) ? 'blanks' : undefined;
}

/**
 * Returns the part of a problem about a secret with a defect.
 *
 * @param noun word for the secret, such as `an API key`, or `values` for several.
 */
export function defectProblem(noun: string, defect: SecretDefect): Pick<Problem, 'expected' | 'statement'> {
  const isPlural = noun === 'values';
  switch (defect) {
    case 'quotes':
    case 'blanks':
      return { expected: `${noun} without ${defect}` };
    case 'placeholder': {
      const expected = isPlural ? 'the values themselves' : `${noun.replace(/\ban? (?!.*\ban? )/, 'the ')} itself`;
      return { expected, statement: `got a placeholder (<…>), expected ${expected}` };
    }
    case 'variable':
      return { expected: `${noun}; ${isPlural ? 'a variable in them' : 'its variable'} was not replaced by its value` };
  }
}
