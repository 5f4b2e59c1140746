/** Reads the exporters `otlp_http` and `otlp_grpc` of the schema into options of the backend `otlp`. */
import type { OptionTable } from '../../options/option.js';
import type { FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';
import { OptionValuesReader } from './option-values.js';
import { readPairs } from './pairs.js';

const encodings = { protobuf: 'http/protobuf', json: 'http/json' };
/** Values of `temporality_preference`. */
export const temporalities = { cumulative: 'cumulative', delta: 'delta', low_memory: 'lowmemory' };
/** Values of `default_histogram_aggregation`. */
export const histograms = {
  explicit_bucket_histogram: 'explicit_bucket_histogram',
  base2_exponential_bucket_histogram: 'base2_exponential_bucket_histogram',
};

/** Keys of both exporters. */
const commonKeys = [
  'endpoint',
  'tls',
  'headers',
  'headers_list',
  'compression',
  'timeout',
  'temporality_preference',
  'default_histogram_aggregation',
];
const tlsKeys = ['ca_file', 'key_file', 'cert_file'];

/** Reads OTLP over HTTP. */
export function readOtlpHttp(node: ConfigNode, table: OptionTable): FileValues {
  node.hasOnly([...commonKeys, 'encoding']);
  const reader = new OptionValuesReader(table);
  reader.set('endpoint', node.at('endpoint'));
  readCommon(node, reader, tlsKeys);
  const encoding = node.at('encoding');
  reader.setTo('protocol', encoding.keyword(encodings), encoding);
  return reader.values;
}

/** Reads OTLP over gRPC. `tls.insecure` applies to an endpoint without a scheme, as the schema defines. */
export function readOtlpGrpc(node: ConfigNode, table: OptionTable): FileValues {
  node.hasOnly(commonKeys);
  const reader = new OptionValuesReader(table);
  reader.setTo('protocol', 'grpc', node);
  readCommon(node, reader, [...tlsKeys, 'insecure']);
  const insecure = node.at('tls').at('insecure').flag();
  const endpoint = node.at('endpoint').text(table['endpoint']?.expected, true);
  const isHost = endpoint !== undefined && /^[^/?#@\s]+$/.test(endpoint);
  reader.setTo('endpoint', isHost ? `${insecure ? 'http' : 'https'}://${endpoint}` : endpoint, node.at('endpoint'));
  return reader.values;
}

function readCommon(node: ConfigNode, reader: OptionValuesReader, keysOfTls: readonly string[]): void {
  const at = (key: string) => node.at(key);
  reader.setTo('headers', readHeaders(node), at('headers').isSet ? at('headers') : at('headers_list'));
  reader.set('compression', at('compression'));
  reader.set('timeoutMs', at('timeout'));
  reader.setTo('temporality', at('temporality_preference').keyword(temporalities), at('temporality_preference'));
  reader.setTo(
    'histogramAggregation',
    at('default_histogram_aggregation').keyword(histograms),
    at('default_histogram_aggregation'),
  );
  if (at('tls').hasOnly(keysOfTls)) readTls(at('tls'), reader);
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
