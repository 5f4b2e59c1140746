/**
 * References to environment variables in the values of a configuration file (OpenTelemetry specification,
 * "Configuration Data Model", "Environment variable substitution").
 */
import type { Environment } from '../../options/resolve.js';

/** What a text became. */
export type Substituted =
  | { readonly text: string; readonly replaced: boolean }
  /** A reference that names no variable, such as `${1KEY}`. */
  | { readonly invalid: string };

/** `${NAME}`, `${env:NAME}` or either with `:-default`; whatever else stands in `${}` is an error. */
const reference = /\$\{([^}]*)\}/g;
const variable = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^\n]*))?$/;

/**
 * Replaces every reference by the variable's value, or by its default when the variable is not set or empty, or by nothing.
 *
 * `$$` is one `$` that begins no reference. What was put in is not looked at again. `replaced` says whether the text is
 * another one now: only then may a plain scalar have changed its type.
 */
export function substitute(text: string, environment: Environment): Substituted {
  const pieces: string[] = [];
  for (const piece of text.split('$$')) {
    let invalid: string | undefined;
    const put = piece.replace(reference, (whole, inside: string) => {
      const match = variable.exec(inside);
      if (match === null) invalid ??= whole;
      // A variable of blanks alone is empty, as OpenTelemetry reads variables elsewhere.
      const value = environment[match?.[1] ?? ''];
      return value === undefined || value.trim() === '' ? (match?.[2] ?? '') : value;
    });
    if (invalid !== undefined) return { invalid };
    pieces.push(put);
  }
  const result = pieces.join('$');
  return { text: result, replaced: result !== text };
}
