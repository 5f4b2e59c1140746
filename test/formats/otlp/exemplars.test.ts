/** Exemplars over OTLP, which the stock encoder omits. */
import { emptyResource } from '@opentelemetry/resources';
import { expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import type { Exemplar } from '../../../src/model/points.js';
import { type Message, pointsOfRequest } from './message.js';
import { streamOf, streams, visit } from './walks.js';

const traceId = '0123456789abcdef0123456789abcdef';
const spanId = 'fedcba9876543210';
const exemplar: Exemplar = { value: 2.5, timeUnixMs: 1_700_000_000_123, traceId, spanId, filteredAttributes: {} };
const kinds = Object.keys(streams) as (keyof typeof streams)[];
const a = { attributes: Object.freeze({ id: 'a' }), index: 0 };
const b = { attributes: Object.freeze({ id: 'b' }), index: 1 };

/** Returns the exemplars of each encoded point. */
function exemplarsOf(encoder: OtlpEncoder): (readonly Message[])[] {
  const [request] = encoder.requests();
  return pointsOfRequest(request as Uint8Array).map((point) => (point['exemplars'] ?? []) as Message[]);
}

test.each(kinds)('exemplars are part of their point: %s', (kind) => {
  const stream = streamOf(kind);
  const encoder = new OtlpEncoder();
  const plain = () => {
    encoder.begin(emptyResource());
    encoder.metric(stream, 'cumulative');
    visit(encoder, stream, a);
    visit(encoder, stream, b);
    encoder.end();
    return encoder.requests().map((request) => Buffer.from(request).toString('hex'));
  };
  const before = plain();
  encoder.begin(emptyResource());
  encoder.metric(stream, 'cumulative');
  const second = { ...exemplar, value: 3, traceId: undefined, spanId: undefined, filteredAttributes: { user: 7 } };
  visit(encoder, stream, a, { exemplars: [exemplar, second] });
  visit(encoder, stream, b);
  encoder.end();
  const time_unix_nano = 1_700_000_000_123_000_000n;
  const filtered_attributes = [{ key: 'user', value: { int_value: 7n } }];
  expect(exemplarsOf(encoder)).toEqual([
    [
      { time_unix_nano, as_double: 2.5, span_id: spanId, trace_id: traceId },
      { time_unix_nano, ...(kind === 'int' ? { as_int: 3n } : { as_double: 3 }), filtered_attributes },
    ],
    [],
  ]);
  const [withThem] = pointsOfRequest(encoder.requests()[0] as Uint8Array);
  const [without] = pointsOfRequest(Buffer.from(before[0] as string, 'hex'));
  expect({ ...withThem, exemplars: undefined }).toEqual({ ...without, exemplars: undefined });
  expect(plain()).toEqual(before);
});

test.each(kinds)('exemplars belong to their point only: %s', (kind) => {
  const [stream, other] = [streamOf(kind), streamOf(kind)];
  const encoder = new OtlpEncoder();
  for (let walk = 0; walk < 2; walk++) {
    encoder.begin(emptyResource());
    encoder.metric(stream, 'cumulative');
    visit(encoder, stream, b);
    visit(encoder, stream, a);
    encoder.metric(other, 'cumulative');
    visit(encoder, other, a);
    visit(encoder, other, b, { exemplars: [{ ...exemplar, value: 9.5 }] });
    // The first walk fails before its end.
    if (walk === 1) encoder.end();
  }
  expect(exemplarsOf(encoder).map((each) => each.map(({ as_double }) => as_double))).toEqual([[], [], [], [9.5]]);
});

test.each([
  ['', ''],
  ['abc', 'abc'],
  ['x'.repeat(32), 'x'.repeat(16)],
  [`${traceId}00`, `${spanId}00`],
])('omits invalid identifiers: %j', (traceId, spanId) => {
  const stream = streamOf('double');
  const encoder = new OtlpEncoder();
  encoder.begin(emptyResource());
  encoder.metric(stream, 'cumulative');
  visit(encoder, stream, a, { exemplars: [{ ...exemplar, traceId, spanId }] });
  encoder.end();
  expect(Object.keys(exemplarsOf(encoder)[0]?.[0] as Message)).toEqual(['time_unix_nano', 'as_double']);
});
