/** The class of an error, in a word: bounded, and never its message. */
import { otherValue } from '../../model/instrument.js';

/** A code or a name; texts with spaces are messages. */
const word = /^[\w.:/-]{1,64}$/;

/**
 * The value of `error.type` for an error that was thrown, which may be anything: its `code` when that is a word (what the
 * provider or the system calls it), the HTTP `status`, its `type` (what a provider calls it amid a stream), the `code` of
 * its cause (what broke a connection), its name or that of its class, or a `code` that is a number; else `_OTHER`.
 */
export function errorTypeOf(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return otherValue;
    const { code, status, type, cause, name, constructor: made } = error as Readonly<Record<string, unknown>>;
    if (isWord(code)) return code;
    if (Number.isInteger(status)) return String(status);
    if (isWord(type)) return type;
    const { code: broken } = (cause ?? {}) as { readonly code?: unknown };
    if (isWord(broken)) return broken;
    for (const each of [name, (made as { name?: unknown } | undefined)?.name]) {
      if (isWord(each) && each !== 'Error' && each !== 'Object') return each;
    }
    if (Number.isInteger(code)) return String(code);
    return isWord(name) ? name : otherValue;
  } catch {
    return otherValue;
  }
}

/** Whether a value is a text that tells a kind: short, and no sentence. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && word.test(value);
}
