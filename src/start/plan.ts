/** Plans a start: resolves and validates options and environment, with all problems in one error. Starts nothing. */
import { backendKinds } from '../backends/table.js';
import { type Catalogue, checkTogether, lintCatalogue } from '../catalogue/catalogue.js';
import type { CreationLimits } from '../engine/creation-limits.js';
import { isMetricsError, MetricsError, type Problem, renderProblem } from '../errors.js';
import { systemClock } from '../model/clock.js';
import type { OptionValues } from '../options/option.js';
import { resolveOptions } from '../options/resolve.js';
import { generalOptions } from '../settings/general.js';
import { Settings } from '../settings/settings.js';
import { unknownVariables, variablesOf, warningOf } from '../settings/unknown-variables.js';
import { keyProblems, readerProblems, resourceProblems, viewProblems } from './argument-problems.js';
import { argumentProblems, isBackend, isCatalogue, unknownOptions } from './argument-shapes.js';
import { emptySelection, selectBackends } from './backends.js';
import {
  collectorProblems,
  disabledCollectors,
  type RunningPacks,
  withCollectors,
  withoutCollectorMetrics,
  withoutRunning,
} from './collectors.js';
import { type LoadedFile, loadConfigurationFile } from './configuration-file.js';
import {
  type NamedOptions,
  type NamingOption,
  nameProblems,
  namesBeside,
  namingOptions,
  validNames,
  withNames,
} from './named-packs.js';
import { wellFormed } from './option-shapes.js';
import type { BackendsPlan } from './running-backends.js';
import type { Catalogues, Packs, StartSettings } from './start-settings.js';

/** A validated start. */
export interface StartPlan {
  readonly backends: BackendsPlan;
  /** Given catalogues and catalogues of packs. */
  readonly catalogues: readonly Catalogue[];
  readonly settings: Settings;
  readonly warnings: readonly string[];
  /** Configuration file whose schema remains to be checked. */
  readonly file: LoadedFile['source'];
  readonly logLevel: string;
  readonly shutdownTimeoutMs: number;
  readonly limits: CreationLimits;
  /** Valid names of packs to start without code. */
  readonly packNames: readonly string[];
  /** Valid names of collectors to start without code. */
  readonly collectorNames: readonly string[];
  /** Options among `packNames` and `collectorNames` that nothing configured. */
  readonly defaultNames: readonly NamingOption[];
  readonly named: NamedOptions;
  /** True if `none` disables all collectors. */
  readonly collectorsDisabled: boolean;
}

/**
 * Plans a start.
 *
 * @param defaultPackNames names of packs to start if neither code nor the environment names any.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_DUPLICATE_NAME.
 */
export function planStart(
  options: StartSettings,
  cataloguesInCode: Catalogues,
  packsInCode: Packs,
  defaultPackNames: readonly string[],
): StartPlan {
  const { given, problems: ofShape } = wellFormed({ ...options, catalogues: cataloguesInCode, packs: packsInCode });
  const { catalogues = {}, packs = {}, backends = [], collectors = [], readers = [], views = [], ...rest } = given;
  const { resource = {}, isolated = false, environment = process.env, clock = systemClock, ...general } = rest;
  const beside = namesBeside({ packs, collectors, isolated, defaultPackNames });
  const { values, file, chosen, ...resolved } = resolveStart(general, { backends, readers, environment }, beside);
  const collectorsDisabled = values.collectorNames?.includes('none') === true;
  const ofCollectors = collectorProblems(collectors, packs);
  const allPacks = withCollectors(packs, collectorsDisabled ? [] : collectors, ofCollectors);
  const { all, duplicates } = checkTogetherWith(catalogues, allPacks, new Map());
  const problems = [
    ...ofShape,
    ...unknownOptions(general),
    ...resolved.problems,
    ...resourceProblems(resource),
    ...keyProblems(catalogues, packs),
    ...ofCollectors,
    ...readerProblems(readers),
    ...viewProblems(views),
  ];
  throwProblems(problems, duplicates, resolved.inEnvironment);

  const lint = Object.values(all).flatMap(lintCatalogue).map(renderProblem);

  const names = {
    packNames: resolved.packNames ?? beside.packNames.defaults,
    collectorNames: resolved.collectorNames ?? beside.collectorNames.defaults,
  };
  const defaultNames = namingOptions.filter((option) => resolved[option] === undefined);
  return {
    ...names,
    catalogues: Object.values(all),
    settings: new Settings(withNames(resolved.settings, names, defaultNames)),
    warnings: [
      ...resolved.warnings,
      ...(collectorsDisabled ? disabledCollectors(collectors, resolved.settings) : []),
      ...lint,
    ],
    file: file.source,
    logLevel: values.logLevel,
    shutdownTimeoutMs: values.shutdownTimeoutMs,
    defaultNames,
    named: values,
    collectorsDisabled,
    limits: { maxInstruments: values.maxInstruments, maxScopes: values.maxScopes },
    backends: {
      // Later views win: code over the file.
      views: [...file.views, ...views, ...(values.withoutSelfMetrics ? [withoutCollectorMetrics] : [])],
      exemplarFilter: values.exemplarFilter,
      selfMetrics: !values.withoutSelfMetrics && !isolated,
      isolated,
      chosen,
      readers: values.disabled ? [] : readers,
      resource: {
        serviceName: values.serviceName,
        attributes: values.resourceAttributes,
        inCode: resource,
        schemaUrl: file.resource?.schemaUrl,
        detection: file.resource?.detection,
      },
      fileError: file.error,
      environment,
      clock,
      exportIntervalMs: values.exportIntervalMs,
      exportTimeoutMs: values.exportTimeoutMs,
      maxRetryAfterMs: values.maxRetryAfterMs,
      spool: spoolLocation(values),
      showsCollectors: collectors.length > 0 || resolved.collectorNames !== undefined,
    },
  };
}

/** Resolves the file, the general options and the options of the backends. */
function resolveStart(
  inCode: Readonly<Record<string, unknown>>,
  { backends, readers, environment }: Required<Pick<StartSettings, 'backends' | 'readers' | 'environment'>>,
  beside: ReturnType<typeof namesBeside>,
) {
  const file = loadConfigurationFile(inCode['configFile'], environment);
  const known = Object.fromEntries(Object.entries(inCode).filter(([name]) => Object.hasOwn(generalOptions, name)));
  const general = resolveOptions('', generalOptions, known, file.environment, undefined, file.general);
  const { values } = general;
  const namesFrom = general.settings.find(({ name }) => name === 'exporters')?.from ?? 'default';
  // Checked also if metrics are disabled: a mistake must not wait for the machine on which they are enabled.
  const selection = selectBackends(
    {
      names: values.exporters,
      namesFrom,
      inCode: backends,
      hasReaders: readers.length > 0,
      inFile: file.readers,
      timingInCode: inCode,
    },
    file.environment,
  );
  const { chosen, settings, warnings } = values.disabled ? emptySelection : selection;
  const packs = validNames('packNames', values.packNames, general.settings, beside.packNames);
  const collectors = validNames('collectorNames', values.collectorNames, general.settings, beside.collectorNames);
  // A file replaces the variables, and refers to variables of any name.
  const unknown = file.readers === undefined ? unknownVariables(environment, knownVariables(backends)) : [];
  const parts = [general, selection, packs, collectors];
  return {
    values,
    file,
    chosen,
    settings: [...general.settings, ...settings],
    packNames: packs.names,
    collectorNames: collectors.names,
    problems: parts.flatMap(({ problems }) => problems),
    inEnvironment: [
      ...(file.error?.problems ?? []),
      ...parts.flatMap(({ inEnvironment }) => inEnvironment),
      ...unknown,
    ],
    warnings: [
      ...file.warnings,
      ...general.warnings,
      ...warnings,
      ...packs.warnings,
      ...collectors.warnings,
      ...unknown.map(warningOf),
    ],
  };
}

/**
 * Throws if there are problems in code. The error then has those of the environment as well, which alone are warnings: a
 * start that throws does not log them.
 */
function throwProblems(
  inCode: readonly Problem[],
  duplicates: readonly Problem[],
  elsewhere: readonly Problem[],
): void {
  if (inCode.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', [...inCode, ...duplicates, ...elsewhere]);
  if (duplicates.length > 0) throw new MetricsError('METRICS_DUPLICATE_NAME', duplicates);
}

/** Returns the variables of all options, those of backends from other packages included. */
function knownVariables(inCode: NonNullable<StartSettings['backends']>): string[] {
  const kinds = [...Object.values(backendKinds), ...inCode.filter(isBackend).map(({ kind }) => kind)];
  return [generalOptions, ...kinds.map(({ options }) => options)].flatMap(variablesOf);
}

function spoolLocation({
  spoolDirectory: directory,
  spoolMaxBytes: maxBytes,
  spoolMaxAgeMs: maxAgeMs,
}: OptionValues<typeof generalOptions>): BackendsPlan['spool'] {
  return directory === undefined ? undefined : { directory, maxBytes, maxAgeMs };
}

/**
 * Checks the argument of `startMetrics` before it is read.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if it is not an object.
 */
export function checkArgument(options: unknown): void {
  const problems = argumentProblems(options);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
}

/**
 * Checks the names of the options, the catalogues and the packs of a later call.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_DUPLICATE_NAME.
 */
export function checkAdditions(
  catalogues: Catalogues,
  packs: Packs,
  settings: StartSettings,
  state: RunningPacks & { readonly catalogues: ReadonlyMap<string, Catalogue>; readonly collectorsDisabled: boolean },
): void {
  const { given, problems: ofShape } = wellFormed({ catalogues, packs, collectors: settings.collectors });
  const { catalogues: added = {}, packs: addedPacks = {}, collectors = [] } = given as Partial<typeof given>;
  const ofCollectors = collectorProblems(collectors, addedPacks);
  const allPacks = withCollectors(addedPacks, state.collectorsDisabled ? [] : collectors, ofCollectors);
  throwProblems(
    [
      ...ofShape,
      ...unknownOptions(settings),
      ...keyProblems(added, addedPacks),
      ...ofCollectors,
      ...nameProblems(settings),
    ],
    checkTogetherWith(added, withoutRunning(allPacks, state), state.catalogues).duplicates,
    [],
  );
}

/** Returns all catalogues by name, including packs and running catalogues, and the problems of metric names that clash. */
function checkTogetherWith(
  catalogues: Catalogues,
  packs: Packs,
  running: ReadonlyMap<string, Catalogue>,
): { all: Catalogues; duplicates: readonly Problem[] } {
  const all: Record<string, Catalogue> = Object.fromEntries(running);
  const added = [
    ...Object.entries(catalogues),
    ...Object.entries(packs).map(([key, pack]) => [key, pack?.catalogue] as const),
  ];
  for (const [key, catalogue] of added) {
    if (!isCatalogue(catalogue)) continue;
    // Renamed when another catalogue has the key, so that neither replaces the other.
    all[all[key] === undefined || all[key] === catalogue ? key : `${key} (later)`] = catalogue;
  }
  try {
    checkTogether(all);
    return { all, duplicates: [] };
  } catch (error) {
    if (!isMetricsError(error)) throw error;
    return { all, duplicates: error.problems };
  }
}
