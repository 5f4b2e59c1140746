/** What a start will do: options and environment resolved and checked, everything wrong in one error. Starts nothing. */
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import { type Catalogue, checkTogether, lintCatalogue } from '../catalogue/catalogue.js';
import type { Pack } from '../catalogue/pack.js';
import type { ConfiguredBackend } from '../delivery/contract.js';
import { checkView } from '../engine/views.js';
import { MetricsError, type Problem, renderProblem } from '../errors.js';
import { type Clock, systemClock } from '../model/clock.js';
import type { OptionInput } from '../options/option.js';
import { type Environment, resolveOptions } from '../options/resolve.js';
import { generalOptions } from '../settings/general.js';
import { Settings } from '../settings/settings.js';
import { selectBackends } from './backends.js';
import { consultFile } from './configuration-file.js';
import type { RuntimePlan } from './runtime.js';

/** Catalogues by the name of the property that their instruments get. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

/** Packs by the name of the property that their recorder gets. */
// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, and only each pack knows its own.
export type Packs = Readonly<Record<string, Pack<any, any>>>;

/** Options of a start that do not concern its catalogues. In code overrides in the environment overrides the default. */
export interface StartSettings extends Omit<OptionInput<typeof generalOptions>, 'resourceAttributes'> {
  /** Backends configured in code, beside those that the environment names; one named by both is configured by code. */
  // biome-ignore lint/suspicious/noExplicitAny: backends of any options are taken.
  readonly backends?: readonly ConfiguredBackend<any>[];
  /** Stock OpenTelemetry readers, beside the backends. */
  readonly readers?: readonly IMetricReader[];
  /** OpenTelemetry views. One on a catalogue's metric changes that field by field, and never makes a second stream. */
  readonly views?: readonly ViewOptions[];
  /** Resource attributes; they win over those of the environment and the detectors. */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /**
   * A set of metrics of its own, for tests: not registered globally, not shared, without self-metrics, and not flushed
   * when the process ends.
   */
  readonly isolated?: boolean;
  /** Where variables are read from; `process.env` by default. */
  readonly environment?: Environment;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
}

/** Everything decided. */
export interface StartPlan {
  readonly runtime: RuntimePlan;
  /** Those given and those of the packs. */
  readonly catalogues: readonly Catalogue[];
  readonly settings: Settings;
  readonly warnings: readonly string[];
  readonly logLevel: string;
  readonly shutdownTimeoutMs: number;
}

/** Options that are not declared in a table. */
const otherOptions = [
  'catalogues',
  'packs',
  'backends',
  'readers',
  'views',
  'resource',
  'isolated',
  'environment',
  'clock',
];

const reservedKeys = new Set(['ready', 'settings', 'status', 'summary', 'forceFlush', 'shutdown']);

/**
 * Resolves a start.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_DUPLICATE_NAME.
 */
export function planStart(options: StartSettings, catalogues: Catalogues, packs: Packs): StartPlan {
  const {
    backends = [],
    readers = [],
    views = [],
    resource = {},
    isolated = false,
    environment = process.env,
    ...rest
  } = options;
  const { clock = systemClock, ...general } = rest;
  const shapes = wrongShapes({ catalogues, packs, backends, readers, views });
  if (shapes.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', shapes);
  const file = consultFile(general.configFile, environment);
  const { values, settings, problems, warnings } = resolveOptions(
    '',
    generalOptions,
    general,
    file.environment,
    otherOptions,
    undefined,
    file.general,
  );
  const namesFrom = settings.find(({ name }) => name === 'exporters')?.from ?? 'default';
  const selection = selectBackends(
    values.disabled
      ? { names: ['none'], namesFrom, inCode: [], hasReaders: false, inFile: undefined, timingInCode: {} }
      : {
          names: values.exporters,
          namesFrom,
          inCode: backends,
          hasReaders: readers.length > 0,
          inFile: file.readers,
          timingInCode: general,
        },
    file.environment,
  );
  const wrong = [
    ...problems,
    ...selection.problems,
    ...wrongKeys(catalogues, packs),
    ...wrongReaders(readers),
    ...wrongViews(views),
  ];
  if (wrong.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', wrong);

  const all = checkTogetherWith(catalogues, packs, new Map());
  const lint = Object.values(all).flatMap(lintCatalogue).map(renderProblem);

  return {
    catalogues: Object.values(all),
    settings: new Settings([...settings, ...selection.settings]),
    warnings: [...file.warnings, ...warnings, ...selection.warnings, ...lint],
    logLevel: values.logLevel,
    shutdownTimeoutMs: values.shutdownTimeoutMs,
    runtime: {
      // The last view to say something of a stream decides: code over the file.
      views: [...file.views, ...views],
      exemplarFilter: values.exemplarFilter,
      selfMetrics: !values.withoutSelfMetrics && !isolated,
      chosen: selection.chosen,
      readers: values.disabled ? [] : readers,
      resource: {
        serviceName: values.serviceName,
        attributes: values.resourceAttributes,
        inCode: resource,
        schemaUrl: file.resource?.schemaUrl,
        detection: file.resource?.detection,
      },
      fault: file.fault,
      environment,
      clock,
      exportIntervalMs: values.exportIntervalMs,
      exportTimeoutMs: values.exportTimeoutMs,
      maxRetryAfterMs: values.maxRetryAfterMs,
      spool:
        values.spoolDirectory === undefined
          ? undefined
          : { directory: values.spoolDirectory, maxBytes: values.spoolMaxBytes, maxAgeMs: values.spoolMaxAgeMs },
    },
  };
}

function wrongKeys(catalogues: Catalogues, packs: Packs): Problem[] {
  const problems: Problem[] = [];
  for (const [key, catalogue] of Object.entries(catalogues)) {
    if (!Array.isArray(catalogue?.metrics)) {
      problems.push({
        where: `catalogues.${key}`,
        value: catalogue,
        expected: 'a catalogue made by defineCatalogue()',
      });
    }
    if (Object.hasOwn(packs, key)) {
      problems.push({ where: `packs.${key}`, value: key, expected: 'a key that no catalogue has' });
    }
  }
  for (const [key, pack] of Object.entries(packs)) {
    if (typeof pack?.recorder !== 'function' || !Array.isArray(pack.catalogue?.metrics)) {
      problems.push({ where: `packs.${key}`, value: pack, expected: 'a pack such as inference()' });
    }
  }
  for (const key of [...Object.keys(catalogues), ...Object.keys(packs)]) {
    if (reservedKeys.has(key)) problems.push({ where: key, value: key, expected: 'a key that is not reserved' });
  }
  return problems;
}

/** What is not even a list or an object of things, so that it cannot be looked into. */
function wrongShapes(given: Record<'catalogues' | 'packs' | 'backends' | 'readers' | 'views', unknown>): Problem[] {
  const problems: Problem[] = [];
  for (const name of ['backends', 'readers', 'views'] as const) {
    if (!Array.isArray(given[name])) problems.push({ where: name, value: given[name], expected: 'a list' });
  }
  for (const name of ['catalogues', 'packs'] as const) {
    const value = given[name];
    if (typeof value !== 'object' || value === null) problems.push({ where: name, value, expected: 'an object' });
    else if (Array.isArray((value as Partial<Catalogue>).metrics)) {
      problems.push({ where: name, expected: 'catalogues by name, such as { shop }, not a catalogue itself' });
    }
  }
  return problems;
}

/**
 * Checks what a later call brings beside what runs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_DUPLICATE_NAME.
 */
export function checkBrought(catalogues: Catalogues, packs: Packs, running: ReadonlyMap<string, Catalogue>): void {
  const wrong = [
    ...wrongShapes({ catalogues, packs, backends: [], readers: [], views: [] }),
    ...wrongKeys(catalogues, packs),
  ];
  if (wrong.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', wrong);
  checkTogetherWith(catalogues, packs, running);
}

/** All catalogues by name, those of packs and those that run among them, when they can live together. */
function checkTogetherWith(catalogues: Catalogues, packs: Packs, running: ReadonlyMap<string, Catalogue>): Catalogues {
  const all: Record<string, Catalogue> = Object.fromEntries(running);
  const brought = [
    ...Object.entries(catalogues),
    ...Object.entries(packs).map(([key, pack]) => [key, pack.catalogue] as const),
  ];
  for (const [key, catalogue] of brought) {
    // A name that another catalogue has already is told apart, so that neither hides the other.
    all[all[key] === undefined || all[key] === catalogue ? key : `${key} (later)`] = catalogue;
  }
  checkTogether(all);
  return all;
}

function wrongViews(views: readonly ViewOptions[]): Problem[] {
  return views.flatMap((view, index) => {
    try {
      checkView(view);
      return [];
    } catch (error) {
      return [{ where: `views[${index}]`, value: view, expected: `a view (${(error as Error).message})` }];
    }
  });
}

function wrongReaders(readers: readonly unknown[]): Problem[] {
  return readers.flatMap((reader, index) =>
    typeof (reader as Partial<IMetricReader> | null)?.setMetricProducer === 'function'
      ? []
      : [{ where: `readers[${index}]`, value: reader, expected: 'an OpenTelemetry metric reader' }],
  );
}
