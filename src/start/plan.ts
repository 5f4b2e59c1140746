/** Plans a start: resolves and validates options and environment, with all problems in one error. Starts nothing. */
import { backendKinds } from '../backends/table.js';
import { type Catalogue, checkTogether, lintCatalogue } from '../catalogue/catalogue.js';
import type { Collector, Pack } from '../catalogue/pack.js';
import type { ConfiguredBackend } from '../delivery/contract.js';
import type { CreationLimits } from '../engine/creation-limits.js';
import { MetricsError, renderProblem, wrongObject } from '../errors.js';
import { type Clock, systemClock } from '../model/clock.js';
import type { IMetricReader, ViewOptions } from '../model/otel-sdk.js';
import type { OptionInput, OptionValues } from '../options/option.js';
import { type Environment, resolveOptions } from '../options/resolve.js';
import { generalOptions } from '../settings/general.js';
import { Settings } from '../settings/settings.js';
import { unknownVariables, variablesOf } from '../settings/unknown-variables.js';
import { clockProblems, keyProblems, readerProblems, viewProblems } from './argument-problems.js';
import { argumentProblems, shapeProblems, unknownOptions } from './argument-shapes.js';
import { emptySelection, selectBackends } from './backends.js';
import {
  byKey,
  collectorProblems,
  disabledCollectors,
  type RunningPacks,
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
import type { BackendsPlan } from './running-backends.js';

/** Catalogues, keyed by the property that holds their instruments. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

/** Packs, keyed by the property that holds their recorder. */
// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, known only to each pack.
export type Packs = Readonly<Record<string, Pack<any, any>>>;

/** Options of a start, except catalogues and packs. Precedence: code, configuration file, environment, default. */
export interface StartSettings extends Omit<OptionInput<typeof generalOptions>, 'resourceAttributes'> {
  /**
   * Backends to start, in addition to those of `OTEL_METRICS_EXPORTER`; none by default. Options given here win over the
   * environment.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { prometheus } from 'otelier/backends/prometheus';
   * startMetrics({ backends: [prometheus({ port: 9464 })] });
   */
  // biome-ignore lint/suspicious/noExplicitAny: accepts backends with any options.
  readonly backends?: readonly ConfiguredBackend<any>[];
  /**
   * Collectors to start, instead of the default `runtime`; those that `OTELIER_COLLECTORS` names start in addition.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { runtime } from 'otelier/collectors/runtime';
   * startMetrics({ collectors: [runtime({ resolutionMs: 20 })] });
   */
  readonly collectors?: readonly Collector[];
  /**
   * Stock OpenTelemetry readers, in addition to the backends; none by default.
   *
   * @example
   * startMetrics({ readers: [] });
   */
  readonly readers?: readonly IMetricReader[];
  /**
   * OpenTelemetry views; none by default. A view on a metric of a catalogue overrides single fields, without a
   * second stream.
   *
   * @example
   * startMetrics({ views: [{ instrumentName: 'shop.orders', attributesProcessors: [] }] });
   */
  readonly views?: readonly ViewOptions[];
  /**
   * Resource attributes, which describe the process; they win over the environment and the detectors.
   *
   * @example
   * startMetrics({ resource: { 'service.version': '1.4.0' } });
   */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Starts private metrics for tests: not registered globally, not shared, without self-metrics, and not flushed when the
   * process ends. False by default.
   *
   * @example
   * startMetrics({ isolated: true });
   */
  readonly isolated?: boolean;
  /**
   * Environment variables to read options from; `process.env` by default.
   *
   * @example
   * startMetrics({ environment: { OTEL_METRICS_EXPORTER: 'console' } });
   */
  readonly environment?: Environment;
  /**
   * Clock that times recordings and deliveries, for tests; the system clock by default.
   *
   * @example
   * startMetrics({ isolated: true, clock: { nowUnixMs: () => 0, monotonicMs: () => 0 } });
   */
  readonly clock?: Clock;
}

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
  catalogues: Catalogues,
  packs: Packs,
  defaultPackNames: readonly string[],
): StartPlan {
  const {
    backends = [],
    collectors = [],
    readers = [],
    views = [],
    resource = {},
    isolated = false,
    environment = process.env,
    ...rest
  } = options;
  const { clock = systemClock, ...general } = rest;
  const ofShape = [
    ...shapeProblems({ catalogues, packs, backends, collectors, readers, views }),
    ...wrongObject('resource', resource, 'an object with resource attributes'),
    ...wrongObject('environment', environment, 'an object with variables'),
    ...clockProblems(clock),
    ...(typeof isolated === 'boolean' ? [] : [{ where: 'isolated', value: isolated, expected: 'true or false' }]),
  ];
  if (ofShape.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', ofShape);
  const beside = namesBeside({ packs, collectors, isolated, defaultPackNames });
  const { values, file, chosen, ...resolved } = resolveStart(general, { backends, readers, environment }, beside);
  const allProblems = [
    ...unknownOptions(general),
    ...resolved.problems,
    ...keyProblems(catalogues, packs),
    ...collectorProblems(collectors, packs),
    ...readerProblems(readers),
    ...viewProblems(views),
  ];
  if (allProblems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', allProblems);

  const collectorsDisabled = values.collectorNames?.includes('none') === true;
  const all = checkTogetherWith(catalogues, { ...packs, ...byKey(collectorsDisabled ? [] : collectors) }, new Map());
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
  const selection = values.disabled
    ? emptySelection
    : selectBackends(
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
  const packs = validNames('packNames', values.packNames, general.settings, beside.packNames);
  const collectors = validNames('collectorNames', values.collectorNames, general.settings, beside.collectorNames);
  // A file replaces the variables, and refers to variables of any name.
  const unknown = file.readers === undefined ? unknownVariables(environment, knownVariables(backends)) : [];
  return {
    values,
    file,
    chosen: selection.chosen,
    settings: [...general.settings, ...selection.settings],
    packNames: packs.names,
    collectorNames: collectors.names,
    problems: [...general.problems, ...selection.problems, ...packs.problems, ...collectors.problems],
    warnings: [
      ...file.warnings,
      ...general.warnings,
      ...selection.warnings,
      ...packs.warnings,
      ...collectors.warnings,
      ...unknown,
    ],
  };
}

/** Returns the variables of all options, those of backends from other packages included. */
function knownVariables(inCode: NonNullable<StartSettings['backends']>): string[] {
  const kinds = [...Object.values(backendKinds), ...inCode.flatMap((backend) => backend?.kind ?? [])];
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
  const { collectors = [] } = settings;
  const ofShape = shapeProblems({ catalogues, packs, backends: [], collectors, readers: [], views: [] });
  // The keys of a value of another shape would give further problems of the same cause.
  if (ofShape.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', ofShape);
  const problems = [
    ...unknownOptions(settings),
    ...keyProblems(catalogues, packs),
    ...collectorProblems(collectors, packs),
    ...nameProblems(settings),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const added = { ...packs, ...byKey(state.collectorsDisabled ? [] : collectors) };
  checkTogetherWith(catalogues, withoutRunning(added, state), state.catalogues);
}

/** Returns all catalogues by name, including packs and running catalogues. Throws when metric names clash. */
function checkTogetherWith(catalogues: Catalogues, packs: Packs, running: ReadonlyMap<string, Catalogue>): Catalogues {
  const all: Record<string, Catalogue> = Object.fromEntries(running);
  const added = [
    ...Object.entries(catalogues),
    ...Object.entries(packs).map(([key, pack]) => [key, pack.catalogue] as const),
  ];
  for (const [key, catalogue] of added) {
    // Renamed when another catalogue has the key, so that neither replaces the other.
    all[all[key] === undefined || all[key] === catalogue ? key : `${key} (later)`] = catalogue;
  }
  checkTogether(all);
  return all;
}
