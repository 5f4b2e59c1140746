/** Requests of the OTLP encoder: size, resource and memory. */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import type { MetricStream } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import { decodeRequest, type Message } from './message.js';
import { collectionOf, metricOf, restricted, stockBytes } from './samples.js';
import { streamOf, visit } from './walks.js';

const { SUM } = DataPointType;

/** Returns the only request as hexadecimal text. */
function hexOf(requests: readonly Uint8Array[]): string {
  expect(requests).toHaveLength(1);
  return Buffer.from(requests[0] as Uint8Array).toString('hex');
}

test('encodes the resource of the last walk with the attributes that are available when requests are built', async () => {
  const encoder = new OtlpEncoder();
  expect(encoder.resource).toBeUndefined();
  const late = Promise.resolve('late');
  const resource = resourceFromAttributes({ early: 'early', late });
  const collection = { ...collectionOf(metricOf({ type: SUM, value: 1 })), resource };
  replay(collection, encoder);
  expect(encoder.resource).toBe(resource);
  await encoder.resource?.waitForAsyncAttributes?.();
  const request = hexOf(encoder.requests());
  expect(request).toContain(Buffer.from('late').toString('hex'));
  expect(request).toBe(stockBytes(collection).toString('hex'));
});

/** Encodes streams of 1,000 series each, and returns the decoded requests. */
function largeWalk(encoder: OtlpEncoder): Message[] {
  const every = new Map<MetricStream, readonly Attributes[]>();
  for (const kind of ['double', 'histogram', 'exponential'] as const) {
    const attributes = Array.from({ length: 1_000 }, (_, id) => Object.freeze({ id, text: 'x'.repeat(id % 90) }));
    every.set(streamOf(kind, { scope: { name: kind, schemaUrl: 'u' }, description: 'D.' }), attributes);
  }
  encoder.begin(resourceFromAttributes({ 'service.name': 'large' }, { schemaUrl: 'r' }));
  for (const [stream, series] of every) {
    encoder.metric(stream, 'delta');
    for (const [index, attributes] of series.entries()) {
      visit(encoder, stream, { attributes, index }, { value: index });
    }
  }
  encoder.end();
  return encoder.requests().map(decodeRequest);
}

/** Returns each point with its resource, scope and metric. */
function inFull({ resource_metrics }: Message): unknown[] {
  const [{ scope_metrics, ...resource }] = resource_metrics as [{ scope_metrics: Message[] }];
  return scope_metrics.flatMap(({ metrics, ...scopeRest }) =>
    (metrics as Message[]).flatMap(({ sum, histogram, exponential_histogram, ...metric }) => {
      const { data_points, ...data } = (sum ?? histogram ?? exponential_histogram) as { data_points: Message[] };
      return data_points.map((point) => ({ resource, scopeRest, metric, data, point }));
    }),
  );
}

test.each([1_000, 10_000, 61_000, 200_000])('builds requests of at most %i bytes', (maxRequestBytes) => {
  const whole = inFull(largeWalk(new OtlpEncoder())[0] as Message);
  const encoder = new OtlpEncoder({ maxRequestBytes });
  const split = largeWalk(encoder);
  const lengths = encoder.requests().map(({ length }) => length);
  expect(whole).toHaveLength(3_000);
  expect(split.flatMap(inFull)).toEqual(whole);
  expect(encoder.oversized).toBe(0);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(maxRequestBytes);
  // Points have less than 260 bytes, so that a request with more free space would have another point.
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(maxRequestBytes - 260);
});

test('counts a point that exceeds the limit, and sends the others', () => {
  const values = [{}, { attributes: { long: 'x'.repeat(500) } }, { attributes: { n: 1 } }];
  const encoder = new OtlpEncoder({ maxRequestBytes: 200 });
  const collection = collectionOf(metricOf({ type: SUM, value: 1 }, ...values));
  replay(collection, encoder);
  expect(encoder.points).toBe(4);
  const sent = restricted(collection, (index) => index !== 2);
  expect(hexOf(encoder.requests())).toBe(stockBytes(sent).toString('hex'));
  expect(encoder.oversized).toBe(1);
  replay(sent, encoder);
  expect(encoder.oversized).toBe(0);
});

test('fills a request up to the limit exactly', () => {
  const collection = collectionOf(metricOf({ type: SUM, value: 1 }, { attributes: { n: 1 } }));
  const all = stockBytes(collection);
  for (const [maxRequestBytes, requests] of [
    [all.length, 1],
    [all.length - 1, 2],
  ] as const) {
    const encoder = new OtlpEncoder({ maxRequestBytes });
    replay(collection, encoder);
    expect(encoder.requests()).toHaveLength(requests);
  }
});

test('sends a point that fills a request alone, also after other points', () => {
  const long = { attributes: { long: 'x'.repeat(500) } };
  const collection = collectionOf(metricOf({ type: SUM, value: 1 }, { attributes: { n: 1 } }, long));
  const alone = stockBytes(restricted(collection, (index) => index === 2)).length;
  for (const [maxRequestBytes, oversized] of [
    [alone, 0],
    [alone - 1, 1],
  ] as const) {
    const encoder = new OtlpEncoder({ maxRequestBytes });
    replay(collection, encoder);
    expect(encoder.requests().map(({ length }) => length === alone)).toEqual(oversized === 0 ? [false, true] : [false]);
    expect(encoder.oversized).toBe(oversized);
  }
});

describe('memory of requests', () => {
  const collection = collectionOf(metricOf({ type: SUM, value: 1 }));
  const next = (encoder: OtlpEncoder) => {
    replay(collection, encoder);
    return encoder.requests()[0] as Uint8Array;
  };

  test('is reused after recycle, and not before', () => {
    const encoder = new OtlpEncoder();
    const first = next(encoder);
    const second = next(encoder);
    expect(second.buffer).not.toBe(first.buffer);
    encoder.recycle([first]);
    const third = next(encoder);
    expect(third.buffer).toBe(first.buffer);
    expect(Buffer.from(third).equals(second)).toBe(true);
    expect(next(encoder).buffer).not.toBe(first.buffer);
  });

  test('is released if the next requests do not use it', () => {
    const encoder = new OtlpEncoder();
    const spent = [next(encoder), next(encoder)];
    encoder.recycle(spent);
    const buffers = [next(encoder), next(encoder)].map(({ buffer }) => buffer);
    expect(buffers.filter((buffer) => spent.some((other) => other.buffer === buffer))).toHaveLength(1);
  });

  test('is not taken from foreign requests, or twice', () => {
    const encoder = new OtlpEncoder();
    const first = next(encoder);
    const foreign = new Uint8Array(1_000);
    encoder.recycle([foreign, first, first]);
    expect(next(encoder).buffer).toBe(first.buffer);
    encoder.recycle([first]);
    expect(next(encoder).buffer).not.toBe(first.buffer);
    encoder.recycle([foreign]);
    expect(next(encoder).buffer).not.toBe(foreign.buffer);
  });
});
