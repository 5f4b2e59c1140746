/** What a start will do: options and environment resolved and checked, everything wrong in one error. Starts nothing. */
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { type Catalogue, checkTogether, lintCatalogue } from '../catalogue/catalogue.js';
import type { Pack } from '../catalogue/pack.js';
import { MetricsError, type Problem, renderProblem } from '../errors.js';
import type { ConfiguredBackend } from '../model/backend.js';
import { type Clock, systemClock } from '../model/clock.js';
import type { OptionInput } from '../model/options.js';
import { generalOptions } from '../settings/general.js';
import { type Environment, resolveOptions } from '../settings/resolve.js';
import { Settings } from '../settings/settings.js';
import { selectBackends } from './backends.js';
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
  /** Resource attributes; they win over those of the environment and the detectors. */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /** A set of metrics of its own: not registered globally, not shared, not flushed when the process ends. For tests. */
  readonly isolated?: boolean;
  /** Where variables are read from; `process.env` by default. */
  readonly environment?: Environment;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
}

/** Everything decided. */
export interface StartPlan {
  readonly runtime: RuntimePlan;
  readonly settings: Settings;
  readonly warnings: readonly string[];
  readonly logLevel: string;
  readonly shutdownTimeoutMs: number;
}

/** Options that are not declared in a table. */
const otherOptions = ['catalogues', 'packs', 'backends', 'readers', 'resource', 'isolated', 'environment', 'clock'];

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
    resource = {},
    isolated: _isolated,
    environment = process.env,
    ...rest
  } = options;
  const { clock = systemClock, ...general } = rest;
  const shapes = wrongShapes({ catalogues, packs, backends, readers });
  if (shapes.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', shapes);
  const { values, settings, problems, warnings } = resolveOptions(
    '',
    generalOptions,
    general,
    environment,
    otherOptions,
  );
  const namesFrom = settings.find(({ name }) => name === 'exporters')?.from ?? 'default';
  const selection = selectBackends(
    values.disabled
      ? { names: ['none'], namesFrom, inCode: [], hasReaders: false }
      : { names: values.exporters, namesFrom, inCode: backends, hasReaders: readers.length > 0 },
    environment,
  );
  const wrong = [...problems, ...selection.problems, ...wrongKeys(catalogues, packs), ...wrongReaders(readers)];
  if (wrong.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', wrong);

  const ofPacks = Object.entries(packs).map(([key, pack]) => [key, pack.catalogue as Catalogue] as const);
  const all: Catalogues = { ...catalogues, ...Object.fromEntries(ofPacks) };
  checkTogether(all);
  const lint = Object.values(all).flatMap(lintCatalogue).map(renderProblem);

  return {
    settings: new Settings([...settings, ...selection.settings]),
    warnings: [...warnings, ...selection.warnings, ...lint],
    logLevel: values.logLevel,
    shutdownTimeoutMs: values.shutdownTimeoutMs,
    runtime: {
      catalogues: new Set(Object.values(all)),
      chosen: selection.chosen,
      readers: values.disabled ? [] : readers,
      resource: { serviceName: values.serviceName, attributes: values.resourceAttributes, inCode: resource },
      environment,
      clock,
      exportIntervalMs: values.exportIntervalMs,
      exportTimeoutMs: values.exportTimeoutMs,
    },
  };
}

/** What is wrong with the keys of catalogues and packs, and with what stands under them. */
export function wrongKeys(catalogues: Catalogues, packs: Packs): Problem[] {
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
function wrongShapes(given: Record<'catalogues' | 'packs' | 'backends' | 'readers', unknown>): Problem[] {
  const problems: Problem[] = [];
  for (const name of ['backends', 'readers'] as const) {
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

function wrongReaders(readers: readonly unknown[]): Problem[] {
  return readers.flatMap((reader, index) =>
    typeof (reader as Partial<IMetricReader> | null)?.setMetricProducer === 'function'
      ? []
      : [{ where: `readers[${index}]`, value: reader, expected: 'an OpenTelemetry metric reader' }],
  );
}
