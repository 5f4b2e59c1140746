/** OTLP over JSON: the same data as protobuf, both decoded by a protobuf library. */
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import { OtlpJsonEncoder } from '../../../src/formats/otlp/json-encoder.js';
import type { Exemplar, PointVisitor } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import { decodeJsonRequest, decodeProtobufRequest } from '../../support/otlp-messages.js';
import { withExemplars } from '../../support/points.js';
import { anyAttributes, anyCollection, anyTime, pointCount, restricted } from './samples.js';
import { streamOf, visit } from './walks.js';

const hexadecimal = (length: number) =>
  fc.oneof(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length }));

const anyExemplar: fc.Arbitrary<Exemplar> = fc.record({
  value: fc.oneof(fc.maxSafeInteger(), fc.double()),
  timeUnixMs: anyTime,
  traceId: fc.oneof(fc.constantFrom(undefined, '', 'no identifier'), hexadecimal(32)),
  spanId: fc.oneof(fc.constantFrom(undefined, 'abcd'), hexadecimal(16)),
  filteredAttributes: anyAttributes,
});

/** Returns a visitor that adds exemplars to the points of a walk: those of the list in turn. */
function exemplarsAdded(visitor: PointVisitor, exemplars: readonly (readonly Exemplar[])[]): PointVisitor {
  let next = 0;
  const more = () => exemplars[next++ % exemplars.length] ?? [];
  return {
    begin: (resource) => visitor.begin?.(resource),
    metric: (stream, temporality) => visitor.metric(stream, temporality),
    number: (point) => visitor.number(withExemplars(point, more())),
    histogram: (point) => visitor.histogram(withExemplars(point, more())),
    exponentialHistogram: (point) => visitor.exponentialHistogram(withExemplars(point, more())),
    end: () => visitor.end?.(),
  };
}

test('any recording in JSON and in protobuf decodes to the same data', () => {
  const encoders = { json: new OtlpJsonEncoder(), protobuf: new OtlpEncoder() };
  const anyExemplars = fc.array(fc.array(anyExemplar, { maxLength: 2 }), { maxLength: 3 });
  fc.assert(
    fc.property(anyCollection, anyExemplars, (collection, exemplars) => {
      for (const encoder of Object.values(encoders)) replay(collection, exemplarsAdded(encoder, exemplars));
      const [json] = encoders.json.requests();
      const [protobuf] = encoders.protobuf.requests();
      expect(decodeJsonRequest(json as Uint8Array)).toEqual(decodeProtobufRequest(protobuf as Uint8Array));
      expect(encoders.json.points).toBe(pointCount(collection));
      expect(encoders.json.pointsOfRequests).toEqual([pointCount(collection)]);
    }),
    { numRuns: 500 },
  );
});

test('splits into requests of maximal size', () => {
  const whole = new OtlpJsonEncoder();
  fc.assert(
    fc.property(anyCollection, fc.integer({ min: 1, max: 2_000 }), (collection, maxRequestBytes) => {
      const alone = (chosen: (index: number) => boolean): Buffer => {
        replay(restricted(collection, chosen), whole);
        return whole.requests()[0] as Buffer;
      };
      const fits = (chosen: (index: number) => boolean) => alone(chosen).length <= maxRequestBytes;
      const indexes = Array.from({ length: pointCount(collection) }, (_, index) => index);
      const sent = indexes.filter((index) => fits((other) => other === index));
      const encoder = new OtlpJsonEncoder({ maxRequestBytes });
      replay(collection, encoder);
      const requests = encoder.requests();
      expect(encoder.oversized).toBe(indexes.length - sent.length);
      let next = 0;
      for (const [index, request] of requests.entries()) {
        const count = encoder.pointsOfRequests[index] as number;
        const part = new Set(sent.slice(next, next + count));
        next += count;
        expect(request.toString()).toBe(alone((each) => part.has(each)).toString());
        expect(request.length).toBeLessThanOrEqual(maxRequestBytes);
        const more = sent[next];
        if (more !== undefined) expect(fits((each) => part.has(each) || each === more)).toBe(false);
      }
      expect(next).toBe(sent.length);
    }),
    { numRuns: 200 },
  );
});

test('attribute values that JSON numbers cannot express', () => {
  const values = {
    none: Number.NaN,
    high: Number.POSITIVE_INFINITY,
    low: Number.NEGATIVE_INFINITY,
    beyond: 2 ** 63,
    least: -(2 ** 63),
    whole: 7,
    list: [Number.NaN, 1.5, 2 ** 64],
    bytes: Uint8Array.of(1, 255) as unknown as string,
    surrogate: '\ud83d!',
  };
  const encoder = new OtlpJsonEncoder();
  encoder.begin(emptyResource());
  const stream = streamOf('int');
  encoder.metric(stream, 'delta');
  visit(encoder, stream, { attributes: values, index: 0 }, { value: 3 });
  encoder.end();
  const [{ scopeMetrics }] = JSON.parse(String(encoder.requests()[0])).resourceMetrics;
  expect(scopeMetrics).toEqual([
    {
      scope: { name: 's' },
      metrics: [
        {
          name: 'i',
          sum: {
            aggregationTemporality: 1,
            isMonotonic: true,
            dataPoints: [
              {
                attributes: [
                  { key: 'none', value: { doubleValue: 'NaN' } },
                  { key: 'high', value: { doubleValue: 'Infinity' } },
                  { key: 'low', value: { doubleValue: '-Infinity' } },
                  { key: 'beyond', value: { doubleValue: 2 ** 63 } },
                  { key: 'least', value: { intValue: '-9223372036854775808' } },
                  { key: 'whole', value: { intValue: '7' } },
                  {
                    key: 'list',
                    value: {
                      arrayValue: { values: [{ doubleValue: 'NaN' }, { doubleValue: 1.5 }, { doubleValue: 2 ** 64 }] },
                    },
                  },
                  { key: 'bytes', value: { bytesValue: 'Af8=' } },
                  { key: 'surrogate', value: { stringValue: '\ufffd!' } },
                ],
                startTimeUnixNano: '1000000000',
                timeUnixNano: '2000000000',
                asInt: '3',
              },
            ],
          },
        },
      ],
    },
  ]);
});

test('exemplars have hexadecimal identifiers', () => {
  const traceId = '0123456789abcdef0123456789abcdef';
  const spanId = 'fedcba9876543210';
  const exemplar = { value: 2.5, timeUnixMs: 1_700_000_000_123, traceId, spanId, filteredAttributes: { user: 7 } };
  const encoder = new OtlpJsonEncoder();
  encoder.begin(resourceFromAttributes({ a: 1 }));
  const stream = streamOf('histogram');
  encoder.metric(stream, 'cumulative');
  visit(encoder, stream, { attributes: {}, index: 0 }, { exemplars: [exemplar] });
  encoder.end();
  const { resourceMetrics } = JSON.parse(String(encoder.requests()[0]));
  expect(resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints[0].exemplars).toEqual([
    {
      timeUnixNano: '1700000000123000000',
      asDouble: 2.5,
      traceId,
      spanId,
      filteredAttributes: [{ key: 'user', value: { intValue: '7' } }],
    },
  ]);
});

test('a walk without points has no requests', () => {
  const encoder = new OtlpJsonEncoder();
  expect(encoder.requests()).toEqual([]);
  encoder.begin(emptyResource());
  encoder.metric(streamOf('double'), 'delta');
  encoder.end();
  expect(encoder.requests()).toEqual([]);
  expect(encoder.points).toBe(0);
});
