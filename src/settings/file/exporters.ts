/** Maps the exporters of the schema to backends and their options. */
import type { OptionTable } from '../../options/option.js';
import type { FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';
import { readIncludeExclude } from './include-exclude.js';
import { OptionValuesReader } from './option-values.js';
import { readPairs } from './pairs.js';

/** An exporter of the schema: the matching backend, and a function that reads the exporter's keys into its options. */
export interface SchemaExporter {
  readonly backend: string;
  read(node: ConfigNode, table: OptionTable): FileValues;
}

/** Exporters below `periodic`. */
export const pushExporters: Readonly<Record<string, SchemaExporter>> = {
  otlp_http: { backend: 'otlp', read: readOtlpHttp },
  console: { backend: 'console', read: readConsole },
};

/** Exporters below `pull`. */
export const pullExporters: Readonly<Record<string, SchemaExporter>> = {
  'prometheus/development': { backend: 'prometheus', read: readPrometheus },
};

/** Exporters of the schema that are not built in, with the replacement to name in the error. */
export const exportersNotBuiltIn: Readonly<Record<string, string>> = {
  otlp_grpc: 'otlp_http: gRPC is not built in; an OpenTelemetry Collector accepts OTLP over HTTP on port 4318',
  'otlp_file/development': 'otlp_http, console or an otelier/* exporter: OTLP files are not built in',
};

const encodings = { protobuf: 'http/protobuf', json: 'http/json' };
const temporalities = { cumulative: 'cumulative', delta: 'delta', low_memory: 'lowmemory' };
const histograms = {
  explicit_bucket_histogram: 'explicit_bucket_histogram',
  base2_exponential_bucket_histogram: 'base2_exponential_bucket_histogram',
};

function readOtlpHttp(node: ConfigNode, table: OptionTable): FileValues {
  const reader = new OptionValuesReader(table);
  const at = (key: string) => node.at(key);
  node.hasOnly([
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
  reader.set('endpoint', at('endpoint'));
  reader.setTo('headers', readHeaders(node), at('headers').isSet ? at('headers') : at('headers_list'));
  reader.set('compression', at('compression'));
  reader.set('timeoutMs', at('timeout'));
  reader.setTo('protocol', at('encoding').keyword(encodings), at('encoding'));
  reader.setTo('temporality', at('temporality_preference').keyword(temporalities), at('temporality_preference'));
  reader.setTo(
    'histogramAggregation',
    at('default_histogram_aggregation').keyword(histograms),
    at('default_histogram_aggregation'),
  );
  if (at('tls').hasOnly(['ca_file', 'key_file', 'cert_file'])) readTls(at('tls'), reader);
  return reader.values;
}

/** Merges `headers` over `headers_list`; returns `undefined` when both are empty. */
function readHeaders(node: ConfigNode): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = { ...readPairs(node.at('headers_list'), true) };
  for (const entry of node.at('headers').items('a list of headers with name and value')) {
    if (!entry.hasOnly(['name', 'value'])) continue;
    const name = entry.at('name').text();
    const value = entry.at('value').text('a string', true);
    if (name === undefined && !entry.at('name').isSet) entry.at('name').invalid('the name of a header');
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function readTls(tls: ConfigNode, reader: OptionValuesReader): void {
  const names = { ca_file: 'certificate', key_file: 'clientKey', cert_file: 'clientCertificate' };
  const expected = 'the absolute path of a PEM file';
  for (const [key, name] of Object.entries(names)) {
    const path = tls.at(key).text(expected);
    if (path === undefined) continue;
    if (/^(?:\/|[A-Za-z]:[\\/])/.test(path)) reader.set(name, tls.at(key));
    else tls.at(key).invalid(expected);
  }
  for (const [key, other] of [
    ['key_file', 'cert_file'],
    ['cert_file', 'key_file'],
  ] as const) {
    if (tls.at(key).isSet && !tls.at(other).isSet) tls.at(other).invalid(`a path, because ${key} is set`);
  }
}

/** Reads the console exporter. The console always prints cumulative values, in the aggregation of each metric. */
function readConsole(node: ConfigNode): FileValues {
  node.hasOnly(['temporality_preference', 'default_histogram_aggregation']);
  const [temporality, histogram] = [node.at('temporality_preference'), node.at('default_histogram_aggregation')];
  if ((temporality.keyword(temporalities) ?? 'cumulative') !== 'cumulative') {
    temporality.ignored('the console prints cumulative values');
  }
  if ((histogram.keyword(histograms) ?? 'explicit_bucket_histogram') !== 'explicit_bucket_histogram') {
    histogram.ignored('the console prints explicit buckets unless a metric or a view selects another aggregation');
  }
  return {};
}

const strategies = {
  underscore_escaping_with_suffixes: 'UnderscoreEscapingWithSuffixes',
  'underscore_escaping_without_suffixes/development': 'UnderscoreEscapingWithoutSuffixes',
  'no_utf8_escaping_with_suffixes/development': 'NoUTF8EscapingWithSuffixes',
  'no_translation/development': 'NoTranslation',
};

function readPrometheus(node: ConfigNode, table: OptionTable): FileValues {
  const reader = new OptionValuesReader(table);
  node.hasOnly([
    'host',
    'port',
    'scope_info_enabled',
    'target_info_enabled/development',
    'resource_constant_labels',
    'translation_strategy',
  ]);
  reader.set('host', node.at('host'));
  reader.set('port', node.at('port'));
  for (const [key, name] of [
    ['scope_info_enabled', 'withoutScopeLabels'],
    ['target_info_enabled/development', 'withoutTargetInfo'],
  ] as const) {
    const enabled = node.at(key).flag();
    reader.setTo(name, enabled === undefined ? undefined : !enabled, node.at(key));
  }
  const strategy = node.at('translation_strategy');
  reader.setTo('translationStrategy', strategy.keyword(strategies), strategy);
  readLabels(node.at('resource_constant_labels'), reader);
  return reader.values;
}

function readLabels(node: ConfigNode, reader: OptionValuesReader): void {
  const { included, excluded } = readIncludeExclude(node);
  if (excluded !== undefined) node.at('excluded').invalid('no value: included lists the keys that become labels');
  const hasPattern = included?.some((key) => /[*?]/.test(key));
  if (hasPattern) node.at('included').invalid('full keys, without * or ?');
  else reader.setTo('resourceLabels', included, node.at('included'));
}
