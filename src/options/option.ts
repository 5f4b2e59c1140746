/**
 * How an option is declared: once, as data, with its environment variables, its default and what it accepts.
 *
 * Rooms declare tables of options; `settings` resolves them (code over environment over default) and prints them.
 * The rules for the environment are those of the OpenTelemetry specification, "Environment Variable Specification".
 */

/** A variable that may set an option; `adapt` turns its text into that of the option. */
export type EnvironmentVariable = string | { readonly name: string; adapt(raw: string): string };

/** One option: where it comes from, and what it accepts. */
export interface Option<T> {
  /** Variables in order of precedence. */
  readonly environment: readonly EnvironmentVariable[];
  /** One sentence, for the printed settings and the reference. */
  readonly description: string;
  readonly default: T;
  /** What is accepted, as a noun phrase for errors and warnings. */
  readonly expected: string;
  /** The value that the text of a variable stands for, `undefined` when it stands for none. */
  parse(raw: string): T | undefined;
  /** Whether a value given in code may be used. */
  accepts(value: unknown): boolean;
  /** The value as it may be shown to anybody: secrets left out. */
  print(value: T): string;
  /** The text of a variable may hold a secret and is never repeated. */
  readonly secret: boolean;
}

/** Options of one room, by the name that they have in code. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds options of any type; `OptionValues` brings the types back.
export type OptionTable = Readonly<Record<string, Option<any>>>;

/** The resolved values of a table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never };

/** What may be given in code for a table. */
export type OptionInput<T extends OptionTable> = { readonly [K in keyof T]?: OptionValues<T>[K] | undefined };

/** What follows from the options that were set for those that nobody set. */
export interface DerivedOptions<T extends OptionTable> {
  readonly values: Partial<OptionValues<T>>;
  /** What they follow from, as settings show it. */
  readonly from: string;
  /** What is missing. */
  readonly warnings: readonly string[];
}

/**
 * Finds out what follows. `environment` has the variables that belong to no option of the table; `isSet` tells whether
 * code or the environment set an option.
 */
export type DeriveOptions<T extends OptionTable> = (
  values: OptionValues<T>,
  environment: Readonly<Record<string, string | undefined>>,
  isSet: (name: keyof T & string) => boolean,
) => DerivedOptions<T> | undefined;

interface Declaration<T> {
  readonly environment?: readonly EnvironmentVariable[];
  readonly description: string;
  readonly default: T;
}

function option<T>(
  declaration: Declaration<T>,
  rest: Pick<Option<T>, 'expected' | 'parse' | 'accepts'> & Partial<Pick<Option<T>, 'print' | 'secret'>>,
): Option<T> {
  return {
    environment: declaration.environment ?? [],
    description: declaration.description,
    default: declaration.default,
    print: (value) => (value === undefined ? '' : String(value)),
    secret: false,
    ...rest,
  };
}

/** Any text. */
export function textOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  return option<T | string>(declaration, {
    expected: 'a text',
    parse: (raw) => raw,
    accepts: (value) => typeof value === 'string' && value !== '',
  });
}

/** A text that is never shown: a key, a token, a password. */
export function secretOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  return { ...textOption(declaration), secret: true, print: (value) => (value ? '[redacted]' : '') };
}

/** `true`, in any case; whatever else a variable says is `false`, and said to be wrong unless it is that word. */
export function flagOption(declaration: Declaration<boolean>): Option<boolean> {
  return option(declaration, {
    expected: 'true or false',
    parse(raw) {
      const lower = raw.toLowerCase();
      if (lower === 'true') return true;
      return lower === 'false' ? false : undefined;
    },
    accepts: (value) => typeof value === 'boolean',
  });
}

/** A whole number from `min` to `max`, in the unit that `what` names. */
export function integerOption<T extends number | undefined>(
  declaration: Declaration<T> & { readonly min: number; readonly max: number; readonly what: string },
): Option<T | number> {
  const { min, max, what } = declaration;
  const accepts = (value: unknown) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return option<T | number>(declaration, {
    expected: `${what} from ${min} to ${max}`,
    parse(raw) {
      const value = /^[+-]?\d+$/.test(raw) ? Number(raw) : Number.NaN;
      return accepts(value) ? value : undefined;
    },
    accepts,
  });
}

/** Milliseconds of the longest time that a timer can wait. */
export const longestTimer = 2 ** 31 - 1;

/** Returns the longest time that a timer can wait in place of 0, which stands for "no limit". */
export function withoutLimit(milliseconds: number): number {
  return milliseconds === 0 ? longestTimer : milliseconds;
}

/** Milliseconds, from 1 to the longest that a timer can wait. */
export function millisecondsOption<T extends number | undefined>(declaration: Declaration<T>): Option<T | number> {
  return integerOption({ ...declaration, min: 1, max: longestTimer, what: 'milliseconds' });
}

/** Milliseconds that something may take; 0 is no limit, as OpenTelemetry specifies, and becomes the longest there is. */
export function timeoutOption(declaration: Declaration<number>): Option<number> {
  const milliseconds = integerOption({ ...declaration, min: 0, max: longestTimer, what: 'milliseconds' });
  return {
    ...milliseconds,
    expected: `${milliseconds.expected}, 0 for no limit`,
    parse(raw) {
      const value = milliseconds.parse(raw);
      return value === undefined ? undefined : withoutLimit(value);
    },
  };
}

/** One of a few words, in any case. */
export function choiceOption<const V extends string, T extends V | undefined>(
  declaration: Declaration<T> & { readonly values: readonly V[] },
): Option<T | V> {
  return option<T | V>(declaration, {
    expected: `one of ${declaration.values.join(', ')}`,
    parse: (raw) => declaration.values.find((value) => value.toLowerCase() === raw.toLowerCase()),
    accepts: (value) => declaration.values.includes(value as V),
  });
}

/** Words separated by commas, in lower case and each once. */
export function listOption<T extends readonly string[] | undefined>(
  declaration: Declaration<T>,
): Option<T | readonly string[]> {
  return option<T | readonly string[]>(declaration, {
    expected: 'words separated by commas',
    parse: (raw) => [
      ...new Set(
        raw
          .split(',')
          .map((word) => word.trim().toLowerCase())
          .filter((word) => word !== ''),
      ),
    ],
    accepts: (value) => Array.isArray(value) && value.every((word) => typeof word === 'string' && word !== ''),
    print: (value) => (value === undefined ? '' : value.join(',')),
  });
}

/**
 * `key=value` pairs separated by commas, percent-encoded as W3C Baggage is.
 *
 * With `secret` they are headers of HTTP, and their values are not shown.
 */
export function pairsOption(
  declaration: Declaration<Readonly<Record<string, string>>> & { readonly secret: boolean },
): Option<Readonly<Record<string, string>>> {
  const { secret } = declaration;
  const valid = (pairs: Readonly<Record<string, string>>) => !secret || Object.entries(pairs).every(isHeader);
  return option(declaration, {
    secret,
    expected: 'key=value pairs separated by commas, percent-encoded',
    parse: (raw) => {
      const pairs = parsePairs(raw);
      return pairs !== undefined && valid(pairs) ? pairs : undefined;
    },
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((item) => typeof item === 'string') &&
      valid(value as Record<string, string>),
    print: (value) =>
      Object.entries(value)
        .map(([key, item]) => (secret ? `${openName(key, item)}=[redacted]` : `${key}=${item}`))
        .join(','),
  });
}

/** Names and values that HTTP can carry (RFC 9110, section 5): a secret in the wrong place is no name. */
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

/** An `http` or `https` URL; user, password and query are not shown. */
export function urlOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  return option<T | string>(declaration, {
    secret: true,
    expected: 'an http:// or https:// URL',
    parse: (raw) => (isHttpUrl(raw) ? raw : undefined),
    accepts: (value) => typeof value === 'string' && isHttpUrl(value),
    print: (value) => (value === undefined ? '' : redactUrl(value)),
  });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** The URL without user, password and query, where secrets are put. */
export function redactUrl(url: string): string {
  const { username, password, search, origin, pathname, host, protocol } = new URL(url);
  const authority = username === '' && password === '' ? origin : `${protocol}//[redacted]@${host}`;
  return `${authority}${pathname}${search === '' ? '' : '?[redacted]'}`;
}

/** A secret that ends as Base64 does and was given without a name looks like a name whose value is empty or `=`. */
function openName(name: string, value: string): string {
  return /^=?$/.test(value) ? '[redacted]' : name;
}
