/**
 * Reads the metrics parts of an OpenTelemetry declarative configuration file, schema 1.x.
 *
 * Sections for traces, logs, propagation and instrumentation are skipped.
 */
import { nearest } from '../../errors/nearest.js';
import type { OptionTable } from '../../options/option.js';
import type { FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';
import { OptionValuesReader, readTable } from './option-values.js';
import { type FileReader, type KnownBackends, readReaders } from './readers.js';
import { type FileResource, readResource } from './resource.js';
import { type FileView, readViews } from './views.js';

/** Contents of a configuration file. */
export interface FileConfiguration {
  /** Values of general options. */
  readonly general: FileValues;
  readonly resource: FileResource;
  readonly readers: readonly FileReader[];
  readonly views: readonly FileView[];
}

/** Supported schema version. A later minor version may contain keys that are not supported. */
const supported = { major: 1, minor: 1 };

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

/** General options that are not read from `distribution.otelier`: the schema or the file itself defines them. */
const excludedFromDistribution = new Set([
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

/** Reads a whole file and reports everything that is invalid. */
export function readConfiguration(file: ConfigNode, general: OptionTable, known: KnownBackends): FileConfiguration {
  checkFormat(file.at('file_format'));
  for (const key of file.keys()) {
    if (sections.includes(key)) continue;
    const suggestion = nearest(key, sections);
    file.at(key).ignored(`unknown section${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}`);
  }
  if (file.at('attribute_limits').isSet) file.at('attribute_limits').ignored('metrics have no attribute limits');

  const provider = file.at('meter_provider');
  const configurator = provider.at('meter_configurator/development');
  if (provider.hasOnly(['readers', 'views', 'exemplar_filter', 'meter_configurator/development'])) {
    if (provider.isPresent && !provider.at('readers').isSet) provider.at('readers').invalid('a list of readers');
    if (configurator.isSet) configurator.ignored('single meters cannot be configured; use a view with drop');
  }
  const resource = readResource(file.at('resource'));
  return {
    resource,
    readers: readReaders(provider.at('readers'), known),
    views: readViews(provider.at('views')),
    general: readGeneral(file, general, resource),
  };
}

function checkFormat(node: ConfigNode): void {
  const match = typeof node.value === 'string' ? /^(\d+)\.(\d+)(?:-.*)?$/.exec(node.value) : null;
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  const version = `${supported.major}.${supported.minor}`;
  if (major !== supported.major) node.invalid(`a quoted version, "${version}" or earlier`);
  else if (minor > supported.minor) {
    node.report.warnings.push(
      `${node.where}: version ${node.value} is newer than ${version}; newer keys are not supported`,
    );
  }
}

/** Log levels by schema severity. The diagnostics of the OpenTelemetry API have fewer levels than the schema. */
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

function readGeneral(file: ConfigNode, table: OptionTable, resource: FileResource): FileValues {
  const reader = new OptionValuesReader(table);
  const filter = file.at('meter_provider').at('exemplar_filter');
  reader.set('disabled', file.at('disabled'));
  reader.setTo('logLevel', file.at('log_level').keyword(levels), file.at('log_level'));
  reader.setTo('exemplarFilter', filter.keyword(filters), filter);
  const names = Object.keys(table).filter((name) => !excludedFromDistribution.has(name));
  return {
    ...readTable(file.at('distribution').at('otelier'), table, names),
    ...reader.values,
    ...(Object.keys(resource.attributes).length === 0
      ? {}
      : { resourceAttributes: file.at('resource').fileValue(resource.attributes) }),
  };
}
