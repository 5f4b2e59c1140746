/** Which backends run: those of a file, of the environment or of `exporters`, and those in code, each once. */
import { backendKinds } from '../backends/table.js';
import type { Backend, BackendContext, BackendKind, ConfiguredBackend } from '../delivery/contract.js';
import type { Problem } from '../errors.js';
import type { Setting } from '../options/resolve.js';
import { type Environment, resolveOptions } from '../options/resolve.js';
import type { FileReader } from '../settings/file/readers.js';
import { generalOptions } from '../settings/general.js';
import { withCardinalityLimits } from './cardinality-limits.js';

// biome-ignore lint/suspicious/noExplicitAny: backends of any options are chosen here.
type AnyBackend = ConfiguredBackend<any>;

/** What was asked for. */
export interface BackendChoice {
  /** Names of `OTEL_METRICS_EXPORTER` or `exporters`; `undefined` when neither was given. */
  readonly names: readonly string[] | undefined;
  /** Where `names` came from: `code`, `default` or the variable. */
  readonly namesFrom: string;
  readonly inCode: readonly AnyBackend[];
  /** Whether code brings readers of its own, so that nothing needs to be chosen by default. */
  readonly hasReaders: boolean;
  /** The readers of a configuration file, which chooses in the place of the environment; `undefined` without one. */
  readonly inFile: readonly FileReader[] | undefined;
  /** What code says of interval and timeout of all backends: it wins over a file. */
  readonly timingInCode: Readonly<Record<string, unknown>>;
}

/** What a reader of a file may have for itself, and all backends share otherwise. */
const timingOptions = {
  exportIntervalMs: generalOptions.exportIntervalMs,
  exportTimeoutMs: generalOptions.exportTimeoutMs,
};

/** A backend with its options resolved, not started yet. */
export interface ChosenBackend {
  /** The name of its kind, with a number from the second one of it on. */
  readonly name: string;
  readonly kindName: string;
  start(context: Omit<BackendContext, 'name' | 'chosenBy'>): Backend;
}

/** The outcome: what to start, and what is to be said about it. */
export interface BackendSelection {
  readonly chosen: readonly ChosenBackend[];
  readonly settings: readonly Setting[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Chooses backends and resolves their options. Starts nothing. */
export function selectBackends(choice: BackendChoice, environment: Environment): BackendSelection {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const settings: Setting[] = [];
  const chosen: ChosenBackend[] = [];

  const add = (kind: BackendKind, input: object, chosenBy: BackendContext['chosenBy']) => {
    const given = input as Record<string, unknown>;
    const before = chosen.filter(({ kindName }) => kindName === kind.name).length;
    const name = before === 0 ? kind.name : `${kind.name}/${before + 1}`;
    // A file configures one of each kind, the first.
    const reader = before === 0 ? choice.inFile?.find(({ backend }) => backend === kind.name) : undefined;
    const prefix = `${name}.`;
    const resolution = resolveOptions(prefix, kind.options, given, environment, [], kind.derive, reader?.options);
    problems.push(...resolution.problems);
    warnings.push(...resolution.warnings);
    settings.push(...resolution.settings);
    const timing = reader?.timing && timingOf(prefix, reader.timing, choice.timingInCode);
    settings.push(...(timing?.settings ?? []));
    chosen.push({
      name,
      kindName: kind.name,
      start(context) {
        const backend = kind.start(resolution.values, { ...context, ...timing?.values, name, chosenBy });
        return reader?.cardinalityLimit ? withCardinalityLimits(backend, reader.cardinalityLimit) : backend;
      },
    });
  };

  for (const [index, backend] of choice.inCode.entries()) {
    if (typeof backend?.kind?.start === 'function') add(backend.kind, backend.input, 'code');
    else
      problems.push({
        where: `backends[${index}]`,
        value: backend,
        expected: 'a backend such as prometheus() or otlp()',
      });
  }
  const inCode = new Set(chosen.map(({ kindName }) => kindName));
  for (const { name, by } of namedBackends(choice, problems, warnings)) {
    const kind = backendKinds[name];
    if (kind !== undefined && !inCode.has(name)) add(kind, {}, by);
  }
  return { chosen, settings, problems, warnings };
}

/** What is wrong in code is told where it is resolved for all backends. */
function timingOf(
  prefix: string,
  written: NonNullable<FileReader['timing']>,
  inCode: Readonly<Record<string, unknown>>,
) {
  const { exportIntervalMs, exportTimeoutMs } = inCode;
  return resolveOptions(prefix, timingOptions, { exportIntervalMs, exportTimeoutMs }, {}, [], undefined, written);
}

interface NamedBackend {
  readonly name: string;
  readonly by: BackendContext['chosenBy'];
}

function namedBackends(choice: BackendChoice, problems: Problem[], warnings: string[]): NamedBackend[] {
  const { names, namesFrom, inCode, hasReaders, inFile } = choice;
  if (names === undefined) {
    if (inFile !== undefined) return inFile.map(({ backend }) => ({ name: backend, by: 'environment' }));
    // The specification's default, which nobody needs who has chosen in code.
    return inCode.length > 0 || hasReaders ? [] : [{ name: 'otlp', by: 'default' }];
  }
  const expected = `${Object.keys(backendKinds).join(', ')} or none`;
  const unknown = names.filter((name) => name !== 'none' && !Object.hasOwn(backendKinds, name));
  for (const name of unknown) {
    if (namesFrom === 'code') problems.push({ where: 'exporters', value: name, expected });
    else warnings.push(`${namesFrom}: there is no exporter '${name}', expected ${expected}; it is ignored`);
  }
  if (names.includes('none')) {
    if (names.length > 1) warnings.push(`${namesFrom}: none beside other exporters; none is taken`);
    return [];
  }
  const by = namesFrom === 'code' ? 'code' : 'environment';
  if (unknown.length === names.length && names.length > 0 && inCode.length === 0 && namesFrom !== 'code') {
    warnings.push(`${namesFrom}: no exporter is left, and nothing is exported`);
  }
  return names.filter((name) => !unknown.includes(name)).map((name) => ({ name, by }));
}
