/**
 * Replaces references to environment variables in the values of a configuration file (OpenTelemetry specification,
 * "Configuration Data Model", "Environment variable substitution").
 */
import type { Environment } from '../../options/resolve.js';

/** Result of a substitution. */
export type Substituted =
  | { readonly text: string; readonly replaced: boolean }
  /** An invalid reference, such as `${1KEY}`. */
  | { readonly invalid: string };

/** Matches `${NAME}`, `${env:NAME}` and both with `:-default`; any other content of `${}` is an error. */
const reference = /\$\{([^}]*)\}/g;
const variable = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^\n]*))?$/;

/**
 * Replaces every reference with the value of the variable. An unset or empty variable yields its default, or nothing.
 *
 * `$$` yields one `$` that begins no reference. Substituted text is not scanned again. `replaced` is true if the text
 * changed; only then may the type of a plain scalar change.
 */
export function substitute(text: string, environment: Environment): Substituted {
  const pieces: string[] = [];
  for (const piece of text.split('$$')) {
    let invalid: string | undefined;
    const substituted = piece.replace(reference, (whole, inside: string) => {
      const match = variable.exec(inside);
      if (match === null) invalid ??= whole;
      // A variable that holds only blanks counts as empty, as OpenTelemetry reads variables elsewhere.
      const value = environment[match?.[1] ?? ''];
      return value === undefined || value.trim() === '' ? (match?.[2] ?? '') : value;
    });
    if (invalid !== undefined) return { invalid };
    pieces.push(substituted);
  }
  const result = pieces.join('$');
  return { text: result, replaced: result !== text };
}
