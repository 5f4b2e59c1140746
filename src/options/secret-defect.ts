/** Secrets that are not what was meant: in quotes, with blanks, or a variable that no shell or template has replaced. */
import { isPlaceholder } from './placeholders.js';

/** A word of authentication before the secret, as in `Bearer TOKEN`. */
const scheme = /^(?:bearer|basic|token|apikey|api-key)\s+/i;

/**
 * Returns what is wrong with a secret, as the end of a phrase for what is expected, such as `without quotes`; `undefined`
 * for a secret that may be meant. Quotes and variables inside a secret may be part of it.
 *
 * @param mayHaveBlanks false for a key or a token, which has no blanks.
 */
export function secretDefect(text: string, mayHaveBlanks = true): string | undefined {
  const secret = text.trim().replace(scheme, '').trim();
  if (/^(["'`]).*\1$/s.test(secret) || /^["'`][^"'`]*$/s.test(secret)) return 'without quotes';
  if (isPlaceholder(secret)) return 'whose variable is replaced by its value';
  return !mayHaveBlanks && /\s/.test(text) ? 'without blanks' : undefined;
}
