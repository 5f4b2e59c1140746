import { describe, expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { problemsOf, warnings } from './configuration-file.js';

/** A file with one periodic reader, of which `exporter` is given. */
const pushing = (exporter: string) => `meter_provider: { readers: [{ periodic: { exporter: ${exporter} } }] }`;
const pulling = (exporter: string) => `meter_provider: { readers: [{ pull: { exporter: ${exporter} } }] }`;
const viewing = (view: string) =>
  `meter_provider: { readers: [{ periodic: { exporter: { console: } } }], views: [${view}] }`;
const push = 'meter_provider.readers[0].periodic';
const http = `${push}.exporter.otlp_http`;
const scrape = 'meter_provider.readers[0].pull.exporter';
const view = 'meter_provider.views[0]';
const endpoint = `expected an http:// or https:// URL`;
const pem = 'expected the absolute path of a PEM file';
const oursThat = (pull: boolean) =>
  Object.entries(backendKinds).flatMap(([name, kind]) => ((kind.pull === true) === pull ? [`otelier/${name}`] : []));
const pushExporters = ['otlp_http', 'console', ...oursThat(false)].join(', ');
const pullExporters = ['prometheus/development', ...oursThat(true)].join(', ');

describe.each([
  ['the version', 'file_format: "2.0"', ['file_format: got "2.0", expected a version in quotes, "1.1" or before']],
  ['a version that is a number', 'file_format: 1.0', ['file_format: got 1, expected a version in quotes']],
  ['a version that is none', 'file_format: latest', ['file_format: got "latest", expected a version in quotes']],
  ['no version', 'a: 1 # file_format', ['file_format: expected a version in quotes']],
  ['a list', '[file_format]', ['file_format: expected a version in quotes']],
  ['flags', 'disabled: maybe', ['disabled: got "maybe", expected true or false']],
  ['levels', 'log_level: loud', ['log_level: got "loud", expected one of trace, trace2,']],
  ['a provider without readers', 'meter_provider: {}', ['meter_provider.readers: expected a list of readers']],
  [
    'filters',
    'meter_provider: { readers: [], exemplar_filter: x }',
    [
      'meter_provider.exemplar_filter: got "x", expected one of always_on, always_off, trace_based',
      'meter_provider.readers: expected what the schema asks for (must NOT have fewer than 1 items)',
    ],
  ],
  [
    'a reader of no kind',
    'meter_provider: { readers: [{}] }',
    ['meter_provider.readers[0]: expected a mapping with one key: periodic or pull'],
  ],
  [
    'a reader of two kinds',
    'meter_provider: { readers: [{ pull: , periodic: }] }',
    ['meter_provider.readers[0]: expected a mapping with one key'],
  ],
  [
    'a reader of another kind',
    'meter_provider: { readers: [{ batch: }] }',
    ['meter_provider.readers[0].batch: expected a reader that is periodic or pull'],
  ],
  [
    'a reader without exporter',
    'meter_provider: { readers: [{ periodic: }] }',
    [`${push}.exporter: expected a mapping with one key: ${pushExporters}`],
  ],
  [
    'an exporter of another name',
    pushing('{ zipkin: }'),
    [`${push}.exporter.zipkin: expected one of ${pushExporters}`],
  ],
  [
    'a backend of another name',
    pushing('{ otelier/zipkin: { port: 1 } }'),
    [`${push}.exporter.otelier/zipkin: expected one of`],
  ],
  [
    'what is inherited by every object',
    pushing('{ otelier/constructor: }'),
    [`${push}.exporter.otelier/constructor: expected one of`],
  ],
  ['gRPC', pushing('{ otlp_grpc: }'), [`${push}.exporter.otlp_grpc: expected otlp_http: gRPC is not built in`]],
  [
    'files',
    pushing('{ otlp_file/development: }'),
    [`${push}.exporter.otlp_file/development: expected otlp_http, console or`],
  ],
  [
    'a scrape that is pushed',
    pushing('{ otelier/prometheus: }'),
    [`${push}.exporter.otelier/prometheus: expected one of ${pushExporters}`],
  ],
  [
    'a push that is scraped',
    pulling('{ otelier/otlp: }'),
    [`${scrape}.otelier/otlp: expected one of ${pullExporters}`],
  ],
  [
    'producers',
    'meter_provider: { readers: [{ periodic: { exporter: { console: }, producers: [{ opencensus: }] } }] }',
    [`${push}.producers: expected nothing: metric producers are not built in`],
  ],
  [
    'timing',
    'meter_provider: { readers: [{ periodic: { interval: 0, timeout: 1.5, exporter: { console: } } }] }',
    [
      `${push}.interval: got 0, expected milliseconds from 1 to 2147483647`,
      `${push}.timeout: got 1.5, expected milliseconds, 0 for no limit, from 0`,
    ],
  ],
  [
    'limits',
    'meter_provider: { readers: [{ periodic: { cardinality_limits: { default: 0, counters: 1, gauge: x }, exporter: { console: } } }] }',
    [
      `${push}.cardinality_limits.counters: expected a known key: default, counter,`,
      `${push}.cardinality_limits.default: got 0, expected series from 1`,
      `${push}.cardinality_limits.gauge: got "x", expected series from 1`,
    ],
  ],
  [
    'the second reader of a backend',
    `meter_provider: { readers: [{ periodic: { exporter: { otlp_http: } } }, { periodic: { exporter: { otelier/otlp: } } }] }`,
    [
      'meter_provider.readers[1].periodic.exporter.otelier/otlp: expected another backend than meter_provider.readers[0].periodic.exporter.otlp_http, which is otlp already',
    ],
  ],
  [
    'OTLP',
    pushing(
      `{ otlp_http: { endpoint: "ftp://me:pw@x", compression: zip, timeout: -1, encoding: xml, temporality_preference: x, default_histogram_aggregation: y, insecure: true } }`,
    ),
    [
      `${http}.insecure: expected a known key: endpoint, tls,`,
      `${http}.endpoint: got "[redacted]", ${endpoint}`,
      `${http}.compression: got "zip", expected one of none, gzip`,
      `${http}.timeout: got -1, expected milliseconds from 0`,
      `${http}.encoding: got "xml", expected one of protobuf, json`,
      `${http}.temporality_preference: got "x", expected one of cumulative, delta, low_memory`,
      `${http}.default_histogram_aggregation: got "y", expected one of explicit_bucket_histogram,`,
    ],
  ],
  [
    'headers',
    pushing('{ otlp_http: { headers: [{ name: a, value: 1 }, { value: secret }, secret], headers_list: secret } }'),
    [
      `${http}.headers_list: got "[redacted]", expected key=value pairs`,
      `${http}.headers[0].value: got "[redacted]", expected a text`,
      `${http}.headers[1].name: expected the name of a header`,
      `${http}.headers[2]: expected a mapping with name, value`,
    ],
  ],
  [
    'headers that HTTP cannot carry',
    pushing('{ otlp_http: { headers: [{ name: "a b", value: secret }] } }'),
    [`${http}.headers: got "[redacted]", expected key=value`],
  ],
  [
    'TLS',
    pushing('{ otlp_http: { tls: { ca_file: ca.pem, key_file: /k.pem, insecure: true } } }'),
    [
      `${http}.tls.insecure: expected a known key: ca_file, key_file, cert_file`,
      `${http}.tls.ca_file: got "ca.pem", ${pem}`,
      `${http}.tls.cert_file: expected a path as well, since key_file is set`,
    ],
  ],
  [
    'the endpoint of Prometheus',
    pulling(
      '{ prometheus/development: { host: 1, port: "9464", scope_info_enabled: 1, translation_strategy: none, resource_constant_labels: { included: [a*], excluded: [b] } } }',
    ),
    [
      `${scrape}.prometheus/development.host: got 1, expected a text`,
      `${scrape}.prometheus/development.port: got "9464", expected a port from 0 to 65535`,
      `${scrape}.prometheus/development.scope_info_enabled: got 1, expected true or false`,
      `${scrape}.prometheus/development.translation_strategy: got "none", expected one of underscore_`,
      `${scrape}.prometheus/development.resource_constant_labels.excluded: got ["b"], expected nothing`,
      `${scrape}.prometheus/development.resource_constant_labels.included: got ["a*"], expected full keys`,
    ],
  ],
  [
    'options of ours',
    pulling('{ otelier/prometheus: { basePath: /x, base_path: x, max_in_flight: 0 } }'),
    [
      `${scrape}.otelier/prometheus.basePath: expected a known key: host, port, base_path,`,
      `${scrape}.otelier/prometheus.base_path: got "x", expected a path such as`,
      `${scrape}.otelier/prometheus.max_in_flight: got 0, expected scrapes from 1`,
    ],
  ],
  [
    'options of ours that are no mapping',
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
      `${view}.selector.unit: got 1, expected a text`,
      `${view}.stream.attribute_keys.included: expected a list of texts`,
      `${view}.stream.aggregation: expected a mapping with one key: default, drop,`,
      `${view}.stream.aggregation_cardinality_limit: got 0, expected series from 1`,
    ],
  ],
  ['a view of one half', viewing('{ selector: { instrument_name: a } }'), [`${view}.stream: expected a mapping`]],
  [
    'a view that names many',
    viewing('{ selector: { instrument_name: a* }, stream: { name: b } }'),
    [`${view}: got an object (Object), expected a view (view "b" renames several instruments`],
  ],
  [
    'buckets',
    viewing('{ selector: { }, stream: { aggregation: { explicit_bucket_histogram: { boundaries: [1, 1] } } } }'),
    [`${view}.stream.aggregation.explicit_bucket_histogram.boundaries: got [1,1], expected numbers, each greater`],
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
    'another aggregation',
    viewing('{ selector: { }, stream: { aggregation: { median: } } }'),
    [`${view}.stream.aggregation.median: got null, expected one of default,`],
  ],
  [
    'the resource',
    'resource: { attributes: [{ value: 1 }, { name: a }, { name: b, value: x, type: int }, { name: c, value: { d: 1 } }, { name: e, value: 1, type: number }], attributes_list: abc, schema: x, detection/development: { detectors: [{ gpu: }, host] } }',
    [
      'resource.schema: expected a known key: attributes,',
      'resource.attributes_list: got "abc", expected key=value pairs',
      'resource.attributes[0].name: expected the name of an attribute',
      'resource.attributes[1].value: expected the value of an attribute',
      'resource.attributes[2].value: got "x", expected type int',
      'resource.attributes[3].value: got an object (Object), expected a text, a number',
      'resource.attributes[4].type: got "number", expected one of string, bool',
      'resource.detection/development.detectors[0].gpu: got null, expected one of the detectors container, host,',
      'resource.detection/development.detectors[1]: expected a mapping with one key: container,',
    ],
  ],
  [
    'our general options',
    'distribution: { otelier: { shutdown_timeout_ms: soon, disabled: true } }',
    [
      'distribution.otelier.disabled: expected a known key: spool_directory,',
      'distribution.otelier.shutdown_timeout_ms: got "soon", expected milliseconds from 1',
    ],
  ],
  ['a quote that is not closed', 'disabled: "true\nresource: {}', ['3:13: expected YAML (']],
  ['a key that is there twice', 'disabled: true\ndisabled: false', ['3:1: expected YAML (Map keys must be unique']],
  ['an alias of nothing', 'disabled: *unknown', [' expected YAML (Unresolved alias']],
  [
    'sections that are not ours',
    'tracer_provider: { processors: 4 }',
    ['tracer_provider.processors: expected what the schema asks for (must be array)'],
  ],
])('%s', (_, text, expected) => {
  test('is told', async () => {
    const problems = await problemsOf(text);
    expect(problems.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
    expect(warnings().join('\n')).not.toContain('secret');
  });
});
