/** Resolves a table of options. Precedence: code, configuration file, environment, derived value, default. */

import { fit } from '../errors/fit.js';
import { type Aliases, unknownName } from '../errors/nearest.js';
import { cut, maxProblemLength, type Problem, renderConsequence } from '../errors.js';
import {
  type DeriveOptions,
  describeInvalid,
  type EnvironmentVariable,
  expectedInCode,
  type Option,
  type OptionTable,
  type OptionValues,
} from './option.js';

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
  readonly inEnvironment: readonly Problem[];
  /** Warnings about them, and about values that contradict each other. */
  readonly warnings: readonly string[];
}

/**
 * Resolves every option of `table`.
 *
 * @param prefix prefix of the option names in settings and messages, such as `otlp.`; empty for general options.
 * @param input values given in code; unknown names are problems.
 * @param derive derives values for unset options; they replace the defaults.
 * @param fileValues values from a configuration file.
 */
export function resolveOptions<T extends OptionTable>(
  prefix: string,
  table: T,
  input: Readonly<Record<string, unknown>>,
  environment: Environment,
  derive?: DeriveOptions<T>,
  fileValues: FileValues = {},
): Resolution<T> {
  const values: Record<string, unknown> = {};
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  const ignored: IgnoredVariable[] = [];
  const doubts: string[] = [];

  const known = Object.keys(table);
  for (const name of Object.keys(input)) {
    if (!known.includes(name))
      problems.push(unknownName(prefix + name, name, 'a known option', known, otherNamesOf(table)));
  }
  for (const [name, option] of Object.entries(table)) {
    const given = input[name];
    const { value, from } =
      (given === undefined ? fileValues[name] : undefined) ??
      resolveOption(prefix + name, option, given, environment, values, problems, ignored);
    values[name] = value;
    settings.push({ name: prefix + name, value: option.print(value), from });
    const doubt = from === 'code' || from === 'default' ? undefined : option.doubt?.(value);
    if (doubt !== undefined) doubts.push(fit`${from}: ${doubt}`);
  }
  const unset = new Set(settings.flatMap(({ name, from }) => (from === 'default' ? [name] : [])));
  const derived = derive?.(values as OptionValues<T>, environment, (name) => !unset.has(prefix + name));
  for (const [name, value] of Object.entries(derived?.values ?? {})) {
    const index = settings.findIndex((setting) => setting.name === prefix + name && setting.from === 'default');
    if (index === -1) continue;
    values[name] = value;
    settings[index] = { name: prefix + name, value: table[name]?.print(value) ?? '', from: derived?.from ?? 'default' };
  }
  const settingOf = (name: string) => settings.find((setting) => setting.name === name);
  const warnings = [
    ...ignored.map(({ name, problem, whenUnset, consequence }) =>
      renderConsequence(
        problem,
        consequence === undefined ? consequenceOf(settingOf(name), whenUnset) : `; ${consequence}`,
      ),
    ),
    ...doubts,
    ...(derived?.warnings ?? []).map((warning) => withSource(warning, settingOf)),
  ];
  const inEnvironment = ignored.map(({ problem }) => problem);
  return { values: values as OptionValues<T>, settings, problems, inEnvironment, warnings };
}

/** Returns the names of options by their names elsewhere. */
export function otherNamesOf(table: OptionTable): Aliases {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, { otherNames = [] }]) => otherNames.map((other) => [other, name])),
  );
}

/** A variable with an invalid value, and the full name of the option that it does not set. */
interface IgnoredVariable {
  readonly name: string;
  readonly problem: Problem;
  readonly whenUnset: string | undefined;
  /** Consequence; `undefined` if the variable is ignored. */
  readonly consequence: string | undefined;
}

/** Returns what follows from an ignored variable: the value that is used instead, and its source unless a default. */
function consequenceOf({ value = '', from }: Partial<Setting> = {}, whenUnset = 'no value'): string {
  if (value === '') return `; ignored; using ${whenUnset}`;
  return `; ignored; using ${cut(value, maxShownLength)}${from === 'default' ? '' : ` (${from})`}`;
}

const maxShownLength = 60;

/** Replaces the name of an option at the beginning of a message by the variable or the place in the file that set it. */
function withSource(message: string, settingOf: (name: string) => Setting | undefined): string {
  const [name = ''] = /^[\w./]+(?=:)/.exec(message) ?? [];
  const located = sourceOf(settingOf(name)) + message.slice(settingOf(name) === undefined ? 0 : name.length);
  return cut(located, maxProblemLength);
}

/** Returns the variable or the place in a file that set an option, or its name if it was set otherwise. */
export function sourceOf({ name, from }: Partial<Setting> = {}): string {
  const isNamed = from !== undefined && (/^[A-Z][A-Z\d_]+$/.test(from) || from.includes(':'));
  return (isNamed ? from : name) ?? '';
}

function resolveOption(
  name: string,
  option: Option<unknown>,
  given: unknown,
  environment: Environment,
  resolved: Readonly<Record<string, unknown>>,
  problems: Problem[],
  ignored: IgnoredVariable[],
): { value: unknown; from: string } {
  if (given !== undefined) {
    if (option.accepts(given)) return { value: given, from: 'code' };
    problems.push({
      where: name,
      expected: expectedInCode(option.expected),
      ...describeInvalid(given, option, { resolved }),
    });
    return { value: option.default, from: 'default' };
  }
  for (const variable of option.environment) {
    const found = readVariable(variable, environment, resolved);
    if (found === undefined) continue;
    const { raw, adapt } = found;
    const value = option.parse(adapt(raw));
    if (value !== undefined) return { value, from: found.name };
    const { suggestion: url = 'http://localhost' } = describeInvalid(raw, option, {
      variable: found.name,
      isBase: true,
      resolved,
    });
    // A variable whose URLs are adapted holds a base URL.
    const isBase = adapt(url) !== url;
    const described = describeInvalid(raw, option, { variable: found.name, isBase, resolved });
    const replacement = option.replaceInvalid?.(raw, resolved);
    ignored.push({
      name,
      problem: { where: found.name, expected: option.expected, ...described },
      whenUnset: option.whenUnset,
      consequence: replacement?.consequence,
    });
    if (replacement !== undefined) return { value: replacement.value, from: found.name };
  }
  return { value: option.default, from: 'default' };
}

/** Reads a variable. An empty variable counts as unset (OpenTelemetry specification, "Parsing empty value"). */
function readVariable(
  variable: EnvironmentVariable,
  environment: Environment,
  resolved: Readonly<Record<string, unknown>>,
): { name: string; raw: string; adapt: (text: string) => string } | undefined {
  const name = typeof variable === 'string' ? variable : variable.name;
  const raw = environment[name]?.trim();
  if (raw === undefined || raw === '') return undefined;
  return { name, raw, adapt: (text) => (typeof variable === 'string' ? text : variable.adapt(text, resolved)) };
}
