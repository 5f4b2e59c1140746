/** Which backends run: those named in the environment or in `exporters`, and those configured in code, each once. */
import { backendKinds } from '../backends/table.js';
import type { Problem } from '../errors.js';
import type { Backend, BackendContext, BackendKind, ConfiguredBackend } from '../model/backend.js';
import type { Setting } from '../settings/resolve.js';
import { type Environment, resolveOptions } from '../settings/resolve.js';

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
}

/** A backend with its options resolved, not started yet. */
export interface ChosenBackend {
  readonly name: string;
  start(context: Omit<BackendContext, 'chosenBy'>): Backend;
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
    const resolution = resolveOptions(`${kind.name}.`, kind.options, given, environment, [], kind.derive);
    problems.push(...resolution.problems);
    warnings.push(...resolution.warnings);
    settings.push(...resolution.settings);
    chosen.push({ name: kind.name, start: (context) => kind.start(resolution.values, { ...context, chosenBy }) });
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
  const inCode = new Set(chosen.map(({ name }) => name));
  for (const { name, by } of namedBackends(choice, problems, warnings)) {
    const kind = backendKinds[name];
    if (kind !== undefined && !inCode.has(name)) add(kind, {}, by);
  }
  return { chosen, settings, problems, warnings };
}

interface NamedBackend {
  readonly name: string;
  readonly by: BackendContext['chosenBy'];
}

function namedBackends(choice: BackendChoice, problems: Problem[], warnings: string[]): NamedBackend[] {
  const { names, namesFrom, inCode, hasReaders } = choice;
  if (names === undefined) {
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
