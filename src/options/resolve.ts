/** Resolves a table of options: what code says, else a configuration file, else the environment, else the default. */
import { type Problem, renderProblem } from '../errors.js';
import type { DeriveOptions, EnvironmentVariable, Option, OptionTable, OptionValues } from './option.js';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One option as it came out: printable, secrets left out. */
export interface Setting {
  /** `exportIntervalMs`, or `otlp.endpoint` for a backend's. */
  readonly name: string;
  readonly value: string;
  /** `code`, `default`, the variable, the place in a file, or what else it follows from, such as `preset mimir`. */
  readonly from: string;
}

/** A value that a configuration file gives an option: checked already, with the place where it stands. */
export interface Written {
  readonly value: unknown;
  readonly from: string;
}

/** What a configuration file says of a table, by the names of its options. */
export type WrittenOptions = Readonly<Record<string, Written>>;

/** The outcome for a whole table. */
export interface Resolution<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly settings: readonly Setting[];
  /** Wrong values in code: to be thrown. */
  readonly problems: readonly Problem[];
  /** Wrong values in the environment: reported, then treated as if they were not set. */
  readonly warnings: readonly string[];
}

/**
 * Resolves every option of `table`.
 *
 * @param prefix put before the options' names, such as `otlp.`; empty for the general ones.
 * @param input values given in code; names that the table does not have are problems.
 * @param alsoKnown options that are not of the table and were taken out of `input`, to be named in such a problem.
 * @param derive what takes the place of defaults, as it follows from what was set.
 * @param written what a configuration file says of these options.
 */
export function resolveOptions<T extends OptionTable>(
  prefix: string,
  table: T,
  input: Readonly<Record<string, unknown>>,
  environment: Environment,
  alsoKnown: readonly string[] = [],
  derive?: DeriveOptions<T>,
  written: WrittenOptions = {},
): Resolution<T> {
  const values: Record<string, unknown> = {};
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];

  for (const name of Object.keys(input)) {
    if (Object.hasOwn(table, name)) continue;
    problems.push({
      where: prefix + name,
      expected: `a known option: ${[...alsoKnown, ...Object.keys(table)].join(', ')}`,
    });
  }
  for (const [name, option] of Object.entries(table)) {
    const given = input[name];
    const { value, from } =
      (given === undefined ? written[name] : undefined) ??
      resolveOption(prefix + name, option, given, environment, problems, warnings);
    values[name] = value;
    settings.push({ name: prefix + name, value: option.print(value), from });
  }
  const unset = new Set(settings.flatMap(({ name, from }) => (from === 'default' ? [name] : [])));
  const derived = derive?.(values as OptionValues<T>, environment, (name) => !unset.has(prefix + name));
  warnings.push(...(derived?.warnings ?? []));
  for (const [name, value] of Object.entries(derived?.values ?? {})) {
    const place = settings.findIndex((setting) => setting.name === prefix + name && setting.from === 'default');
    if (place === -1) continue;
    values[name] = value;
    settings[place] = { name: prefix + name, value: table[name]?.print(value) ?? '', from: derived?.from ?? 'default' };
  }
  return { values: values as OptionValues<T>, settings, problems, warnings };
}

function resolveOption(
  name: string,
  option: Option<unknown>,
  given: unknown,
  environment: Environment,
  problems: Problem[],
  warnings: string[],
): { value: unknown; from: string } {
  if (given !== undefined) {
    if (option.accepts(given)) return { value: given, from: 'code' };
    problems.push(problemWith(name, given, option));
    return { value: option.default, from: 'default' };
  }
  for (const variable of option.environment) {
    const found = readVariable(variable, environment);
    if (found === undefined) continue;
    const value = option.parse(found.raw);
    if (value !== undefined) return { value, from: found.name };
    warnings.push(`${renderProblem(problemWith(found.name, found.raw, option))}; it is ignored`);
  }
  return { value: option.default, from: 'default' };
}

function problemWith(where: string, value: unknown, option: Option<unknown>): Problem {
  return { where, value: option.secret ? '[redacted]' : value, expected: option.expected };
}

/** A variable that is empty counts as not set (OpenTelemetry specification, "Parsing empty value"). */
function readVariable(
  variable: EnvironmentVariable,
  environment: Environment,
): { name: string; raw: string } | undefined {
  const name = typeof variable === 'string' ? variable : variable.name;
  const raw = environment[name]?.trim();
  if (raw === undefined || raw === '') return undefined;
  return { name, raw: typeof variable === 'string' ? raw : variable.adapt(raw) };
}
