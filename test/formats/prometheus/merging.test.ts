/** Series that differ in OpenTelemetry and have equal labels in Prometheus: each format shows one series. */
import type { Attributes } from '@opentelemetry/api';
import { counter, defineCatalogue, optional, startMetrics, text } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { describe, expect, test } from 'vitest';
import type { Exemplar } from '../../../src/model/points.js';
import { replay } from '../../../src/model/replay.js';
import { stockReader } from '../../support/stock.js';
import { bytesOf, createExposition, type Format, formats, withMore } from './encoding.js';
import { collectionOf, explicit, exponential, type MetricInput, type PointValue } from './metrics.js';
import { protobufText } from './protobuf-text.js';
import { type Sample, samplesOf } from './samples.js';
import { streamOf, type Walked, walk } from './walks.js';

/** Attribute sets with equal labels. */
const alike: readonly (readonly [title: string, one: Attributes, other: Attributes])[] = [
  ['a number and its text', { code: 200 }, { code: '200' }],
  ['a boolean and its text', { hit: true }, { hit: 'true' }],
  ['a list and its JSON', { tags: ['a'] }, { tags: '["a"]' }],
  ['keys that are equal after escaping', { 'http.code': 'x' }, { http_code: 'x' }],
  ['an empty text and no attribute', { code: '' }, {}],
];

interface Merge {
  readonly title: string;
  readonly kind: MetricInput['kind'];
  readonly values: readonly PointValue[];
  /** Samples by name and bound in the text formats; also in protobuf if `inProtobuf` is absent. */
  readonly shown: Readonly<Record<string, number>>;
  /** Histogram as `protobufText` renders it. */
  readonly inProtobuf?: RegExp;
}

const merges: readonly Merge[] = [
  { title: 'counters are added', kind: 'counter', values: [2, 3], shown: { m_total: 5 } },
  { title: 'changes are added', kind: 'upDownCounter', values: [2, -3], shown: { m: -1 } },
  { title: 'the newest gauge is shown', kind: 'gauge', values: [2, -3], shown: { m: -3 } },
  {
    title: 'histograms are added',
    kind: 'histogram',
    values: [explicit([1, 2], [1, 0, 2], 7), explicit([1, 2], [0, 4, 1], 9)],
    shown: { 'm_bucket 1': 1, 'm_bucket 2': 5, 'm_bucket Infinity': 8, m_sum: 16, m_count: 8 },
  },
  {
    title: 'histograms with other boundaries are added at the boundaries of both',
    kind: 'histogram',
    values: [explicit([1, 2, 4, 8], [1, 1, 1, 1, 1], 20), explicit([2, 3, 8, 9], [1, 1, 1, 1, 1], 24)],
    shown: { 'm_bucket 2': 3, 'm_bucket 8': 7, 'm_bucket Infinity': 10, m_sum: 44, m_count: 10 },
  },
  {
    title: 'histograms without common boundaries keep sum and count',
    kind: 'histogram',
    values: [explicit([1], [1, 1], 3), explicit([2], [1, 1], 4)],
    shown: { 'm_bucket Infinity': 4, m_sum: 7, m_count: 4 },
  },
  {
    title: 'exponential histograms are added at the coarser scale',
    kind: 'histogram',
    values: [
      exponential(1, { zero: 1, positive: [1, [1, 2, 4]], sum: 11 }),
      exponential(0, { zero: 2, positive: [2, [8]], sum: 5 }),
    ],
    shown: {
      'm_bucket 0': 3,
      'm_bucket 2': 4,
      'm_bucket 4': 10,
      'm_bucket 8': 18,
      'm_bucket Infinity': 18,
      m_sum: 16,
      m_count: 18,
    },
    inProtobuf: /count 18 sum 16 created \d+\.\d+ schema 0 zero 3 positive 3 from 1 \[1 5 2\] /,
  },
];

const boundOf = (text: string) => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text));

function byName(samples: readonly Sample[]): Record<string, number> {
  const own = samples.filter(({ name }) => name !== 'target_info' && name !== 'target');
  return Object.fromEntries(
    own.map(({ name, labels, value }) => {
      const bound = labels.get('le');
      return [bound === undefined ? name : `${name} ${boundOf(bound)}`, value];
    }),
  );
}

function encodeOnce(format: Format, metrics: readonly MetricInput[]) {
  const warnings: string[] = [];
  const exposition = createExposition(format, { warn: (message) => warnings.push(message) });
  replay(collectionOf(metrics), exposition);
  const { points, merged } = exposition;
  return { bytes: bytesOf(exposition), counts: { points, merged }, warnings };
}

describe.each(formats)('%s', (format) => {
  test.each(alike)('%s are one series', (_, one, other) => {
    const metrics: MetricInput[] = [
      {
        name: 'm',
        kind: 'counter',
        points: [
          [one, 1],
          [{ other: 'x' }, 10],
          [other, 2],
        ],
      },
    ];
    const { bytes, counts, warnings } = encodeOnce(format, metrics);
    const values = samplesOf(format, bytes).filter(({ name }) => name === 'm_total');
    expect(values.map(({ value }) => value)).toEqual([10, 3]);
    expect(counts).toEqual({ points: 2, merged: 1 });
    expect(warnings).toEqual([
      "the counter m has series whose labels are equal, such as for the values 1 and '1': " +
        'they are added up; give them different attributes',
    ]);
  });

  test.each(merges)('$title', ({ kind, values, shown, inProtobuf }) => {
    const metrics = values.map(
      (value, index): MetricInput => ({
        name: 'm',
        kind,
        points: [[index === 0 ? { code: 200 } : { code: '200' }, value]],
      }),
    );
    const { bytes, counts } = encodeOnce(format, metrics);
    if (format === 'protobuf' && inProtobuf !== undefined) expect(protobufText(bytes)).toMatch(inProtobuf);
    else expect(byName(samplesOf(format, bytes))).toEqual(shown);
    expect(counts).toEqual({ points: 1, merged: 1 });
  });

  test('series join and leave from scrape to scrape', () => {
    const stream = streamOf('counter', 'm', { name: 's' });
    const series = (attributes: Attributes, value: number) => ({ attributes, startUnixMs: 1_000, value });
    const [number, text, other] = [series({ a: 1 }, 1), series({ a: '1' }, 2), series({ a: 2 }, 4)];
    const steps = [
      { series: [number], shown: [1] },
      { series: [number, text], shown: [3] },
      { series: [text, other, number], shown: [4, 3] },
      { series: [text, other], shown: [2, 4] },
      { series: [other], shown: [4] },
      { series: [other, text, number], shown: [4, 3] },
      { series: [], shown: [] },
    ];
    const exposition = createExposition(format);
    for (const { series, shown } of steps) {
      const walked: Walked = { resource: {}, streams: [{ stream, series, shown: true }] };
      walk(walked, exposition);
      const samples = samplesOf(format, bytesOf(exposition)).filter(({ name }) => name === 'm_total');
      expect(samples.map(({ value }) => value)).toEqual(shown);
    }
  });

  test('the latest exemplar of merged counters is shown', () => {
    if (format === 'text') return;
    const exposition = createExposition(format);
    const exemplars = (_: unknown, { code }: Attributes): Exemplar[] => [
      {
        value: typeof code === 'number' ? 0.75 : 0.25,
        timeUnixMs: typeof code === 'number' ? 2_000 : 1_000,
        traceId: 'a',
        spanId: undefined,
        filteredAttributes: {},
      },
    ];
    const points = [
      [{ code: 200 }, 1],
      [{ code: '200' }, 2],
    ] as const;
    replay(collectionOf([{ name: 'm', kind: 'counter', points }]), withMore(exposition, { exemplars }));
    const bytes = bytesOf(exposition);
    const shown = format === 'protobuf' ? protobufText(bytes) : bytes.toString();
    expect(shown).toContain('0.75');
    expect(shown).not.toContain('0.25');
  });
});

test('the endpoint merges at the first scrape and counts, and other readers see both series', async () => {
  const attributes = { 'job.kind': optional(text()), job_kind: optional(text()) };
  const catalogue = defineCatalogue({
    done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs.', attributes }),
  });
  const { reader, collect } = stockReader();
  const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
  const settings = {
    isolated: true,
    environment: {},
    logLevel: 'none',
    catalogues: { jobs: catalogue },
  } as const;
  const metrics = startMetrics({ ...settings, backends: [endpoint], readers: [reader] });
  metrics.jobs.done.add(1, { 'job.kind': 'a' });
  metrics.jobs.done.add(2, { job_kind: 'a' });
  const scrape = async () => (await endpoint.fetch(new Request('http://localhost/metrics'))).text();
  const response = (value: number) =>
    `# HELP jobs_done_total Jobs.\n# TYPE jobs_done_total counter\njobs_done_total{job_kind="a"} ${value}\n`;
  expect(await scrape()).toBe(response(3));
  metrics.jobs.done.add(4, { job_kind: 'a' });
  expect(await scrape()).toBe(response(7));
  expect(metrics.status().backends[0]?.points).toEqual({ exported: 2, merged: 2, rejected: 0, dropped: {} });
  expect(await collect()).toEqual([
    { name: 'jobs.done', attributes: { 'job.kind': 'a' }, value: 1 },
    { name: 'jobs.done', attributes: { job_kind: 'a' }, value: 6 },
  ]);
  await metrics.shutdown();
});
