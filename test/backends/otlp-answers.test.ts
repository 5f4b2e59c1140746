/**
 * Answers with status 200: an `ExportMetricsServiceResponse` in protobuf or JSON is an acceptance (OTLP specification,
 * "OTLP/HTTP Response"); anything else is a refusal with its reason.
 */
import { gzipSync } from 'node:zlib';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const jobs = defineCatalogue({
  done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs done.', attributes: { queue: text() } }),
});
const series = 5;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Protocol = 'http/protobuf' | 'http/json';
type Reply = Exclude<Answer, 'hang'>;

/** Exports once to a peer with this answer. */
async function deliver(protocol: Protocol, answer: Omit<Reply, 'status'>) {
  const peer = await startHttpPeer(() => ({ status: 200, ...answer }));
  closing.push(peer.close);
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    withoutSelfMetrics: true,
    catalogues: { jobs },
    backends: [otlp({ endpoint: peer.url, protocol, timeoutMs: 1_000, headers: { 'api-key': 's3cret-key' } })],
  });
  closing.push(metrics.shutdown);
  for (let queue = 0; queue < series; queue++) metrics.jobs.done.add(1, { queue: `q${queue}` });
  const { ok } = await metrics.forceFlush();
  const { points, reason, delivered, failed } = metrics.status().backends[0] ?? {};
  return { ok, points, reason, delivered, failed, requests: peer.requests.length };
}

const hex = (digits: string) => Buffer.from(digits, 'hex');
const json = { 'content-type': 'application/json' };
const protobuf = { 'content-type': 'application/x-protobuf' };
const gzip = { 'content-encoding': 'gzip' };
/** partial_success { rejected_data_points: 2, error_message: "old" } */
const partial = '0a07080212036f6c64';
const page = '<!doctype html><html><head><style>b { color: red }</style></head><body><b>Sign in</b></body></html>';

const accepted: readonly [string, Omit<Reply, 'status'>, rejected: number][] = [
  ['no body', {}, 0],
  ['no body of type HTML', { headers: { 'content-type': 'text/html' } }, 0],
  ['an empty partial success', { body: hex('0a00'), headers: protobuf }, 0],
  ['an unknown field', { body: hex('7a026869'), headers: protobuf }, 0],
  ['a partial success', { body: hex(partial), headers: protobuf }, 2],
  ['a partial success without a content type', { body: hex(partial) }, 2],
  ['a partial success of another type', { body: hex(partial), headers: { 'content-type': 'text/plain' } }, 2],
  ['a partial success in gzip', { body: gzipSync(hex(partial)), headers: { ...protobuf, ...gzip } }, 2],
  ['no body in gzip', { headers: gzip }, 0],
  ['an empty JSON object', { body: '{}', headers: json }, 0],
  ['an empty JSON object without a content type', { body: ' {}\n' }, 0],
  ['JSON with an unknown status', { body: '{"status":"ok"}', headers: json }, 0],
  ['JSON with an empty partial success', { body: '{"partialSuccess":{}}', headers: json }, 0],
  ['JSON without a partial success', { body: '{"partialSuccess":null}', headers: json }, 0],
  ['JSON with ours and unknown fields', { body: '{"partialSuccess":{},"error":"old"}', headers: json }, 0],
  ['JSON with empty errors', { body: '{"error":null,"errors":[],"success":true}', headers: json }, 0],
  ['JSON with codes of success', { body: '{"code":0,"status":200,"message":"accepted"}', headers: json }, 0],
  ['JSON with unknown fields of later versions', { body: '{"receipt":{"id":"7"}}', headers: json }, 0],
  ['JSON with an empty partial success in snake_case', { body: '{"partial_success":{}}', headers: json }, 0],
  [
    'a partial success in snake_case',
    { body: '{"partial_success":{"rejected_data_points":2,"error_message":"old"}}', headers: json },
    2,
  ],
  ['a partial success in both spellings', { body: '{"partialSuccess":{"rejected_data_points":"2"}}' }, 2],
  ['an unknown field of a fixed length in protobuf', { body: hex('7d01000000'), headers: protobuf }, 0],
  ['a partial success with an unknown field', { body: hex('0a0708021d00000000') }, 2],
  ['a partial success in JSON', { body: '{"partialSuccess":{"rejectedDataPoints":"2"}}', headers: json }, 2],
];

const refused: readonly [string, Omit<Reply, 'status'>, reason: RegExp][] = [
  ['a login page', { body: page, headers: { 'content-type': 'text/html' } }, /is an HTML page: Sign in$/],
  ['a login page without a content type', { body: `\n${page}` }, /is an HTML page: Sign in$/],
  ['a login page declared as JSON', { body: page, headers: json }, /is an HTML page: Sign in$/],
  ['text of type HTML', { body: 'Sign in', headers: { 'content-type': 'text/html' } }, /is an HTML page: Sign in$/],
  ['plain text', { body: 'ok' }, /is not an OTLP response$/],
  ...['[]', '[{}]', 'null', '"ok"', '""', '42', '123456789', 'true', '-1.5'].map<
    [string, Omit<Reply, 'status'>, RegExp]
  >((body) => [`the JSON ${body}`, { body, headers: json }, /is JSON that is not an object$/]),
  ['JSON that is not an object, as protobuf', { body: '123456789', headers: protobuf }, /that is not an object$/],
  ['an error', { body: '{"error":"login"}', headers: json }, /reports an error: login$/],
  ['an error without a content type', { body: '{"error":"login"}' }, /reports an error: login$/],
  ['an error of OAuth', { body: '{"error":"invalid_token","error_description":"expired"}' }, /error: expired$/],
  ['an error that is an object', { body: '{"error":{"code":401,"message":"Sign in"}}' }, /error: Sign in$/],
  ['a list of errors', { body: '{"errors":["Forbidden"]}', headers: json }, /reports an error: Forbidden$/],
  ['a list of objects', { body: '{"errors":[{"detail":"Forbidden"}]}' }, /reports an error: Forbidden$/],
  ['a gRPC status', { body: '{"code":16,"message":"no token","details":[]}' }, /reports an error: no token$/],
  ['a code of text', { body: '{"code":"UNAUTHENTICATED","message":"no token"}' }, /reports an error: no token$/],
  ['problem details', { body: '{"type":"about:blank","title":"Denied","status":403}' }, /reports an error: Denied$/],
  ['a status of text', { body: '{"status":"error","message":"quota"}', headers: json }, /reports an error: quota$/],
  ['no success', { body: '{"success":false}', headers: json }, /reports an error: {"success":false}$/],
  ['white space', { body: ' \n' }, /is not an OTLP response$/],
  ['digits that are protobuf as well', { body: '00' }, /is not an OTLP response$/],
  ['text that is protobuf as well', { body: '1 is down.' }, /is not an OTLP response$/],
  ['a zeroed body', { body: Buffer.alloc(8), headers: protobuf }, /is not an OTLP response$/],
  ['a partial success of another type', { body: hex('0801'), headers: protobuf }, /is not an OTLP response$/],
  ['a partial success of a fixed length', { body: hex('0d00000000'), headers: protobuf }, /is not an OTLP response$/],
  ['a count of another type', { body: hex('0a020a00'), headers: protobuf }, /is not an OTLP response$/],
  ['a message of another type', { body: hex('0a021001'), headers: protobuf }, /is not an OTLP response$/],
  ['a message that is no text', { body: '{"partialSuccess":{"errorMessage":3}}' }, /is not an OTLP response$/],
  ['JSON cut short', { body: '{"partialSuccess":{', headers: json }, /is not an OTLP response$/],
  ['a partial success that is no object', { body: '{"partialSuccess":3}', headers: json }, /is not an OTLP response$/],
  ['a count that is no number', { body: '{"partialSuccess":{"rejectedDataPoints":"many"}}' }, /is not an OTLP/],
  ['protobuf cut short', { body: hex('0a0708'), headers: protobuf }, /is not an OTLP response$/],
  ['protobuf cut short in its first field', { body: hex('0a'), headers: protobuf }, /is not an OTLP response$/],
  ['protobuf garbage', { body: hex('ff00ff0a80ffffff'), headers: protobuf }, /is not an OTLP response$/],
  ['gzip garbage', { body: hex(partial), headers: { ...protobuf, ...gzip } }, /cannot be decompressed$/],
  ['an unknown encoding', { body: hex(partial), headers: { 'content-encoding': 'br' } }, /cannot be decompressed$/],
  ['gzip above 4 MiB', { body: gzipSync(Buffer.alloc(5 * 2 ** 20)), headers: gzip }, /exceeds 4 MiB$/],
  ['more than 4 MiB', { body: '\n'.repeat(5 * 2 ** 20) }, /exceeds 4 MiB$/],
  ['a body that breaks off', { body: hex('0a07'), headers: { 'content-length': '9' } }, /cut short after 2 bytes$/],
  ['a body that never comes', { headers: { 'content-length': '9' } }, /cut short after 0 bytes$/],
];

describe.each<Protocol>(['http/protobuf', 'http/json'])('%s', (protocol) => {
  test.each(accepted)('accepts %s', async (_, answer, rejected) => {
    expect(await deliver(protocol, answer)).toEqual({
      ok: true,
      points: { exported: series - rejected, rejected, dropped: {} },
      reason: undefined,
      delivered: 1,
      failed: 0,
      requests: 1,
    });
  });

  test.each(refused)('refuses %s', async (_, answer, reason) => {
    expect(await deliver(protocol, answer)).toEqual({
      ok: false,
      points: { exported: 0, rejected: 0, dropped: { refused: series } },
      reason: expect.stringMatching(reason),
      delivered: 0,
      failed: 1,
      requests: 1,
    });
  });
});

test('removes keys and control characters from the reason', async () => {
  const body = '<p>Your key\u001b s3cret-key expired</p>';
  const { reason } = await deliver('http/protobuf', { body });
  expect(reason).toBe('HTTP 200, but the response is an HTML page: Your key [redacted] expired');
});
