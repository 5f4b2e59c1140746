/** Maps the exporters of the schema to backends and their options. */
import type { OptionTable } from '../../options/option.js';
import type { FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';
import { readIncludeExclude } from './include-exclude.js';
import { OptionValuesReader } from './option-values.js';
import { histograms, readOtlpGrpc, readOtlpHttp, temporalities } from './otlp-exporters.js';

/** An exporter of the schema: the matching backend, and a function that reads the exporter's keys into its options. */
export interface SchemaExporter {
  readonly backend: string;
  read(node: ConfigNode, table: OptionTable): FileValues;
}

/** Exporters below `periodic`. */
export const pushExporters: Readonly<Record<string, SchemaExporter>> = {
  otlp_http: { backend: 'otlp', read: readOtlpHttp },
  otlp_grpc: { backend: 'otlp', read: readOtlpGrpc },
  console: { backend: 'console', read: readConsole },
};

/** Exporters below `pull`. */
export const pullExporters: Readonly<Record<string, SchemaExporter>> = {
  'prometheus/development': { backend: 'prometheus', read: readPrometheus },
};

/** Exporters of the schema that are not built in, with the replacement to name in the error. */
export const exportersNotBuiltIn: Readonly<Record<string, string>> = {
  'otlp_file/development': 'otlp_http, otlp_grpc, console or an otelier/* exporter: OTLP files are not built in',
};

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
