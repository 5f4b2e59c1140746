/** Options of `key=value` pairs, such as headers. */

import { type Declaration, type Option, option, pairsPhrase, requireDeclaration } from './option.js';
import { defectProblem, secretDefect } from './secret-defect.js';

/**
 * Declares an option of `key=value` pairs; variables take them comma-separated and percent-encoded, as in W3C Baggage.
 *
 * With `secret`, pairs must be valid HTTP headers and their values are not printed.
 */
export function pairsOption(
  declaration: Declaration<Readonly<Record<string, string>>> & { readonly secret: boolean },
): Option<Readonly<Record<string, string>>> {
  requireDeclaration('pairsOption', declaration);
  const { secret } = declaration;
  const valid = (pairs: Readonly<Record<string, string>>) =>
    !secret || Object.entries(pairs).every((pair) => isHeader(pair) && secretDefect(pair[1]) === undefined);
  return option(declaration, {
    secret,
    expected: pairsPhrase,
    parse: (raw) => {
      const pairs = parsePairs(raw);
      return pairs !== undefined && valid(pairs) ? pairs : undefined;
    },
    describe(value, { variable }) {
      const shown = { value: secret ? '[redacted]' : value };
      const expected = variable === undefined ? undefined : pairsDefect(String(value));
      if (expected !== undefined) return { ...shown, expected };
      const pairs = typeof value === 'string' ? parsePairs(value) : value;
      return { ...shown, ...(secret ? valuesDefect(pairs, String(value)) : {}) };
    },
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((item) => typeof item === 'string') &&
      valid(value as Record<string, string>),
    print: (value) =>
      Object.entries(value)
        .map(([key, item]) => (secret ? `${printableName(key, item)}=[redacted]` : `${key}=${item}`))
        .join(','),
  });
}

/** Returns what is expected in place of a text with quotes, or with `:` between key and value. */
function pairsDefect(raw: string): string | undefined {
  if (/^["'`]/.test(raw)) return 'key=value,key2=value2 without quotes';
  return /^[\w.-]+\s*:/.test(raw) ? 'key=value,key2=value2, with "=" instead of ":"' : undefined;
}

/** Returns what is expected if a value is in quotes or is a variable, or if the whole text is a variable. */
function valuesDefect(pairs: unknown, text: string): ReturnType<typeof defectProblem> | undefined {
  const defects = [text, ...Object.values(Object(pairs))].map((value) =>
    typeof value === 'string' ? secretDefect(value) : undefined,
  );
  const defect = defects.find((each) => each !== undefined);
  return defect === undefined ? undefined : defectProblem('values', defect);
}

/** Reports whether HTTP can carry the name and the value (RFC 9110, section 5). A misplaced secret is rarely a valid name. */
function isHeader([name, value]: [string, string]): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function parsePairs(raw: string): Readonly<Record<string, string>> | undefined {
  const pairs: Record<string, string> = {};
  for (const part of raw.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    if (equals <= 0) return undefined;
    try {
      pairs[decodeURIComponent(part.slice(0, equals).trim())] = decodeURIComponent(part.slice(equals + 1).trim());
    } catch {
      return undefined;
    }
  }
  return pairs;
}

/** Returns the name to print. A Base64 secret given without a name parses as a name whose value is empty or `=`. */
function printableName(name: string, value: string): string {
  return /^=?$/.test(value) ? '[redacted]' : name;
}
