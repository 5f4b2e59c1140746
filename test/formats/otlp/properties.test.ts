/** Properties of the OTLP encoder: the bytes equal those of the stock encoder, also when requests are split. */
import { emptyResource } from '@opentelemetry/resources';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import type { ExponentialBuckets, MetricStream, PointVisitor, SeriesKey } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import { ResourceMetricsBuilder } from '../../../src/model/resource-metrics.js';
import { exponentialPoint, histogramPoint, numberPoint } from '../../support/points.js';
import { decodeRequest, pointsOfRequest } from './message.js';
import {
  anyAttributes,
  anyCollection,
  anyText,
  anyTime,
  anyValue,
  pointCount,
  restricted,
  stockBytes,
} from './samples.js';

const hex = (requests: readonly Uint8Array[]) => requests.map((request) => Buffer.from(request).toString('hex'));

test('encodes any collection as the stock encoder does, also when repeated', () => {
  const encoder = new OtlpEncoder();
  fc.assert(
    fc.property(anyCollection, (collection) => {
      const expected = [stockBytes(collection).toString('hex')];
      for (let times = 0; times < 2; times++) {
        replay(collection, encoder);
        expect(encoder.points).toBe(pointCount(collection));
        expect(hex(encoder.requests())).toEqual(expected);
      }
      expect(hex(encoder.requests())).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('splits into requests of maximal size, each equal to the bytes of the stock encoder', () => {
  fc.assert(
    fc.property(anyCollection, fc.integer({ min: 1, max: 2_000 }), (collection, maxRequestBytes) => {
      const fits = (chosen: (index: number) => boolean) =>
        stockBytes(restricted(collection, chosen)).length <= maxRequestBytes;
      const indexes = Array.from({ length: pointCount(collection) }, (_, index) => index);
      const sent = indexes.filter((index) => fits((other) => other === index));
      const encoder = new OtlpEncoder({ maxRequestBytes });
      replay(collection, encoder);
      const requests = encoder.requests();
      expect(encoder.points).toBe(indexes.length);
      expect(encoder.oversized).toBe(indexes.length - sent.length);
      let next = 0;
      for (const request of requests) {
        decodeRequest(request);
        const count = pointsOfRequest(request).length;
        const part = new Set(sent.slice(next, next + count));
        next += count;
        expect(hex([request])).toEqual(hex([stockBytes(restricted(collection, (index) => part.has(index)))]));
        expect(request.length).toBeLessThanOrEqual(maxRequestBytes);
        const more = sent[next];
        if (more !== undefined) expect(fits((index) => part.has(index) || index === more)).toBe(false);
      }
      expect(next).toBe(sent.length);
    }),
    { numRuns: 300 },
  );
});

/** Visit of a series; streams and series are the same objects in each walk, as in the engine. */
interface Visit {
  readonly series: SeriesKey;
  readonly startMs: number;
  readonly endMs: number;
  readonly value: unknown;
}

const kinds = {
  counter: { kind: 'counter', points: 'number', sum: true, monotonic: true, type: DataPointType.SUM },
  gauge: { kind: 'gauge', points: 'number', sum: false, monotonic: false, type: DataPointType.GAUGE },
  histogram: { kind: 'histogram', points: 'histogram', sum: true, monotonic: true, type: DataPointType.HISTOGRAM },
  exponential: {
    kind: 'histogram',
    points: 'exponentialHistogram',
    sum: true,
    monotonic: true,
    type: DataPointType.EXPONENTIAL_HISTOGRAM,
  },
} as const;

const scopes = [{ name: 'one' }, { name: 'two', version: '2', schemaUrl: 'https://example.org' }];

/** Generates a stream with its series, and walks that visit some of them, mostly in order. */
const anyStream = fc
  .tuple(
    fc.constantFrom(...Object.values(kinds)),
    fc.constantFrom(...scopes),
    fc.constantFrom(0 as const, 1 as const),
    fc.array(anyAttributes, { minLength: 1, maxLength: 6 }),
    anyText,
  )
  .chain(([{ type, ...kind }, scope, valueType, attributes, name]) => {
    const stream: MetricStream = { ...kind, name, description: '', unit: '1', scope, valueType };
    const series = attributes.map((each, index) => ({ attributes: Object.freeze(each), index }));
    const visits = fc
      .oneof(
        { weight: 3, arbitrary: fc.constant(series) },
        { weight: 2, arbitrary: fc.subarray(series) },
        { weight: 1, arbitrary: fc.shuffledSubarray(series) },
      )
      .chain((visited) =>
        fc.tuple(
          ...visited.map((each) =>
            fc.record({
              series: fc.constant(each),
              startMs: fc.oneof(fc.constant(1_700_000_000_000), anyTime),
              endMs: anyTime,
              value: anyValue[type],
            }),
          ),
        ),
      ) as fc.Arbitrary<Visit[]>;
    return fc.record({
      stream: fc.constant(stream),
      temporality: fc.constantFrom('delta' as const, 'cumulative' as const),
      walks: fc.array(visits, { minLength: 6, maxLength: 6 }),
    });
  });

function visit(visitor: PointVisitor, { series, startMs, endMs, value }: Visit): void {
  // biome-ignore lint/suspicious/noExplicitAny: a number or one of two kinds of histograms, distinguished here.
  const any = value as any;
  const common = { series, startUnixMs: startMs, endUnixMs: endMs };
  if (typeof value === 'number') visitor.number(numberPoint({ ...common, value }));
  else if (any.buckets !== undefined) {
    const { count, sum, min, max, buckets } = any;
    // Counts may start anywhere in their array.
    const counts = Float64Array.from([7, 7, ...buckets.counts, 7]);
    const { boundaries } = buckets;
    visitor.histogram(histogramPoint({ ...common, count, sum, min, max, boundaries, counts, from: 2 }));
  } else {
    const { count, sum, min, max, scale, zeroCount } = any;
    const [positive, negative] = [any.positive, any.negative].map(
      ({ offset, bucketCounts }): ExponentialBuckets => ({
        offset,
        counts: Float64Array.from([7, ...bucketCounts, 7]),
        from: 1,
        length: bucketCounts.length,
      }),
    ) as [ExponentialBuckets, ExponentialBuckets];
    const fields = { count, sum, min, max, scale, zeroCount, positive, negative };
    visitor.exponentialHistogram(exponentialPoint({ ...common, ...fields }));
  }
}

test('cached templates do not affect the bytes of later walks', () => {
  fc.assert(
    fc.property(fc.array(anyStream, { minLength: 1, maxLength: 3 }), (streams) => {
      const encoder = new OtlpEncoder();
      for (let walk = 0; walk < 6; walk++) {
        const builder = new ResourceMetricsBuilder(emptyResource());
        encoder.begin(emptyResource());
        for (const visitor of [encoder, builder] as PointVisitor[]) {
          for (const { stream, temporality, walks } of streams) {
            visitor.metric(stream, temporality);
            for (const each of walks[walk] as Visit[]) visit(visitor, each);
          }
          visitor.end?.();
        }
        const built = builder.result();
        expect(hex(encoder.requests())).toEqual(built.scopeMetrics.length === 0 ? [] : hex([stockBytes(built)]));
      }
    }),
    { numRuns: 300 },
  );
});
