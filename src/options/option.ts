/**
 * Declarations of options: each option is data with its environment variables, default, parser and validation.
 *
 * Rooms declare tables of options; `resolve.ts` resolves a table. Variables are read by the rules of the OpenTelemetry
 * specification, "Environment Variable Specification".
 */

import { type Aliases, nearest } from '../errors/nearest.js';
import { type Problem, requireArgument, wrongObject } from '../errors.js';
import { defectProblem, secretDefect } from './secret-defect.js';
import { isHttpUrl, likelyUrl, redactEndpoint, redactUrl, urlDefect } from './url.js';

/**
 * Name of a variable that sets an option; `adapt` converts the text of the variable to the text of the option.
 *
 * `resolved` holds the options that precede this option in their table.
 */
export type EnvironmentVariable =
  | string
  | { readonly name: string; adapt(raw: string, resolved: Readonly<Record<string, unknown>>): string };

/** Declaration of one option. */
export interface Option<T> {
  /** Variables in order of precedence; empty for an option that only code can set. */
  readonly environment: readonly EnvironmentVariable[];
  /** One sentence for the generated reference. */
  readonly description: string;
  readonly default: T;
  /** Accepted values, as a noun phrase for errors and warnings. */
  readonly expected: string;
  /** Accepted keywords, used to suggest a spelling; absent where values are not keywords. */
  readonly keywords?: readonly string[];
  /** Keywords by other words for them, in lower-case letters and digits; used to suggest a keyword. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Phrase for what applies while the option has no value, such as `the width of the terminal`; `no value` by default. */
  readonly whenUnset?: string;
  /** Names of the option elsewhere, in lower-case letters and digits; an unknown name then suggests this option. */
  readonly otherNames?: readonly string[];
  /** Parses the text of a variable; returns `undefined` for invalid text. */
  parse(raw: string): T | undefined;
  /** Reports whether a value given in code is valid. */
  accepts(value: unknown): boolean;
  /** Renders a value for output, with secrets redacted. */
  print(value: T): string;
  /** True if values may hold a secret; invalid values are then never printed, except as `describe` returns them. */
  readonly secret: boolean;
  /**
   * Returns an invalid value without its secrets, and the value that is probably meant; also what is expected in its
   * place, if that is more precise than `expected`.
   */
  describe?(value: unknown, source: ValueSource): DescribedValue;
  /** Returns a warning about a valid value of a variable or a file that was probably meant otherwise. */
  doubt?(value: T): string | undefined;
  /**
   * Returns the value in place of an invalid variable, and the consequence for the warning, such as `using datadoghq.eu`.
   * Absent to use the default; present where the default would send data to another receiver.
   *
   * @param resolved options that precede this option in their table.
   */
  replaceInvalid?(raw: string, resolved: Readonly<Record<string, unknown>>): Replacement<T>;
}

/** Value that replaces an invalid one, and what follows from that. */
export interface Replacement<T> {
  readonly value: T;
  readonly consequence: string;
}

/** Source of an invalid value. */
export interface ValueSource {
  /** Variable that holds the value; absent for a value in code or in a file. */
  readonly variable?: string;
  /** True for a variable to whose URL a path is appended. */
  readonly isBase?: boolean;
  /** Options that precede the option in their table. */
  readonly resolved?: Readonly<Record<string, unknown>>;
}

/** The part of a problem that describes an invalid value. */
export type DescribedValue = Partial<Pick<Problem, 'value' | 'suggestion' | 'expected' | 'statement'>>;

/** Options of one room, keyed by their name in code. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds options of any type; `OptionValues` restores the types.
export type OptionTable = Readonly<Record<string, Option<any>>>;

/** Resolved values of a table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never };

/** Values that code may give for a table. */
export type OptionInput<T extends OptionTable> = { readonly [K in keyof T]?: OptionValues<T>[K] | undefined };

/** Values derived for options that neither code nor the environment sets, such as the endpoint of a preset. */
export interface DerivedOptions<T extends OptionTable> {
  readonly values: Partial<OptionValues<T>>;
  /** Source of the derived values, as the printed settings show it, such as `preset mimir`. */
  readonly from: string;
  /** Missing prerequisites, such as a variable that a preset needs. */
  readonly warnings: readonly string[];
}

/**
 * Derives values for unset options; returns `undefined` when nothing is derived.
 *
 * @param environment all variables, including those that belong to no option of the table.
 * @param isSet reports whether code or the environment sets an option.
 */
export type DeriveOptions<T extends OptionTable> = (
  values: OptionValues<T>,
  environment: Readonly<Record<string, string | undefined>>,
  isSet: (name: keyof T & string) => boolean,
) => DerivedOptions<T> | undefined;

/** Argument of every maker of options. */
export interface Declaration<T> {
  readonly environment?: readonly EnvironmentVariable[];
  readonly otherNames?: readonly string[];
  readonly whenUnset?: string;
  readonly description: string;
  readonly default: T;
}

/** Checks the argument of a maker of options. */
export function requireDeclaration(maker: string, declaration: unknown): void {
  const isValid = wrongObject(maker, declaration).length === 0;
  requireArgument(`${maker}: declaration`, declaration, isValid, 'an object with environment, description and default');
}

/** Completes the declaration of an option. */
export function option<T>(
  declaration: Declaration<T>,
  rest: Pick<Option<T>, 'expected' | 'parse' | 'accepts'> &
    Partial<Pick<Option<T>, 'keywords' | 'aliases' | 'print' | 'secret' | 'describe'>>,
): Option<T> {
  const { environment = [], otherNames, whenUnset } = declaration;
  return {
    environment,
    ...(otherNames === undefined ? {} : { otherNames }),
    ...(whenUnset === undefined ? {} : { whenUnset }),
    description: declaration.description,
    default: declaration.default,
    print: (value) => (value === undefined ? '' : String(value)),
    secret: false,
    ...rest,
  };
}

/** Declares an option that takes any non-empty string. */
export function textOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  requireDeclaration('textOption', declaration);
  return option<T | string>(declaration, {
    expected: 'a non-empty string',
    parse: (raw) => raw,
    accepts: (value) => typeof value === 'string' && value !== '',
  });
}

/** Declares a string option that is never printed: a key, a token, a password. Refuses quotes around it, and a variable in its place. */
export function secretOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  const text = textOption(declaration);
  const accepts = (value: unknown) => text.accepts(value) && secretDefect(value as string) === undefined;
  return {
    ...text,
    secret: true,
    print: (value) => (value ? '[redacted]' : ''),
    accepts,
    parse: (raw) => (accepts(raw) ? raw : undefined),
    describe: (value) => describeSecret(value, 'a secret'),
  };
}

/**
 * Describes an invalid secret without its value.
 *
 * @param noun word for the secret, such as `an API key`.
 */
export function describeSecret(value: unknown, noun: string, mayHaveBlanks = true): DescribedValue {
  const defect = typeof value === 'string' ? secretDefect(value, mayHaveBlanks) : undefined;
  return { value: '[redacted]', ...(defect === undefined ? {} : defectProblem(noun, defect)) };
}

const flagAliases: Aliases = { 1: 'true', yes: 'true', on: 'true', 0: 'false', no: 'false', off: 'false' };

/** Declares a boolean option; variables take `true` or `false` in any case. */
export function flagOption(declaration: Declaration<boolean>): Option<boolean> {
  requireDeclaration('flagOption', declaration);
  return option(declaration, {
    expected: 'true or false',
    keywords: ['true', 'false'],
    aliases: flagAliases,
    parse(raw) {
      const lower = raw.toLowerCase();
      if (lower === 'true') return true;
      return lower === 'false' ? false : undefined;
    },
    accepts: (value) => typeof value === 'boolean',
  });
}

/** Declares an integer option from `min` to `max`; `what` is the noun for messages, such as `milliseconds` or `a port`. */
export function integerOption<T extends number | undefined>(
  declaration: Declaration<T> & { readonly min: number; readonly max: number; readonly what: string },
): Option<T | number> {
  requireDeclaration('integerOption', declaration);
  const { min, max, what } = declaration;
  const accepts = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return option<T | number>(declaration, {
    expected: `${what} from ${min} to ${max}`,
    parse(raw) {
      const value = /^[+-]?\d+$/.test(raw) ? Number(raw) : Number.NaN;
      return accepts(value) ? value : undefined;
    },
    accepts,
  });
}

/** Longest delay of a timer, in milliseconds. */
export const longestTimer = 2 ** 31 - 1;

/** Returns `longestTimer` in place of 0, which stands for "no limit". */
export function withoutLimit(milliseconds: number): number {
  return milliseconds === 0 ? longestTimer : milliseconds;
}

/** Declares a duration in milliseconds, from 1 to `longestTimer`. */
export function millisecondsOption<T extends number | undefined>(declaration: Declaration<T>): Option<T | number> {
  requireDeclaration('millisecondsOption', declaration);
  return integerOption({ ...declaration, min: 1, max: longestTimer, what: 'milliseconds' });
}

/** Declares a timeout in milliseconds; 0 means no limit, as OpenTelemetry specifies, and is resolved to `longestTimer`. */
export function timeoutOption(declaration: Declaration<number>): Option<number> {
  requireDeclaration('timeoutOption', declaration);
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

/**
 * Declares an option that takes one of the keywords in `values`; variables take them in any case.
 *
 * @param declaration `aliases` holds keywords by other words for them, in lower-case letters and digits, for messages.
 */
export function choiceOption<const V extends string, T extends V | undefined>(
  declaration: Declaration<T> & {
    readonly values: readonly V[];
    readonly aliases?: Readonly<Record<string, NoInfer<V>>>;
  },
): Option<T | V> {
  requireDeclaration('choiceOption', declaration);
  const { values, aliases } = declaration;
  requireArgument('choiceOption: declaration.values', values, Array.isArray(values), 'a list of keywords');
  return option<T | V>(declaration, {
    expected: `one of ${values.join(', ')}`,
    keywords: values,
    ...(aliases === undefined ? {} : { aliases }),
    parse: (raw) => values.find((value) => value.toLowerCase() === raw.toLowerCase()),
    accepts: (value) => values.includes(value as V),
  });
}

const listPhrase = 'a comma-separated list';
/** Phrase for the text of an option of pairs. */
export const pairsPhrase = 'comma-separated key=value pairs, percent-encoded';

/** Returns the phrase for an accepted value as code writes it. */
export function expectedInCode(expected: string): string {
  return expected.replace(listPhrase, 'an array').replace(pairsPhrase, 'an object of strings');
}

/** Declares a list option; variables take a comma-separated list, lower-cased and without duplicates. */
export function listOption<T extends readonly string[] | undefined>(
  declaration: Declaration<T>,
): Option<T | readonly string[]> {
  requireDeclaration('listOption', declaration);
  return option<T | readonly string[]>(declaration, {
    expected: `${listPhrase} of names`,
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

/** Declares an `http` or `https` URL option; user, password and query are not printed. */
export function urlOption<T extends string | undefined>(declaration: Declaration<T>): Option<T | string> {
  requireDeclaration('urlOption', declaration);
  return option<T | string>(declaration, {
    secret: true,
    expected: 'an http:// or https:// URL',
    parse: (raw) => (isHttpUrl(raw) ? raw : undefined),
    accepts: (value) => typeof value === 'string' && isHttpUrl(value),
    print: (value) => (value === undefined ? '' : redactUrl(value)),
    describe(value, { isBase = false }) {
      if (typeof value !== 'string') return { value: '[redacted]' };
      const likely = likelyUrl(value);
      const isComplete = isBase || likely === undefined || declaration.default === undefined;
      const suggestion = isComplete ? likely : withPath(likely, declaration.default);
      const example = declaration.default;
      const defect = urlDefect(value, isBase && example !== undefined ? new URL(example).origin : example);
      return { value: redactEndpoint(value), suggestion, ...(defect === undefined ? {} : { expected: defect }) };
    },
  });
}

/** Adds the path of `example` to a URL without a path. */
function withPath(url: string, example: string): string {
  const { pathname } = new URL(example);
  return pathname !== '/' && new URL(url).pathname === '/' ? url.replace(/\/?(?=\?|$)/, pathname) : url;
}

/** Describes an invalid value for a message: redacted where it may be secret, and with the value that is probably meant. */
export function describeInvalid(
  value: unknown,
  {
    secret = false,
    keywords = [],
    aliases,
    describe,
  }: Partial<Pick<Option<unknown>, 'secret' | 'keywords' | 'aliases' | 'describe'>>,
  source: ValueSource = {},
): DescribedValue {
  if (describe !== undefined) return describe(value, source);
  return secret ? { value: '[redacted]' } : { value, suggestion: nearest(value, keywords, aliases) };
}
