/** The exporters of the schema as options of our backends, by their names there. */
import type { OptionTable } from '../../options/option.js';
import type { WrittenOptions } from '../../options/resolve.js';
import { OptionSheet } from './options.js';
import { readPairs, readWordLists } from './parts.js';
import type { Place } from './place.js';

/** An exporter of the schema: the backend that it is here, and how its keys are read into that one's options. */
export interface SchemaExporter {
  readonly backend: string;
  read(place: Place, table: OptionTable): WrittenOptions;
}

/** Under `periodic`. */
export const pushExporters: Readonly<Record<string, SchemaExporter>> = {
  otlp_http: { backend: 'otlp', read: readOtlpHttp },
  console: { backend: 'console', read: readConsole },
};

/** Under `pull`. */
export const pullExporters: Readonly<Record<string, SchemaExporter>> = {
  'prometheus/development': { backend: 'prometheus', read: readPrometheus },
};

/** Those that the schema has and we do not, with what to take instead. */
export const exportersNotBuiltIn: Readonly<Record<string, string>> = {
  otlp_grpc: 'otlp_http: gRPC is not built in, and a Collector takes OTLP over HTTP on port 4318',
  'otlp_file/development': 'otlp_http, console or one of otelier: files of OTLP are not built in',
};

const encodings = { protobuf: 'http/protobuf', json: 'http/json' };
const temporalities = { cumulative: 'cumulative', delta: 'delta', low_memory: 'lowmemory' };
const histograms = {
  explicit_bucket_histogram: 'explicit_bucket_histogram',
  base2_exponential_bucket_histogram: 'base2_exponential_bucket_histogram',
};

function readOtlpHttp(place: Place, table: OptionTable): WrittenOptions {
  const sheet = new OptionSheet(table);
  const at = (key: string) => place.at(key);
  place.hasOnly([
    'endpoint',
    'tls',
    'headers',
    'headers_list',
    'compression',
    'timeout',
    'encoding',
    'temporality_preference',
    'default_histogram_aggregation',
  ]);
  sheet.set('endpoint', at('endpoint'));
  sheet.setTo('headers', readHeaders(place), at('headers').isSet ? at('headers') : at('headers_list'));
  sheet.set('compression', at('compression'));
  sheet.set('timeoutMs', at('timeout'));
  sheet.setTo('protocol', at('encoding').word(encodings), at('encoding'));
  sheet.setTo('temporality', at('temporality_preference').word(temporalities), at('temporality_preference'));
  sheet.setTo(
    'histogramAggregation',
    at('default_histogram_aggregation').word(histograms),
    at('default_histogram_aggregation'),
  );
  if (at('tls').hasOnly(['ca_file', 'key_file', 'cert_file'])) readTls(at('tls'), sheet);
  return sheet.written;
}

/** `headers` and, below them, `headers_list`; `undefined` when neither says anything. */
function readHeaders(place: Place): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = { ...readPairs(place.at('headers_list'), true) };
  for (const entry of place.at('headers').items('a list of headers with name and value')) {
    if (!entry.hasOnly(['name', 'value'])) continue;
    const name = entry.at('name').text();
    const value = entry.at('value').text('a text', true);
    if (name === undefined && !entry.at('name').isSet) entry.at('name').wrong('the name of a header');
    if (name !== undefined && value !== undefined) found[name] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function readTls(tls: Place, sheet: OptionSheet): void {
  const names = { ca_file: 'certificate', key_file: 'clientKey', cert_file: 'clientCertificate' };
  for (const [key, name] of Object.entries(names)) {
    const path = tls.at(key).text('the absolute path of a PEM file');
    if (path === undefined) continue;
    if (/^(?:\/|[A-Za-z]:[\\/])/.test(path)) sheet.set(name, tls.at(key));
    else tls.at(key).wrong('the absolute path of a PEM file');
  }
  for (const [key, other] of [
    ['key_file', 'cert_file'],
    ['cert_file', 'key_file'],
  ] as const) {
    if (tls.at(key).isSet && !tls.at(other).isSet) tls.at(other).wrong(`a path as well, since ${key} is set`);
  }
}

/** The console shows totals and what the metrics themselves ask for: it is for looking at. */
function readConsole(place: Place): WrittenOptions {
  place.hasOnly(['temporality_preference', 'default_histogram_aggregation']);
  const [temporality, histogram] = [place.at('temporality_preference'), place.at('default_histogram_aggregation')];
  if ((temporality.word(temporalities) ?? 'cumulative') !== 'cumulative') temporality.ignored('console shows totals');
  if ((histogram.word(histograms) ?? 'explicit_bucket_histogram') !== 'explicit_bucket_histogram') {
    histogram.ignored('console shows explicit buckets unless a metric or a view asks for others');
  }
  return {};
}

const strategies = {
  underscore_escaping_with_suffixes: 'UnderscoreEscapingWithSuffixes',
  'underscore_escaping_without_suffixes/development': 'UnderscoreEscapingWithoutSuffixes',
  'no_utf8_escaping_with_suffixes/development': 'NoUTF8EscapingWithSuffixes',
  'no_translation/development': 'NoTranslation',
};

function readPrometheus(place: Place, table: OptionTable): WrittenOptions {
  const sheet = new OptionSheet(table);
  place.hasOnly([
    'host',
    'port',
    'scope_info_enabled',
    'target_info_enabled/development',
    'resource_constant_labels',
    'translation_strategy',
  ]);
  sheet.set('host', place.at('host'));
  sheet.set('port', place.at('port'));
  for (const [key, name] of [
    ['scope_info_enabled', 'withoutScopeLabels'],
    ['target_info_enabled/development', 'withoutTargetInfo'],
  ] as const) {
    const enabled = place.at(key).flag();
    sheet.setTo(name, enabled === undefined ? undefined : !enabled, place.at(key));
  }
  sheet.setTo(
    'translationStrategy',
    place.at('translation_strategy').word(strategies),
    place.at('translation_strategy'),
  );
  readLabels(place.at('resource_constant_labels'), sheet);
  return sheet.written;
}

function readLabels(place: Place, sheet: OptionSheet): void {
  const { included, excluded } = readWordLists(place);
  if (excluded !== undefined) place.at('excluded').wrong('nothing: keys that become labels are named in included');
  const pattern = included?.find((key) => /[*?]/.test(key));
  if (pattern !== undefined) place.at('included').wrong('full keys, without * or ?');
  else sheet.setTo('resourceLabels', included, place.at('included'));
}
