/** Variables in a text that no shell or template has replaced by their values. */

/** `${X}`, `${X:-default}`, `$(X)`, `$X`, `{{ .x }}`, `{x}`, `<x>` and `%X%`; not percent-encoded bytes such as `%20`. */
const placeholder =
  /\$?\{\{.*?\}\}|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$\([\w.-]+\)|\$\{?\w+|\{[\w.-]+\}|<[a-z_][\w .-]*>|%[a-z_]\w{2,}%/gis;
/** A variable of a shell, of which only capitals are certain: `$ecret` may be a password. */
const certainVariable = /^\$[A-Z_][A-Z\d_]+$/;

/** Reports whether a text is a placeholder and nothing else. */
export function isPlaceholder(text: string): boolean {
  const [match] = text.match(placeholder) ?? [];
  return match === text && (!/^\$\w/.test(text) || certainVariable.test(text));
}

/** First of the private-use characters that stand for placeholders. */
const first = 0xe000;

/** A text with one private-use character in place of each placeholder. */
interface MaskedText {
  readonly masked: string;
  /** Puts the placeholders back into a part of the text, without their secrets. */
  restore(part: string): string;
}

/** Replaces each placeholder, because it may contain `/`, `:` and blanks; `redact` returns a default value without secrets. */
export function maskPlaceholders(text: string, redact: (value: string) => string): MaskedText {
  const found: string[] = [];
  const masked = text.replace(placeholder, (match) => String.fromCharCode(first + found.push(match) - 1));
  return {
    masked,
    restore: (part) =>
      part.replace(/[\uE000-\uF8FF]/g, (mark) => {
        const match = found[mark.charCodeAt(0) - first];
        return match === undefined ? mark : withoutSecrets(match, redact);
      }),
  };
}

/** Redacts the default value in a placeholder, and text in quotes. */
function withoutSecrets(text: string, redact: (value: string) => string): string {
  const [, start, value] = /^(\$\{(?:env:)?\w+(?::[-=?+]?|[-=?+]))(.+)\}$/s.exec(text) ?? [];
  if (start !== undefined && value !== undefined && !/^\$\{env:\w+\}$/.test(text)) return `${start}${redact(value)}}`;
  if (/^[\w\s.$%<>{}()|:-]*$/.test(text)) return text;
  return text.replace(/^(\$?\{\{?).*?(\}+)$/s, '$1[redacted]$2');
}
