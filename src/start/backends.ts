/** Selects the backends to start: from a configuration file, the environment or `exporters`, plus the backends in code. */

import { backendKinds } from '../backends/table.js';
import type { Backend, BackendContext, BackendKind, ConfiguredBackend } from '../delivery/contract.js';
import { fitBefore } from '../errors/fit.js';
import { type Aliases, combinedWithNone, wordsForNone, wrongName } from '../errors/nearest.js';
import { type Problem, renderConsequence, renderProblem, wrongObject } from '../errors.js';
import type { Setting } from '../options/resolve.js';
import { type Environment, resolveOptions, sourceOf } from '../options/resolve.js';
import type { FileReader } from '../settings/file/readers.js';
import { generalOptions } from '../settings/general.js';
import { isBackend } from './argument-shapes.js';
import { unknownBackendOptions } from './backend-options.js';
import { withCardinalityLimits } from './cardinality-limits.js';

// biome-ignore lint/suspicious/noExplicitAny: backends with any options are selected here.
type AnyBackend = ConfiguredBackend<any>;

/** Inputs of the selection. */
export interface BackendChoice {
  /** Names from `exporters` or its variables; `undefined` when none of them is set. */
  readonly names: readonly string[] | undefined;
  /** Source of `names`: `code`, `default` or the variable. */
  readonly namesFrom: string;
  readonly inCode: readonly AnyBackend[];
  /** True if code passes its own readers; there is then no default backend. */
  readonly hasReaders: boolean;
  /** Readers of a configuration file, which replace the environment; `undefined` without a file. */
  readonly inFile: readonly FileReader[] | undefined;
  /** `exportIntervalMs` and `exportTimeoutMs` given in code; they win over a file. */
  readonly timingInCode: Readonly<Record<string, unknown>>;
}

/** Options that a reader of a file can override for its backend. */
const timingOptions = {
  exportIntervalMs: generalOptions.exportIntervalMs,
  exportTimeoutMs: generalOptions.exportTimeoutMs,
};

/** A selected backend with resolved options, not yet started. */
export interface ChosenBackend {
  /** Name of the kind; a second backend of one kind is numbered, such as `otlp/2`. */
  readonly name: string;
  readonly kindName: string;
  /** True if the backend is scraped. */
  readonly pull: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  start(context: Omit<BackendContext, 'name' | 'chosenBy'>): Backend;
}

/** Result of the selection. */
export interface BackendSelection {
  readonly chosen: readonly ChosenBackend[];
  readonly settings: readonly Setting[];
  readonly problems: readonly Problem[];
  /** Invalid values in the environment, which the warnings report. */
  readonly inEnvironment: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Selection without backends. */
export const emptySelection: BackendSelection = {
  chosen: [],
  settings: [],
  problems: [],
  inEnvironment: [],
  warnings: [],
};

/** Selects backends and resolves their options. Starts nothing. */
export function selectBackends(choice: BackendChoice, environment: Environment): BackendSelection {
  const problems: Problem[] = [];
  const inEnvironment: Problem[] = [];
  const warnings: string[] = [];
  const settings: Setting[] = [];
  const chosen: ChosenBackend[] = [];

  const add = (kind: BackendKind, input: object, chosenBy: BackendContext['chosenBy']) => {
    const before = chosen.filter(({ kindName }) => kindName === kind.name).length;
    const name = before === 0 ? kind.name : `${kind.name}/${before + 1}`;
    const wrong = wrongObject(name, input);
    problems.push(...wrong);
    const options = wrong.length > 0 ? {} : (input as Record<string, unknown>);
    problems.push(...unknownBackendOptions(`${name}.`, kind.name, kind.options, options));
    const given = Object.fromEntries(Object.entries(options).filter(([option]) => Object.hasOwn(kind.options, option)));
    // A file has at most one reader of each kind; it configures the first backend of that kind.
    const reader = before === 0 ? choice.inFile?.find(({ backend }) => backend === kind.name) : undefined;
    const prefix = `${name}.`;
    const resolution = resolveOptions(prefix, kind.options, given, environment, kind.derive, reader?.options);
    problems.push(...resolution.problems);
    inEnvironment.push(...resolution.inEnvironment);
    warnings.push(...resolution.warnings);
    settings.push(...resolution.settings);
    const timing = reader?.timing && resolveTiming(prefix, reader.timing, choice.timingInCode);
    settings.push(...(timing?.settings ?? []));
    warnings.push(...(timing?.warnings ?? []));
    // Its variables choose a backend, too: then its user knows that it runs.
    const isConfigured = resolution.settings.some(({ from }) => from !== 'default');
    const by = chosenBy === 'default' && isConfigured ? 'environment' : chosenBy;
    const of = (option: string) =>
      sourceOf(resolution.settings.find((setting) => setting.name === prefix + option) ?? { name: prefix + option });
    chosen.push({
      name,
      kindName: kind.name,
      pull: kind.pull === true,
      options: resolution.values,
      start(context) {
        const backend = kind.start(resolution.values, {
          ...context,
          ...timing?.values,
          name,
          chosenBy: by,
          sourceOf: of,
          problemOf: (option) => {
            const problem = resolution.inEnvironment.find(({ where }) => where === of(option));
            return problem && renderProblem(problem);
          },
        });
        return reader?.cardinalityLimit ? withCardinalityLimits(backend, reader.cardinalityLimit) : backend;
      },
    });
  };

  for (const [index, backend] of choice.inCode.entries()) {
    if (isBackend(backend)) add(backend.kind, backend.input, 'code');
    else problems.push(notABackend(`backends[${index}]`, backend));
  }
  const named = namedBackends(choice, problems, inEnvironment, warnings);
  if (choice.names?.includes('none')) {
    if (chosen.length > 0) warnings.push(disabledByNone(choice.namesFrom, chosen));
    return { chosen: [], settings: [], problems, inEnvironment, warnings };
  }
  const inCode = new Set(chosen.map(({ kindName }) => kindName));
  for (const { name, by } of named) {
    const kind = backendKinds[name];
    if (kind !== undefined && !inCode.has(name)) add(kind, {}, by);
  }
  return { chosen, settings, problems, inEnvironment, warnings };
}

function notABackend(where: string, value: unknown): Problem {
  const isName = typeof value === 'string' && Object.hasOwn(backendKinds, value);
  const hint = isName ? `, or the name in exporters: ["${value}"]` : '';
  return { where, value, expected: `a backend such as prometheus() or otlp()${hint}` };
}

function disabledByNone(namesFrom: string, chosen: readonly ChosenBackend[]): string {
  const names = chosen.map(({ name }) => name).join(', ');
  const source = namesFrom === 'code' ? 'exporters' : namesFrom;
  const remedy =
    namesFrom === 'OTEL_METRICS_EXPORTER'
      ? `; to disable only other OpenTelemetry SDKs, also set OTELIER_METRICS_EXPORTER=${chosen[0]?.kindName}`
      : '';
  return fitBefore(remedy)`${source}: "none" disables the backends of the code (${names})`;
}

/** Resolves interval and timeout for one reader. Problems in code are reported by the general options instead. */
function resolveTiming(
  prefix: string,
  inFile: NonNullable<FileReader['timing']>,
  inCode: Readonly<Record<string, unknown>>,
) {
  const { exportIntervalMs, exportTimeoutMs } = inCode;
  return resolveOptions(prefix, timingOptions, { exportIntervalMs, exportTimeoutMs }, {}, undefined, inFile);
}

/** Valid names of exporters by other words for them. */
const backendAliases: Aliases = {
  ...Object.fromEntries(
    Object.values(backendKinds).flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name])),
  ),
  ...wordsForNone,
};

interface NamedBackend {
  readonly name: string;
  readonly by: BackendContext['chosenBy'];
}

function namedBackends(
  choice: BackendChoice,
  problems: Problem[],
  inEnvironment: Problem[],
  warnings: string[],
): NamedBackend[] {
  const { names, namesFrom, inCode, hasReaders, inFile } = choice;
  if (names === undefined) {
    if (inFile !== undefined) return inFile.map(({ backend }) => ({ name: backend, by: 'environment' }));
    // The specification's default, unless code selects backends or readers.
    return inCode.length > 0 || hasReaders ? [] : [{ name: 'otlp', by: 'default' }];
  }
  const fromCode = namesFrom === 'code';
  const where = fromCode ? 'exporters' : namesFrom;
  const valid = [...Object.keys(backendKinds), 'none'];
  const unknown = names.filter((name) => !valid.includes(name));
  const isNothingLeft = unknown.length === names.length && inCode.length === 0;
  const rest = [
    ...inCode.flatMap((backend) => backend?.kind?.name ?? []),
    ...names.filter((name) => !unknown.includes(name)),
  ];
  for (const name of unknown) {
    const problem = wrongName(where, name, valid, { aliases: backendAliases });
    (fromCode ? problems : inEnvironment).push(problem);
    if (!fromCode)
      warnings.push(
        renderConsequence(problem, isNothingLeft ? '; nothing is exported' : `; ignored; using ${rest.join(', ')}`),
      );
  }
  if (names.includes('none')) {
    if (names.length > 1) warnings.push(combinedWithNone(where));
    return [];
  }
  if (names.length === 0 && isNothingLeft && !fromCode)
    warnings.push(`${where}: names no exporter; nothing is exported`);
  const by = fromCode ? 'code' : 'environment';
  return names.filter((name) => !unknown.includes(name)).map((name) => ({ name, by }));
}
