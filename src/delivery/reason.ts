/** Error messages as one printable line, for logs and `status()`. */
import { cut, messageOf } from '../errors.js';

/** An error of OpenSSL with file names and numbers around it. */
const tlsError = /^.*:SSL routines:[^:]*:([^:]+):.*$/s;

/** Returns the message of a thrown value on one line without control characters, cut to 300 characters. */
export function reasonOf(thrown: unknown): string {
  const { message, code } = (thrown ?? {}) as { message?: unknown; code?: unknown };
  // Node reports a failed connection to several addresses by a code alone.
  const text = message === '' && typeof code === 'string' ? code : messageOf(thrown);
  return cut(text.replace(tlsError, 'TLS: $1').replace(/[\p{Cc}\s]+/gu, ' '), 300);
}
