/** Template cache of the OTLP encoder: hits, evictions, and walks that fail. */
import type { Attributes } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { expect, test } from 'vitest';
import { OtlpEncoder } from '../../../src/formats/otlp/encoder.js';
import type { MetricStream } from '../../../src/model/points.js';
import { heapUsed } from '../../engine/heap.js';
import { SeriesKeys } from '../../support/points.js';
import { pointsOfRequest } from './message.js';
import { streamOf, visit } from './walks.js';

const walk = (
  encoder: OtlpEncoder,
  stream: MetricStream,
  temporality: 'delta' | 'cumulative',
  series: Attributes[],
  keys: SeriesKeys,
) => {
  encoder.begin(emptyResource());
  encoder.metric(stream, temporality);
  for (const attributes of series) visit(encoder, stream, keys.of(attributes));
  encoder.end();
};
const series = (count: number, walk = 0) => Array.from({ length: count }, (_, id) => Object.freeze({ id, walk }));

const kinds = ['double', 'histogram', 'exponential'] as const;
const temporalities = ['cumulative', 'delta'] as const;

test.each(kinds.flatMap((kind) => temporalities.map((temporality) => ({ kind, temporality }))))(
  'evicts series that no longer exist: $kind, $temporality',
  ({ kind, temporality }) => {
    const encoder = new OtlpEncoder();
    const stream = streamOf(kind);
    const kept: Attributes[] = series(10);
    const keys = new SeriesKeys();
    const runWalk = (number: number) => {
      const added = series(300, number);
      walk(encoder, stream, temporality, [...kept, ...added], keys);
      for (const [index, each] of added.entries()) if (index !== 150) keys.retire(each);
      // One series of each walk is kept. The templates of the other series must be released.
      kept.push(added[150] as Attributes);
    };
    for (let number = 0; number < 50; number++) runWalk(number);
    const before = heapUsed();
    for (let number = 0; number < 150; number++) runWalk(number);
    expect(heapUsed() - before).toBeLessThan(1_000_000);
  },
);

test('evicts streams that no longer exist', () => {
  const encoder = new OtlpEncoder();
  walk(encoder, streamOf('double'), 'cumulative', series(1), new SeriesKeys());
  const before = heapUsed();
  const kept: MetricStream[] = [];
  for (let number = 0; number < 100; number++) {
    kept.push(streamOf('double'));
    walk(encoder, kept.at(-1) as MetricStream, 'cumulative', series(500), new SeriesKeys());
  }
  expect(heapUsed() - before).toBeLessThan(1_000_000);
});

test('encodes each series once', () => {
  const encoder = new OtlpEncoder();
  const stream = streamOf('double');
  let reads = 0;
  const watched = Array.from({ length: 100 }, (_, id) => {
    return Object.defineProperty({}, 'id', {
      enumerable: true,
      get: () => {
        reads++;
        return id;
      },
    }) as Attributes;
  });
  const visits = [
    watched,
    watched,
    watched.filter((_, id) => id % 3 === 0),
    watched.filter((_, id) => id % 3 !== 0),
    [...watched].reverse(),
    ...Array.from({ length: 10 }, () => watched.slice(50)),
    watched,
  ];
  const keys = new SeriesKeys();
  for (const visited of visits) walk(encoder, stream, 'delta', visited, keys);
  expect(reads).toBe(100);
  for (const visited of [watched.slice(1), watched]) walk(encoder, stream, 'cumulative', visited, keys);
  expect(reads).toBe(101);
  // A new series at the start of the walk, such as an overflow series.
  const [last, ...others] = [watched.pop() as Attributes, ...watched];
  walk(encoder, stream, 'cumulative', others, keys);
  for (let times = 0; times < 3; times++) walk(encoder, stream, 'cumulative', [last, ...others], keys);
  expect(reads).toBe(102);
});

test('does not overwrite a point with a second point of its series, or a second visit of its stream', () => {
  const stream = streamOf('double');
  const [one, two] = series(2) as readonly Attributes[] as [Attributes, Attributes];
  const encoder = new OtlpEncoder();
  const keys = new SeriesKeys();
  let value = 0;
  for (const visited of [
    [one, two],
    [two, one, two, one],
    [two, one, two, one],
  ]) {
    encoder.begin(emptyResource());
    for (let times = 0; times < 2; times++) {
      encoder.metric(stream, 'cumulative');
      for (const attributes of visited) visit(encoder, stream, keys.of(attributes), { value: value++ });
    }
    encoder.end();
    const values = pointsOfRequest(encoder.requests()[0] as Uint8Array).map(({ as_double }) => as_double);
    expect(values).toEqual(Array.from(values, (_, index) => value - values.length + index));
    expect(values).toHaveLength(visited.length * 2);
  }
});

test('recovers from a walk that failed', () => {
  const encoder = new OtlpEncoder();
  const stream = streamOf('exponential');
  const [one, two] = series(2) as readonly Attributes[] as [Attributes, Attributes];
  encoder.begin(emptyResource());
  encoder.metric(stream, 'cumulative');
  const keys = new SeriesKeys();
  visit(encoder, stream, keys.of(one));
  walk(encoder, stream, 'cumulative', [two], keys);
  expect(encoder.points).toBe(1);
  expect(pointsOfRequest(encoder.requests()[0] as Uint8Array)).toHaveLength(1);
});
