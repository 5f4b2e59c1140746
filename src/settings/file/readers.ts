/** Reads `meter_provider.readers` of a configuration file: the backends to run and the options of each. */
import { defaultCardinalityLimit } from '../../model/instrument.js';
import type { InstrumentType } from '../../model/otel-sdk.js';
import { longestTimer, type OptionTable, withoutLimit } from '../../options/option.js';
import type { FileValue, FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';
import { exportersNotBuiltIn, pullExporters, pushExporters } from './exporters.js';
import { readTable } from './option-values.js';
import { instrumentTypesInFile } from './views.js';

/** The parts of a backend kind that reading a file needs. */
export interface KnownBackend {
  readonly options: OptionTable;
  /** Present for backends that are scraped; they have no interval. */
  readonly pull?: true;
}

export type KnownBackends = Readonly<Record<string, KnownBackend>>;

/** One reader of the file. */
export interface FileReader {
  readonly backend: string;
  readonly node: ConfigNode;
  readonly options: FileValues;
  /** Interval and timeout in milliseconds; absent for pull backends. */
  readonly timing?: { readonly exportIntervalMs: FileValue; readonly exportTimeoutMs: FileValue };
  /** Maximum number of series per metric for this reader; absent where the file sets no limits. */
  cardinalityLimit?(type: InstrumentType): number;
}

/** Schema defaults of a periodic reader. */
const defaultIntervalMs = 60_000;
const defaultTimeoutMs = 30_000;

/** Prefix of exporters that take the options of a backend, such as `otelier/otlp`. */
const otelierPrefix = 'otelier/';

/** Reads the section. A second reader of the same backend is a problem. */
export function readReaders(list: ConfigNode, known: KnownBackends): readonly FileReader[] {
  const readers: FileReader[] = [];
  if (Array.isArray(list.value) && list.value.length === 0) list.invalidShape('a list of at least one reader');
  for (const node of list.items('a list of readers')) {
    const kind = node.choice('periodic or pull');
    if (kind === undefined) continue;
    const reader =
      kind.key === 'periodic' || kind.key === 'pull'
        ? readReader(kind.node, kind.key === 'pull', known)
        : node.unknownKey(kind.key, 'a known reader', ['periodic', 'pull']);
    if (reader === undefined) continue;
    const first = readers.find(({ backend }) => backend === reader.backend);
    if (first === undefined) readers.push(reader);
    else reader.node.invalidShape(`a backend other than ${reader.backend}, which ${first.node.path} already selects`);
  }
  return readers;
}

const commonKeys = ['exporter', 'producers', 'cardinality_limits'];

function readReader(node: ConfigNode, pull: boolean, known: KnownBackends): FileReader | undefined {
  const timingKeys = ['interval', 'timeout', 'max_export_batch_size/development'];
  node.hasOnly(pull ? commonKeys : [...timingKeys, ...commonKeys]);
  if (node.at('producers').isSet) node.at('producers').invalidShape('no value: metric producers are not built in');
  const cardinalityLimit = readCardinalityLimits(node.at('cardinality_limits'));
  const timing = pull ? undefined : readTiming(node);
  const exporter = readExporter(node.at('exporter'), pull, known);
  return exporter && { ...exporter, ...(cardinalityLimit && { cardinalityLimit }), ...(timing && { timing }) };
}

function readTiming(node: ConfigNode): FileReader['timing'] {
  const batch = node.at('max_export_batch_size/development');
  if (batch.isSet) batch.ignored('requests are split by size; use max_request_bytes of otelier/otlp');
  const interval = node.at('interval');
  const timeout = node.at('timeout');
  const intervalMs = interval.integer(1, longestTimer, 'milliseconds') ?? defaultIntervalMs;
  const timeoutMs = timeout.integer(0, longestTimer, 'milliseconds (0: no limit)') ?? defaultTimeoutMs;
  return {
    exportIntervalMs: interval.fileValue(intervalMs),
    exportTimeoutMs: timeout.fileValue(withoutLimit(timeoutMs)),
  };
}

function readExporter(
  exporter: ConfigNode,
  pull: boolean,
  known: KnownBackends,
): Pick<FileReader, 'backend' | 'node' | 'options'> | undefined {
  const schemaExporters = pull ? pullExporters : pushExporters;
  const backends = Object.keys(known).filter((name) => (known[name]?.pull === true) === pull);
  const names = [...Object.keys(schemaExporters), ...backends.map((name) => otelierPrefix + name)];
  const chosen = exporter.choice(names.join(', '));
  if (chosen === undefined) return undefined;
  const { key, node } = chosen;
  const schemaExporter = own(schemaExporters, key);
  const ownName = key.startsWith(otelierPrefix) ? key.slice(otelierPrefix.length) : undefined;
  const backend = schemaExporter?.backend ?? backends.find((name) => name === ownName);
  const kind = backend === undefined ? undefined : own(known, backend);
  if (backend === undefined || kind === undefined) {
    const replacement = own(exportersNotBuiltIn, key);
    if (replacement !== undefined) return node.invalidShape(replacement);
    return exporter.unknownKey(key, 'a known exporter', names);
  }
  const options = schemaExporter ? schemaExporter.read(node, kind.options) : readTable(node, kind.options);
  return { backend, node, options };
}

function readCardinalityLimits(node: ConfigNode): FileReader['cardinalityLimit'] {
  if (!node.isSet || !node.hasOnly(['default', ...Object.keys(instrumentTypesInFile)])) return undefined;
  const limit = (key: string) => node.at(key).integer(1, 10_000_000, 'series');
  const defaultLimit = limit('default') ?? defaultCardinalityLimit;
  const limits = new Map(
    Object.entries(instrumentTypesInFile).map(([key, type]) => [type, limit(key) ?? defaultLimit]),
  );
  return (type) => limits.get(type) ?? defaultLimit;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
