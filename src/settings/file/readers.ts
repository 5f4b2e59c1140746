/** `meter_provider.readers` of a configuration file: which backends run, and how each is configured. */
import type { InstrumentType } from '@opentelemetry/sdk-metrics';
import { defaultCardinalityLimit } from '../../model/instrument.js';
import { longestTimer, type OptionTable } from '../../options/option.js';
import type { Written, WrittenOptions } from '../../options/resolve.js';
import { exportersNotBuiltIn, pullExporters, pushExporters } from './exporters.js';
import { readTable } from './options.js';
import type { Place } from './place.js';
import { instrumentTypesInFile } from './views.js';

/** What is known of a backend here. */
export interface KnownBackend {
  readonly options: OptionTable;
  /** Is asked for its metrics and has no interval. */
  readonly pull?: true;
}

export type KnownBackends = Readonly<Record<string, KnownBackend>>;

/** One reader of the file. */
export interface FileReader {
  readonly backend: string;
  readonly place: Place;
  readonly options: WrittenOptions;
  /** Milliseconds; absent for a backend that is asked. */
  readonly timing?: { readonly exportIntervalMs: Written; readonly exportTimeoutMs: Written };
  /** How many series a metric may have for this reader; absent where the file sets no limits. */
  cardinalityLimit?(type: InstrumentType): number;
}

/** What the schema says of a periodic reader that says nothing. */
const usualIntervalMs = 60_000;
const usualTimeoutMs = 30_000;

/** Where options of ours stand: `otelier/otlp`. */
const ours = 'otelier/';

/** Reads the section. A backend runs once: the second reader of one is a problem. */
export function readReaders(list: Place, known: KnownBackends): readonly FileReader[] {
  const found: FileReader[] = [];
  for (const place of list.items('a list of readers')) {
    const kind = place.choice('periodic or pull');
    if (kind === undefined) continue;
    const reader =
      kind.key === 'periodic' || kind.key === 'pull'
        ? readReader(kind.place, kind.key === 'pull', known)
        : kind.place.wrongShape('a reader that is periodic or pull');
    if (reader === undefined) continue;
    const first = found.find(({ backend }) => backend === reader.backend);
    if (first === undefined) found.push(reader);
    else reader.place.wrongShape(`another backend than ${first.place.path}, which is ${reader.backend} already`);
  }
  return found;
}

const commonKeys = ['exporter', 'producers', 'cardinality_limits'];

function readReader(place: Place, pull: boolean, known: KnownBackends): FileReader | undefined {
  const timingKeys = ['interval', 'timeout', 'max_export_batch_size/development'];
  place.hasOnly(pull ? commonKeys : [...timingKeys, ...commonKeys]);
  if (place.at('producers').isSet) place.at('producers').wrongShape('nothing: metric producers are not built in');
  const cardinalityLimit = readCardinalityLimits(place.at('cardinality_limits'));
  const timing = pull ? undefined : readTiming(place);
  const exporter = readExporter(place.at('exporter'), pull, known);
  return exporter && { ...exporter, ...(cardinalityLimit && { cardinalityLimit }), ...(timing && { timing }) };
}

function readTiming(place: Place): FileReader['timing'] {
  const batch = place.at('max_export_batch_size/development');
  if (batch.isSet) batch.ignored('requests are divided by their size, see max_request_bytes of otelier/otlp');
  const interval = place.at('interval');
  const timeout = place.at('timeout');
  const intervalMs = interval.integer(1, longestTimer, 'milliseconds') ?? usualIntervalMs;
  const timeoutMs = timeout.integer(0, longestTimer, 'milliseconds, 0 for no limit,') ?? usualTimeoutMs;
  return {
    exportIntervalMs: interval.written(intervalMs),
    exportTimeoutMs: timeout.written(timeoutMs === 0 ? longestTimer : timeoutMs),
  };
}

function readExporter(
  exporter: Place,
  pull: boolean,
  known: KnownBackends,
): Pick<FileReader, 'backend' | 'place' | 'options'> | undefined {
  const ofSchema = pull ? pullExporters : pushExporters;
  const oursHere = Object.keys(known).filter((name) => (known[name]?.pull === true) === pull);
  const expected = [...Object.keys(ofSchema), ...oursHere.map((name) => ours + name)].join(', ');
  const chosen = exporter.choice(expected);
  if (chosen === undefined) return undefined;
  const { key, place } = chosen;
  const [schema, instead] = [own(ofSchema, key), own(exportersNotBuiltIn, key)];
  const backend = schema?.backend ?? (key.startsWith(ours) ? key.slice(ours.length) : undefined);
  const kind = backend === undefined || !(schema || oursHere.includes(backend)) ? undefined : own(known, backend);
  if (backend === undefined || kind === undefined) return place.wrongShape(instead ?? `one of ${expected}`);
  return { backend, place, options: schema ? schema.read(place, kind.options) : readTable(place, kind.options) };
}

function readCardinalityLimits(place: Place): FileReader['cardinalityLimit'] {
  if (!place.isSet || !place.hasOnly(['default', ...Object.keys(instrumentTypesInFile)])) return undefined;
  const limit = (key: string) => place.at(key).integer(1, 10_000_000, 'series');
  const usual = limit('default') ?? defaultCardinalityLimit;
  const limits = new Map(Object.entries(instrumentTypesInFile).map(([key, type]) => [type, limit(key) ?? usual]));
  return (type) => limits.get(type) ?? usual;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
