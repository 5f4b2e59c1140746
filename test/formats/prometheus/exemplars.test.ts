/** Exemplars in Prometheus formats: samples with exemplars, labels and length limit. */
import type { Attributes } from '@opentelemetry/api';
import { parseExposition, promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import type { Exemplar } from '../../../src/model/points.js';
import { encode, encodeText, formats } from './encoding.js';
import { collectionOf, endUnixMs, explicit, exponential, type MetricInput } from './metrics.js';
import { decodeFamilies, type ExemplarMessage } from './protobuf-message.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

const exemplar = (value: number, filteredAttributes: Attributes = {}): Exemplar => ({
  value,
  timeUnixMs: endUnixMs - 500,
  traceId,
  spanId,
  filteredAttributes,
});

const seconds = (endUnixMs - 500) / 1_000;

interface ReadExemplar {
  readonly labels: Record<string, string>;
  readonly value: number;
  readonly at: number | undefined;
}

/** Returns the exemplars of an OpenMetrics response by sample name and bound. */
function exemplarsIn(text: string): Record<string, ReadExemplar> {
  const samples = parseExposition(text, 'openmetrics').flatMap((family) => family.samples);
  return Object.fromEntries(
    samples.flatMap(({ name, labels, exemplar: found }) => {
      if (found === undefined) return [];
      const read = { labels: Object.fromEntries(found.labels), value: found.value, at: found.timestamp };
      return [[`${name} ${labels.get('le') ?? ''}`.trim(), read]];
    }),
  );
}

const messageOf = ({ label, value, timestamp }: ExemplarMessage) => ({
  labels: Object.fromEntries(label.map(({ name, value: text }) => [name, text])),
  value: value ?? 0,
  at: (timestamp?.seconds ?? 0) + (timestamp?.nanos ?? 0) / 1e9,
});

const wait: MetricInput = {
  name: 'wait',
  kind: 'histogram',
  points: [[{}, explicit([1, 2], [1, 1, 1], 6)]],
};
const orders: MetricInput = { name: 'orders', kind: 'counter', points: [[{}, 3]] };

test('OpenMetrics: counters and buckets have trace, value and time', () => {
  const exemplars = ({ kind }: { kind: string }) =>
    kind === 'counter' ? [exemplar(2)] : [exemplar(0.5), exemplar(2), exemplar(9)];
  const text = encodeText('openmetrics', collectionOf([orders, wait]), {}, { exemplars });
  const labels = { trace_id: traceId, span_id: spanId };
  expect(exemplarsIn(text)).toEqual({
    orders_total: { labels, value: 2, at: seconds },
    'wait_bucket 1.0': { labels, value: 0.5, at: seconds },
    'wait_bucket 2.0': { labels, value: 2, at: seconds },
    'wait_bucket +Inf': { labels, value: 9, at: seconds },
  });
});

test('protobuf: counters and buckets have trace, value and time', () => {
  const exemplars = ({ kind }: { kind: string }) => (kind === 'counter' ? [exemplar(2)] : [exemplar(2), exemplar(9)]);
  const families = decodeFamilies(
    encode('protobuf', collectionOf([orders, wait]), { targetInfo: false }, { exemplars }),
  );
  const labels = { trace_id: traceId, span_id: spanId };
  expect(families[0]?.metric.map(({ counter }) => messageOf(counter?.exemplar as ExemplarMessage))).toEqual([
    { labels, value: 2, at: seconds },
  ]);
  const buckets = families[1]?.metric[0]?.histogram?.bucket ?? [];
  expect(buckets.map((bucket) => (bucket.exemplar === undefined ? undefined : messageOf(bucket.exemplar)))).toEqual([
    undefined,
    { labels, value: 2, at: seconds },
    { labels, value: 9, at: seconds },
  ]);
});

test('native histograms list exemplars beside the buckets, each with its time', () => {
  const metrics: MetricInput[] = [
    { name: 'size', kind: 'histogram', points: [[{}, exponential(0, { zero: 1, positive: [0, [2]] })]] },
  ];
  const exemplars = () => [exemplar(0), exemplar(1.5)];
  const [family] = decodeFamilies(encode('protobuf', collectionOf(metrics), { targetInfo: false }, { exemplars }));
  const found = family?.metric[0]?.histogram?.exemplars.map(messageOf);
  expect(found?.map(({ value, at }) => [value, at])).toEqual([
    [0, seconds],
    [1.5, seconds],
  ]);
});

test('text 0.0.4 has no exemplars', () => {
  const exemplars = () => [exemplar(1)];
  const text = encodeText('text', collectionOf([orders, wait]), {}, { exemplars });
  expect(text).toBe(encodeText('text', collectionOf([orders, wait])));
});

test.each(['gauge', 'upDownCounter', 'observableGauge'] as const)('a %s has no exemplars in any format', (kind) => {
  const collection = collectionOf([{ name: 'load', kind, points: [[{}, 1]] }]);
  for (const format of formats) {
    const bytes = encode(format, collection, {}, { exemplars: () => [exemplar(1)] });
    expect(bytes.equals(encode(format, collection))).toBe(true);
  }
});

test('an exemplar stays with its series', () => {
  const series = (lane: string) => [{ lane }, explicit([1], [1, 1], 3)] as const;
  const metrics: MetricInput[] = [{ ...wait, points: [series('a'), series('b'), series('c')] }];
  const exemplars = (_: unknown, { lane }: Attributes) => (lane === 'b' ? [exemplar(0.5)] : []);
  const text = encodeText('openmetrics', collectionOf(metrics), { scopeLabels: false }, { exemplars });
  const lines = text.split('\n').filter((line) => line.includes(' # {'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^wait_bucket\{lane="b",le="1.0"\} 1 # /);
});

describe('filtered attributes', () => {
  const labelsOf = (attributes: Attributes) => {
    const text = encodeText('openmetrics', collectionOf([orders]), {}, { exemplars: () => [exemplar(1, attributes)] });
    expect(promlint(text).filter(({ severity }) => severity === 'error')).toEqual([]);
    return exemplarsIn(text)['orders_total']?.labels;
  };

  test('are labels behind the trace, and do not replace it', () => {
    expect(labelsOf({ 'user.id': 'u"1', trace_id: 'mine', spanId: 'other' })).toMatchObject({
      trace_id: traceId,
      span_id: spanId,
      user_id: 'u"1',
      spanId: 'other',
    });
  });

  // The trace takes 8 + 32 + 7 + 16 characters of 128.
  test.each([
    ['fit up to the limit', { key: 'x'.repeat(62) }, true],
    ['are omitted beyond the limit', { key: 'x'.repeat(63) }, false],
    ['are counted in code points', { key: '😀'.repeat(62) }, true],
    ['are omitted beyond the limit in code points', { key: '😀'.repeat(63) }, false],
  ])('%s', (_, attributes, fits) => {
    expect(Object.keys(labelsOf(attributes) ?? {})).toEqual(['trace_id', 'span_id', ...(fits ? ['key'] : [])]);
  });

  test('omits a long attribute and keeps the next one', () => {
    expect(Object.keys(labelsOf({ long: 'x'.repeat(200), short: 'x' }) ?? {})).toEqual([
      'trace_id',
      'span_id',
      'short',
    ]);
  });
});

test('renders an empty label set without a trace', () => {
  const bare = { ...exemplar(2.5), traceId: undefined, spanId: undefined };
  const text = encodeText('openmetrics', collectionOf([orders]), { scopeLabels: false }, { exemplars: () => [bare] });
  expect(text).toContain(`\norders_total 3 # {} 2.5 ${seconds.toFixed(3)}\n`);
});

test('renders attributes without a trace', () => {
  const bare = { ...exemplar(2.5, { user: 'u1' }), traceId: undefined, spanId: undefined };
  const text = encodeText('openmetrics', collectionOf([orders]), { scopeLabels: false }, { exemplars: () => [bare] });
  expect(text).toContain(`\norders_total 3 # {user="u1"} 2.5 ${seconds.toFixed(3)}\n`);
});
