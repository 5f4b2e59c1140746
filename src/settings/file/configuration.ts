/**
 * A configuration file of OpenTelemetry's declarative configuration, schema 1.x: what of it concerns metrics.
 *
 * Sections for traces, logs, propagation and instrumentation belong to whoever does those and are passed over.
 */
import type { OptionTable } from '../../options/option.js';
import type { WrittenOptions } from '../../options/resolve.js';
import { OptionSheet, readTable } from './options.js';
import type { Place } from './place.js';
import { type FileReader, type KnownBackends, readReaders } from './readers.js';
import { type FileResource, readResource } from './resource.js';
import { type FileView, readViews } from './views.js';

/** What a file says. */
export interface FileConfiguration {
  /** Of the general options. */
  readonly general: WrittenOptions;
  readonly resource: FileResource;
  readonly readers: readonly FileReader[];
  readonly views: readonly FileView[];
}

/** The version that this is written for; a later one of the same major version may say more than is understood. */
const understood = { major: 1, minor: 1 };

const sections = [
  'file_format',
  'disabled',
  'log_level',
  'attribute_limits',
  'resource',
  'meter_provider',
  'tracer_provider',
  'logger_provider',
  'propagator',
  'instrumentation/development',
  'distribution',
];

/** General options that the schema has a place of its own for, or that choose what the file itself chooses. */
const elsewhere = new Set([
  'configFile',
  'disabled',
  'exporters',
  'serviceName',
  'resourceAttributes',
  'exportIntervalMs',
  'exportTimeoutMs',
  'exemplarFilter',
  'logLevel',
]);

/** Reads a whole file; what is wrong with it goes to the report of `file`, all of it. */
export function readConfiguration(file: Place, general: OptionTable, known: KnownBackends): FileConfiguration {
  checkFormat(file.at('file_format'));
  for (const key of file.keys()) {
    if (!sections.includes(key)) file.at(key).ignored(`there is no such section; known are ${sections.join(', ')}`);
  }
  if (file.at('attribute_limits').isSet) file.at('attribute_limits').ignored('metrics have no such limits');

  const provider = file.at('meter_provider');
  const developed = provider.at('meter_configurator/development');
  if (provider.hasOnly(['readers', 'views', 'exemplar_filter', 'meter_configurator/development'])) {
    if (provider.isPresent && !provider.at('readers').isSet) provider.at('readers').wrong('a list of readers');
    if (developed.isSet) developed.ignored('meters cannot be configured one by one; a view with drop silences metrics');
  }
  const resource = readResource(file.at('resource'));
  return {
    resource,
    readers: readReaders(provider.at('readers'), known),
    views: readViews(provider.at('views')),
    general: readGeneral(file, general, resource),
  };
}

function checkFormat(place: Place): void {
  const match = typeof place.value === 'string' ? /^(\d+)\.(\d+)(?:-.*)?$/.exec(place.value) : null;
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  if (major !== understood.major)
    place.wrong(`a version in quotes, "${understood.major}.${understood.minor}" or before`);
  else if (minor > understood.minor) {
    place.report.warnings.push(
      `${place.where}: ${place.value} is later than ${understood.major}.${understood.minor}; what it added is not understood`,
    );
  }
}

/** Severities of the schema as levels of the diagnostics of the OpenTelemetry API, which has fewer. */
const levels = Object.fromEntries(
  Object.entries({
    trace: 'verbose',
    debug: 'debug',
    info: 'info',
    warn: 'warn',
    error: 'error',
    fatal: 'error',
  }).flatMap(([severity, level]) => ['', '2', '3', '4'].map((step) => [severity + step, level])),
);

const filters = { always_on: 'always_on', always_off: 'always_off', trace_based: 'trace_based' };

function readGeneral(file: Place, table: OptionTable, resource: FileResource): WrittenOptions {
  const sheet = new OptionSheet(table);
  const filter = file.at('meter_provider').at('exemplar_filter');
  sheet.set('disabled', file.at('disabled'));
  sheet.setTo('logLevel', file.at('log_level').word(levels), file.at('log_level'));
  sheet.setTo('exemplarFilter', filter.word(filters), filter);
  const attributes = file.at('resource');
  const ours = file.at('distribution').at('otelier');
  return {
    ...readTable(
      ours,
      table,
      Object.keys(table).filter((name) => !elsewhere.has(name)),
    ),
    ...sheet.written,
    ...(Object.keys(resource.attributes).length === 0
      ? {}
      : { resourceAttributes: attributes.written(resource.attributes) }),
  };
}
