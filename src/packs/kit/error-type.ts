/** Derives `error.type` from a thrown value: a short identifier, never the message. */
import { otherValue } from '../../model/instrument.js';

/** Matches codes and names; a text with spaces is a message. */
const identifier = /^[\w.:/-]{1,64}$/;

/**
 * Returns the value of `error.type` for a thrown value of any type. The first of these that is an identifier:
 *
 * 1. `code`, set by the provider or the system,
 * 2. `status`, the HTTP status,
 * 3. `type`, set by a provider in the middle of a stream,
 * 4. `cause.code`, the reason of a broken connection,
 * 5. `name` or the name of the class, except `Error` and `Object`,
 * 6. `code` as a number, or `name`; otherwise `_OTHER`.
 */
export function errorTypeOf(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return otherValue;
    const { code, status, type, cause, name, constructor: errorClass } = error as Readonly<Record<string, unknown>>;
    if (isWord(code)) return code;
    if (Number.isInteger(status)) return String(status);
    if (isWord(type)) return type;
    const { code: causeCode } = (cause ?? {}) as { readonly code?: unknown };
    if (isWord(causeCode)) return causeCode;
    for (const each of [name, (errorClass as { name?: unknown } | undefined)?.name]) {
      if (isWord(each) && each !== 'Error' && each !== 'Object') return each;
    }
    if (Number.isInteger(code)) return String(code);
    return isWord(name) ? name : otherValue;
  } catch {
    return otherValue;
  }
}

/** True if a value is an identifier: a short text without spaces. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && identifier.test(value);
}
