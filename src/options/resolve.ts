/** Resolves a table of options. Precedence: code, configuration file, environment, derived value, default. */
import { type Problem, renderProblem } from '../errors.js';
import { nearest } from './nearest.js';
import type { DeriveOptions, EnvironmentVariable, Option, OptionTable, OptionValues } from './option.js';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A resolved option for output, with secrets redacted. */
export interface Setting {
  /** Name of the option: `exportIntervalMs`, or `otlp.endpoint` for an option of a backend. */
  readonly name: string;
  readonly value: string;
  /** Source: `code`, `default`, a variable, a location in a file, or the origin of a derived value (`preset mimir`). */
  readonly from: string;
}

/** A valid option value from a configuration file, with its location there. */
export interface FileValue {
  readonly value: unknown;
  readonly from: string;
}

/** Values from a configuration file for one table, keyed by option name. */
export type FileValues = Readonly<Record<string, FileValue>>;

/** Result of resolving a table. */
export interface Resolution<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly settings: readonly Setting[];
  /** Invalid values in code, to be thrown. */
  readonly problems: readonly Problem[];
  /** Invalid values in the environment; the variables are ignored. */
  readonly warnings: readonly string[];
}

/**
 * Resolves every option of `table`.
 *
 * @param prefix prefix of the option names in settings and messages, such as `otlp.`; empty for general options.
 * @param input values given in code; unknown names are problems.
 * @param alsoKnown valid options outside the table, to be listed when a name is unknown.
 * @param derive derives values for unset options; they replace the defaults.
 * @param fileValues values from a configuration file.
 */
export function resolveOptions<T extends OptionTable>(
  prefix: string,
  table: T,
  input: Readonly<Record<string, unknown>>,
  environment: Environment,
  alsoKnown: readonly string[] = [],
  derive?: DeriveOptions<T>,
  fileValues: FileValues = {},
): Resolution<T> {
  const values: Record<string, unknown> = {};
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];

  const known = [...alsoKnown, ...Object.keys(table)];
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(table, name)) problems.push(unknownName(prefix + name, name, 'a known option', known));
  }
  for (const [name, option] of Object.entries(table)) {
    const given = input[name];
    const { value, from } =
      (given === undefined ? fileValues[name] : undefined) ??
      resolveOption(prefix + name, option, given, environment, values, problems, warnings);
    values[name] = value;
    settings.push({ name: prefix + name, value: option.print(value), from });
  }
  const unset = new Set(settings.flatMap(({ name, from }) => (from === 'default' ? [name] : [])));
  const derived = derive?.(values as OptionValues<T>, environment, (name) => !unset.has(prefix + name));
  warnings.push(...(derived?.warnings ?? []));
  for (const [name, value] of Object.entries(derived?.values ?? {})) {
    const index = settings.findIndex((setting) => setting.name === prefix + name && setting.from === 'default');
    if (index === -1) continue;
    values[name] = value;
    settings[index] = { name: prefix + name, value: table[name]?.print(value) ?? '', from: derived?.from ?? 'default' };
  }
  return { values: values as OptionValues<T>, settings, problems, warnings };
}

function resolveOption(
  name: string,
  option: Option<unknown>,
  given: unknown,
  environment: Environment,
  resolved: Readonly<Record<string, unknown>>,
  problems: Problem[],
  warnings: string[],
): { value: unknown; from: string } {
  if (given !== undefined) {
    if (option.accepts(given)) return { value: given, from: 'code' };
    problems.push(invalidValue(name, given, option));
    return { value: option.default, from: 'default' };
  }
  for (const variable of option.environment) {
    const found = readVariable(variable, environment, resolved);
    if (found === undefined) continue;
    const value = option.parse(found.raw);
    if (value !== undefined) return { value, from: found.name };
    warnings.push(`${renderProblem(invalidValue(found.name, found.raw, option))}; ignored for ${name}`);
  }
  return { value: option.default, from: 'default' };
}

/** Describes an invalid value of an option; redacts the value of a secret option and suggests the nearest keyword. */
function invalidValue(where: string, value: unknown, option: Option<unknown>): Problem {
  const { expected, secret, keywords = [] } = option;
  if (secret) return { where, value: '[redacted]', expected };
  return { where, value, expected, suggestion: nearest(value, keywords) };
}

/** Describes an unknown name. Suggests the nearest known name, or lists all of them when no known name is close. */
export function unknownName(where: string, name: string, expected: string, known: readonly string[]): Problem {
  const suggestion = nearest(name, known);
  return suggestion === undefined
    ? { where, expected: `${expected}: ${known.join(', ')}` }
    : { where, expected, suggestion };
}

/** Reads a variable. An empty variable counts as unset (OpenTelemetry specification, "Parsing empty value"). */
function readVariable(
  variable: EnvironmentVariable,
  environment: Environment,
  resolved: Readonly<Record<string, unknown>>,
): { name: string; raw: string } | undefined {
  const name = typeof variable === 'string' ? variable : variable.name;
  const raw = environment[name]?.trim();
  if (raw === undefined || raw === '') return undefined;
  return { name, raw: typeof variable === 'string' ? raw : variable.adapt(raw, resolved) };
}
