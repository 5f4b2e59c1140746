import { describe, expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { problemsOf, warnings } from './configuration-file.js';

/** Returns a file with one periodic reader that has the given exporter. */
const pushing = (exporter: string) => `meter_provider: { readers: [{ periodic: { exporter: ${exporter} } }] }`;
const pulling = (exporter: string) => `meter_provider: { readers: [{ pull: { exporter: ${exporter} } }] }`;
const viewing = (view: string) =>
  `meter_provider: { readers: [{ periodic: { exporter: { console: } } }], views: [${view}] }`;
const push = 'meter_provider.readers[0].periodic';
const http = `${push}.exporter.otlp_http`;
const grpc = `${push}.exporter.otlp_grpc`;
const scrape = 'meter_provider.readers[0].pull.exporter';
const view = 'meter_provider.views[0]';
const pem = 'expected the absolute path of a PEM file';
const backends = (pull: boolean) =>
  Object.entries(backendKinds).flatMap(([name, kind]) => ((kind.pull === true) === pull ? [`otelier/${name}`] : []));
const pushExporters = ['otlp_http', 'otlp_grpc', 'console', ...backends(false)].join(', ');
const pullExporters = ['prometheus/development', ...backends(true)].join(', ');

describe.each([
  [
    'an unsupported version',
    'file_format: "2.0"',
    ['file_format: got "2.0", expected a quoted version, "1.1" or earlier'],
  ],
  ['a numeric version', 'file_format: 1.0', ['file_format: got 1, expected a quoted version']],
  ['an invalid version', 'file_format: latest', ['file_format: got "latest", expected a quoted version']],
  ['a missing version', 'a: 1 # file_format', ['file_format: expected a quoted version']],
  ['a list instead of a mapping', '[file_format]', ['file_format: expected a quoted version']],
  ['a flag', 'disabled: maybe', ['disabled: got "maybe", expected true or false']],
  ['a log level', 'log_level: loud', ['log_level: got "loud", expected one of trace, trace2,']],
  ['a misspelled flag', 'disabled: ture', ['disabled: got "ture", expected true or false (did you mean "true"?)']],
  ['a provider without readers', 'meter_provider: {}', ['meter_provider.readers: expected a list of readers']],
  [
    'an exemplar filter',
    'meter_provider: { readers: [], exemplar_filter: x }',
    [
      'meter_provider.readers: expected a list of at least one reader',
      'meter_provider.exemplar_filter: got "x", expected one of always_on, always_off, trace_based',
    ],
  ],
  [
    'a reader without a kind',
    'meter_provider: { readers: [{}] }',
    ['meter_provider.readers[0]: expected one key: periodic or pull'],
  ],
  [
    'a reader with two kinds',
    'meter_provider: { readers: [{ pull: , periodic: }] }',
    ['meter_provider.readers[0]: expected one key'],
  ],
  [
    'a reader with an unknown kind',
    'meter_provider: { readers: [{ batch: }] }',
    ['meter_provider.readers[0].batch: expected a known reader: periodic, pull'],
  ],
  [
    'a reader without an exporter',
    'meter_provider: { readers: [{ periodic: }] }',
    [`${push}.exporter: expected one key: ${pushExporters}`],
  ],
  [
    'an unknown exporter',
    pushing('{ zipkin: }'),
    [`${push}.exporter.zipkin: expected a known exporter: ${pushExporters.replace('otelier/pushgateway', '…')}`],
  ],
  [
    'a misspelled exporter',
    pushing('{ otel_http: }'),
    [`${push}.exporter.otel_http: expected a known exporter (did you mean "otlp_http"?)`],
  ],
  [
    'a misspelled backend',
    pushing('{ otelier/datadgo: }'),
    [`${push}.exporter.otelier/datadgo: expected a known exporter (did you mean "otelier/datadog"?)`],
  ],
  [
    'an unknown backend',
    pushing('{ otelier/zipkin: { port: 1 } }'),
    [
      `${push}.exporter.otelier/zipkin: expected a known exporter: ${pushExporters.replace('otelier/pushgateway', '…')}`,
    ],
  ],
  [
    'a name that objects inherit',
    pushing('{ otelier/constructor: }'),
    [`${push}.exporter.otelier/constructor: expected a known exporter: otlp_http, otlp_grpc, console, otelier/otlp`],
  ],
  [
    'options of OTLP over gRPC',
    pushing(
      '{ otlp_grpc: { endpoint: "ftp://me:pw@x", encoding: json, tls: { ca_file: ca.pem, insecure: 1 }, timeout: -1 } }',
    ),
    [
      `${grpc}.encoding: expected a known key: endpoint, tls,`,
      `${grpc}.timeout: got -1, expected milliseconds from 0`,
      `${grpc}.tls.ca_file: got "ca.pem", ${pem}`,
      `${grpc}.tls.insecure: got 1, expected true or false`,
      `${grpc}.endpoint: got "ftp://[redacted]@x" (did you mean "ht`,
    ],
  ],
  [
    'OTLP files',
    pushing('{ otlp_file/development: }'),
    [`${push}.exporter.otlp_file/development: expected otlp_http, otlp_grpc, console or`],
  ],
  [
    'a pull backend below periodic',
    pushing('{ otelier/prometheus: }'),
    [
      `${push}.exporter.otelier/prometheus: expected a known exporter: ${pushExporters.replace('otelier/pushgateway', '…')}`,
    ],
  ],
  [
    'a push backend below pull',
    pulling('{ otelier/otlp: }'),
    [`${scrape}.otelier/otlp: expected a known exporter: ${pullExporters}`],
  ],
  [
    'producers',
    'meter_provider: { readers: [{ periodic: { exporter: { console: }, producers: [{ opencensus: }] } }] }',
    [`${push}.producers: expected no value: metric producers are not built in`],
  ],
  [
    'timing',
    'meter_provider: { readers: [{ periodic: { interval: 0, timeout: 1.5, exporter: { console: } } }] }',
    [
      `${push}.interval: got 0, expected milliseconds from 1 to 2147483647`,
      `${push}.timeout: got 1.5, expected milliseconds (0: no limit) from 0`,
    ],
  ],
  [
    'cardinality limits',
    'meter_provider: { readers: [{ periodic: { cardinality_limits: { default: 0, counters: 1, gauge: x }, exporter: { console: } } }] }',
    [
      `${push}.cardinality_limits.counters: expected a known key (did you mean "counter"?)`,
      `${push}.cardinality_limits.default: got 0, expected series from 1`,
      `${push}.cardinality_limits.gauge: got "x", expected series from 1`,
    ],
  ],
  [
    'a second reader of one backend',
    `meter_provider: { readers: [{ periodic: { exporter: { otlp_http: } } }, { periodic: { exporter: { otelier/otlp: } } }] }`,
    [
      'meter_provider.readers[1].periodic.exporter.otelier/otlp: expected a backend other than otlp, which meter_provider.readers[0].periodic.exporter.otlp_http already selects',
    ],
  ],
  [
    'options of OTLP',
    pushing(
      `{ otlp_http: { endpoint: "ftp://me:pw@x", compression: zip, timeout: -1, encoding: xml, temporality_preference: x, default_histogram_aggregation: y, insecure: true } }`,
    ),
    [
      `${http}.insecure: expected a known key: endpoint, tls,`,
      `${http}.endpoint: got "ftp://[redacted]@x" (did you mean "ht`,
      `${http}.compression: got "zip", expected one of none, gzip (did you mean "gzip"?)`,
      `${http}.timeout: got -1, expected milliseconds from 0`,
      `${http}.temporality_preference: got "x", expected one of cumulative, delta, low_memory`,
      `${http}.default_histogram_aggregation: got "y", expected one of explicit_bucket_histogram,`,
      `${http}.encoding: got "xml", expected one of protobuf, json`,
    ],
  ],
  [
    'headers',
    pushing('{ otlp_http: { headers: [{ name: a, value: 1 }, { value: secret }, secret], headers_list: secret } }'),
    [
      `${http}.headers_list: got "[redacted]", expected comma-separated key=value pairs`,
      `${http}.headers[0].value: got "[redacted]", expected a string`,
      `${http}.headers[1].name: expected the name of a header`,
      `${http}.headers[2]: expected a mapping with name, value`,
    ],
  ],
  [
    'headers with an invalid name',
    pushing('{ otlp_http: { headers: [{ name: "a b", value: secret }] } }'),
    [`${http}.headers: got "[redacted]", expected comma-separated key=value`],
  ],
  [
    'TLS',
    pushing('{ otlp_http: { tls: { ca_file: ca.pem, key_file: /k.pem, insecure: true } } }'),
    [
      `${http}.tls.insecure: expected a known key: ca_file, key_file, cert_file`,
      `${http}.tls.ca_file: got "ca.pem", ${pem}`,
      `${http}.tls.cert_file: expected a path, because key_file is set`,
    ],
  ],
  [
    'options of the Prometheus exporter',
    pulling(
      '{ prometheus/development: { host: 1, port: "9464", scope_info_enabled: 1, translation_strategy: none, resource_constant_labels: { included: [a*], excluded: [b] } } }',
    ),
    [
      `${scrape}.prometheus/development.host: got 1, expected a host name or address`,
      `${scrape}.prometheus/development.port: got "9464", expected a port from 0 to 65535`,
      `${scrape}.prometheus/development.scope_info_enabled: got 1, expected true or false`,
      `${scrape}.prometheus/development.translation_strategy: got "none", expected one of underscore_`,
      `${scrape}.prometheus/development.resource_constant_labels.excluded: got ["b"], expected no value`,
      `${scrape}.prometheus/development.resource_constant_labels.included: got ["a*"], expected full keys`,
    ],
  ],
  [
    'options of otelier exporters',
    pulling('{ otelier/prometheus: { basePath: /x, base_path: x, max_in_flight: 0 } }'),
    [
      `${scrape}.otelier/prometheus.basePath: expected a known key (did you mean "base_path"?)`,
      `${scrape}.otelier/prometheus.base_path: got "x", expected a path such as`,
      `${scrape}.otelier/prometheus.max_in_flight: got 0, expected scrapes from 1`,
    ],
  ],
  [
    'a scalar instead of options',
    pushing('{ otelier/otlp: a-secret }'),
    [`${push}.exporter.otelier/otlp: expected a mapping with preset,`],
  ],
  [
    'views',
    viewing(
      '{ selector: { name: x, instrument_type: timer, unit: 1 }, stream: { aggregation: { sum: , drop: }, aggregation_cardinality_limit: 0, attribute_keys: { included: x } } }',
    ),
    [
      `${view}.selector.name: expected a known key: instrument_name,`,
      `${view}.selector.instrument_type: got "timer", expected one of counter, gauge,`,
      `${view}.selector.unit: got 1, expected a string`,
      `${view}.stream.attribute_keys.included: expected a list of strings`,
      `${view}.stream.aggregation: expected one key: default, drop,`,
      `${view}.stream.aggregation_cardinality_limit: got 0, expected series from 1`,
    ],
  ],
  ['a view without a stream', viewing('{ selector: { instrument_name: a } }'), [`${view}.stream: expected a mapping`]],
  [
    'a renaming view that selects many instruments',
    viewing('{ selector: { instrument_name: a* }, stream: { name: b } }'),
    [`${view}: expected a valid view (view "b" renames several instruments`],
  ],
  [
    'bucket boundaries',
    viewing('{ selector: { }, stream: { aggregation: { explicit_bucket_histogram: { boundaries: [1, 1] } } } }'),
    [
      `${view}.stream.aggregation.explicit_bucket_histogram.boundaries: got [1,1], expected numbers in increasing order`,
    ],
  ],
  [
    'exponential histograms',
    viewing(
      '{ selector: { }, stream: { aggregation: { base2_exponential_bucket_histogram: { max_scale: 21, max_size: 1 } } } }',
    ),
    [
      `${view}.stream.aggregation.base2_exponential_bucket_histogram.max_scale: got 21, expected a scale from -10 to 20`,
      `${view}.stream.aggregation.base2_exponential_bucket_histogram.max_size: got 1, expected buckets from 2`,
    ],
  ],
  [
    'an unknown aggregation',
    viewing('{ selector: { }, stream: { aggregation: { median: } } }'),
    [`${view}.stream.aggregation.median: expected a known aggregation: default,`],
  ],
  [
    'the resource',
    'resource: { attributes: [{ value: 1 }, { name: a }, { name: b, value: x, type: int }, { name: c, value: { d: 1 } }, { name: e, value: 1, type: number }], attributes_list: abc, schema: x, detection/development: { detectors: [{ gpu: }, host] } }',
    [
      'resource.schema: expected a known key: schema_url,',
      'resource.attributes_list: got "abc", expected comma-separated key=value pairs',
      'resource.attributes[0].name: expected the name of an attribute',
      'resource.attributes[1].value: expected the value of an attribute',
      'resource.attributes[2].value: got "x", expected a value of type int',
      'resource.attributes[3].value: got an object (Object), expected a string, a number',
      'resource.attributes[4].type: got "number", expected one of string, bool',
      'resource.detection/development.detectors[0].gpu: expected a known detector: container, host,',
      'resource.detection/development.detectors[1]: expected one key: container,',
    ],
  ],
  [
    'general options',
    'distribution: { otelier: { shutdown_timeout_ms: soon, disabled: true } }',
    [
      'distribution.otelier.disabled: expected a known key: pack_names, collec',
      'distribution.otelier.shutdown_timeout_ms: got "soon", expected milliseconds from 1',
    ],
  ],
  ['an unclosed quote', 'disabled: "true\nresource: {}', ['3:13: expected valid YAML (']],
  ['a duplicate key', 'disabled: true\ndisabled: false', ['3:1: expected valid YAML (Map keys must be unique']],
  ['an unresolved alias', 'disabled: *unknown', [' expected valid YAML (Unresolved alias']],
])('%s', (_, text, expected) => {
  test('is reported', async () => {
    const problems = await problemsOf(text);
    expect(problems.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
    expect(warnings().join('\n')).not.toContain('secret');
  });
});
