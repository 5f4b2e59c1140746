/**
 * Metrics and attributes that differ in OpenTelemetry and become equal in Prometheus. Every parser accepts the response.
 * Samples whose name has a
 * different type are omitted and series with equal labels are merged, each with a warning.
 */
import type { Attributes } from '@opentelemetry/api';
import { type LintProblem, promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/model/replay.js';
import { bytesOf, createExposition, type EncodingOptions, encode, formats, type More, withMore } from './encoding.js';
import { collectionOf, explicit, type MetricInput } from './metrics.js';
import { samplesOf, valuesByKey } from './samples.js';

interface Conflict {
  readonly title: string;
  readonly metrics: readonly MetricInput[];
  readonly options?: EncodingOptions;
  readonly resource?: Attributes;
  readonly more?: More;
  /** Values of omitted points. */
  readonly omitted?: readonly number[];
  /** Values of gauges that a newer series replaces, and of histograms that are added up. */
  readonly merged?: readonly number[];
  /** Values of points that some formats must omit. */
  readonly mayBeOmitted?: readonly number[];
}

/** Added to each value, so that it differs from counts, times and the 1 of the resource metric. */
const base = 1_000;

const gauge = (name: string, value: number, more: Partial<MetricInput> = {}): MetricInput => ({
  name,
  kind: 'gauge',
  points: [[{}, base + value]],
  ...more,
});
const counter = (name: string, value: number, more: Partial<MetricInput> = {}): MetricInput => ({
  ...gauge(name, value, more),
  kind: 'counter',
});
const histogram = (name: string, sum: number): MetricInput => ({
  name,
  kind: 'histogram',
  points: [[{}, explicit([1], [0, 1], base + sum)]],
});
const points = (...attributes: Attributes[]) => attributes.map((each, index) => [each, base + 101 + index] as const);

const conflicts: readonly Conflict[] = [
  { title: 'a gauge after a counter', metrics: [counter('jobs', 1), gauge('jobs.total', 2)], omitted: [2] },
  { title: 'a counter after a gauge', metrics: [gauge('jobs_total', 1), counter('jobs', 2)], omitted: [2] },
  {
    title: 'a counter and a gauge with the name of its family',
    metrics: [counter('jobs', 1), gauge('jobs', 2)],
    mayBeOmitted: [2],
  },
  {
    title: 'two types in two scopes',
    metrics: [gauge('jobs', 1), { ...histogram('jobs', 2), scope: { name: 'b' } }],
    omitted: [2],
  },
  { title: 'a histogram and its count', metrics: [histogram('jobs', 1), gauge('jobs_count', 2)], omitted: [2] },
  { title: 'a sum before its histogram', metrics: [gauge('jobs_sum', 1), histogram('jobs', 2)], omitted: [2] },
  {
    title: 'a bucket before its histogram',
    metrics: [gauge('jobs_bucket', 1), histogram('jobs', 2)],
    omitted: [2],
  },
  { title: 'a gauge with the name of the resource', metrics: [gauge('target.info', 1), gauge('ok', 2)], omitted: [1] },
  {
    title: 'a counter with the name of the resource',
    metrics: [counter('target', 1), gauge('ok', 2)],
    mayBeOmitted: [1],
  },
  {
    title: 'an info metric with the name of the resource',
    metrics: [gauge('target.info', 1), gauge('ok', 2)],
    more: { shapes: { 'target.info': 'info' } },
    omitted: [1],
  },
  {
    title: 'an info metric and a gauge without its suffix',
    metrics: [gauge('app.info', 1), gauge('app', 2)],
    more: { shapes: { 'app.info': 'info' } },
    mayBeOmitted: [2],
  },
  {
    title: 'an info metric named like the suffix',
    metrics: [gauge('appinfo', 1)],
    more: { shapes: { appinfo: 'info' } },
  },
  {
    title: 'an info metric whose name is not translated',
    metrics: [gauge('app.info', 1)],
    options: { strategy: 'NoTranslation', escaping: 'allow-utf-8' },
    more: { shapes: { 'app.info': 'info' } },
  },
  {
    title: 'a state set whose name is not a legal label',
    metrics: [{ ...gauge('app:phase', 0), points: [[{ 'app:phase': 'up' }, base + 1]] }],
    more: { shapes: { 'app:phase': 'stateSet' } },
  },
  {
    title: 'a counter and its created sample',
    metrics: [counter('jobs', 1), gauge('jobs.created', 2)],
    options: { createdSamples: true },
    mayBeOmitted: [2],
  },
  {
    title: 'a histogram and its created sample',
    metrics: [histogram('jobs', 1), gauge('jobs.created', 2)],
    options: { createdSamples: true },
    mayBeOmitted: [2],
  },
  {
    title: 'a counter whose suffix is only in OpenMetrics',
    metrics: [counter('jobs', 1), gauge('jobs_total', 2)],
    options: { strategy: 'UnderscoreEscapingWithoutSuffixes' },
    mayBeOmitted: [2],
  },
  {
    title: 'two counters, one with the suffix in its name',
    metrics: [counter('jobs', 1), counter('jobs_total', 2)],
    options: { strategy: 'UnderscoreEscapingWithoutSuffixes' },
    mayBeOmitted: [2],
  },
  {
    title: 'names that are equal after escaping',
    metrics: [gauge('a.b', 1), gauge('a_b', 2)],
    options: { strategy: 'NoTranslation' },
    merged: [1],
  },
  {
    title: 'names of two types that are equal after escaping',
    metrics: [gauge('a.b', 1), histogram('a_b', 2)],
    options: { strategy: 'NoTranslation' },
    omitted: [2],
  },
  {
    title: 'different descriptions',
    metrics: [gauge('jobs', 1, { description: 'A.' }), gauge('jobs', 2, { description: 'B.', scope: { name: 'b' } })],
  },
  {
    title: 'a unit and no unit',
    metrics: [gauge('wait_seconds', 1), gauge('wait', 2, { unit: 's', scope: { name: 'b' } })],
  },
  {
    title: 'the same series in two scopes whose labels are not shown',
    metrics: [gauge('jobs', 1), gauge('jobs', 2, { scope: { name: 'b' } })],
    options: { scopeLabels: false },
    merged: [1],
  },
  {
    title: 'values of other types',
    metrics: [gauge('m', 0, { points: points({ id: 1 }, { id: '1' }, { id: true }, { id: 'true' }) })],
    merged: [101, 103],
  },
  {
    title: 'a list and its text',
    metrics: [gauge('m', 0, { points: points({ id: ['a'] }, { id: '["a"]' }) })],
    merged: [101],
  },
  {
    title: 'an empty attribute and no attribute',
    metrics: [gauge('m', 0, { points: points({ id: '' }, {}, { id: '', b: '' }) })],
    merged: [101, 102],
  },
  {
    title: 'an empty attribute and no attribute of a histogram',
    metrics: [
      {
        name: 'm',
        kind: 'histogram',
        points: [
          [{ id: '' }, explicit([1], [1, 0], base + 101)],
          [{}, explicit([1], [1, 0], base + 102)],
        ],
      },
    ],
    merged: [101, 102],
  },
  {
    title: 'keys with one label name',
    metrics: [gauge('m', 0, { points: points({ 'a.b': '1' }, { a_b: '1' }, { 'a-b': '1' }) })],
    merged: [101, 102],
  },
  {
    title: 'keys with one label name, in another order',
    metrics: [gauge('m', 0, { points: points({ 'a.b': '1', c: '2' }, { c: '2', a_b: '1' }) })],
    merged: [101],
  },
  {
    title: 'joined values and an equal value',
    metrics: [gauge('m', 0, { points: points({ 'a.b': '1', a_b: '2' }, { a_b: '1;2' }) })],
    merged: [101],
  },
  {
    title: 'reserved keys and their replacements',
    metrics: [histogramOf(points({ le: '1' }, { exported_le: '1' }, { le: '1', exported_le: '1' }))],
    merged: [101, 102],
  },
  {
    title: 'scope labels as attributes',
    metrics: [gauge('m', 0, { points: points({ otel_scope_name: 'shop' }, { 'otel.scope.name': 'shop' }, {}) })],
    merged: [101],
  },
  {
    title: 'a scope version and an attribute with its label name',
    metrics: [
      gauge('m', 1, { scope: { name: 's', version: '1' } }),
      gauge('m', 0, { scope: { name: 's' }, points: points({ otel_scope_version: '1' }) }),
    ],
    merged: [1],
  },
  {
    title: 'resource labels with the names of scope labels',
    metrics: [gauge('m', 1)],
    resource: { 'otel.scope.name': 'mine', le: '1', 'host.name': 'h' },
    options: { resourceLabels: ['otel.scope.name', 'le', 'host.name'] },
  },
  {
    title: 'NUL and its replacement',
    metrics: [gauge('m', 0, { points: points({ id: '\0' }, { id: '\ufffd' }, { id: '\ud800' }) })],
    merged: [101, 102],
  },
  {
    title: 'keys that are equal after the replacement of NUL',
    metrics: [gauge('m', 0, { points: points({ '\ud800': '1' }, { '\udc00': '1' }, { '\ufffd': '1' }) })],
    merged: [101, 102],
    options: { strategy: 'NoTranslation', escaping: 'allow-utf-8' },
  },
  {
    title: 'keys with NUL',
    metrics: [gauge('m', 0, { points: points({ '\0': '1', '\ufffd': '2' }, { '\0': '1' }, { '\ufffd': '1' }) })],
    merged: [102],
    options: { strategy: 'NoTranslation', escaping: 'allow-utf-8' },
  },
  {
    title: 'names with NUL',
    metrics: [gauge('\0', 1), gauge('\ufffd', 2), counter('\ufffd_total', 3)],
    options: { strategy: 'NoTranslation', escaping: 'allow-utf-8' },
    merged: [1],
    mayBeOmitted: [3],
  },
];

function histogramOf(attributes: readonly (readonly [Attributes, number])[]): MetricInput {
  return { name: 'm', kind: 'histogram', points: attributes.map(([each, sum]) => [each, explicit([1], [0, 1], sum)]) };
}

/** Returns the recorded values: numbers, and the sums of histograms. All are distinct. */
function recorded({ points: list = [] }: MetricInput): number[] {
  return list.map(([, value]) => (typeof value === 'number' ? value : (value.sum as number)) - base);
}

describe.each(conflicts)('$title', (conflict) => {
  const { metrics, options, resource, more = {}, omitted = [], merged = [], mayBeOmitted = [] } = conflict;

  test.each(formats)('as %s', (format) => {
    const warnings: string[] = [];
    const exposition = createExposition(format, { ...options, warn: (message) => warnings.push(message) });
    // The second scrape verifies that cached data does not change the response.
    for (let scrape = 0; scrape < 2; scrape++) replay(collectionOf(metrics, resource), withMore(exposition, more));
    const bytes = bytesOf(exposition);
    if (format !== 'protobuf') {
      const problems = promlint(bytes.toString(), { format });
      // The tests set info metrics and state sets to other values than 0 and 1.
      const ofValues = ({ rule, text }: LintProblem) =>
        /^invalid_(info|stateset)$/.test(rule) && /got 1\d\d\d/.test(text);
      expect(problems.filter((problem) => problem.severity === 'error' && !ofValues(problem))).toEqual([]);
    }
    const samples = samplesOf(format, bytes);
    valuesByKey(samples);
    const shown = samples.map(({ value }) => value - base).filter((value) => value > 0 && value < base);
    const values = shown.sort((one, other) => one - other);
    const missing = mayBeOmitted.filter((value) => !values.includes(value));
    const kept = metrics.flatMap(recorded).filter((value) => ![...omitted, ...merged, ...missing].includes(value));
    expect(values).toEqual(kept.sort((one, other) => one - other));
    expect(warnings).toHaveLength(omitted.length + missing.length + Math.sign(merged.length));
  });
});

test.each(formats)('%s: the warning names the omitted metric and the metric that uses its name', (format) => {
  const warnings: string[] = [];
  const metrics = [gauge('queue.jobs', 1), { ...histogram('queue_jobs', 2), scope: { name: 'worker' } }];
  encode(format, collectionOf(metrics), { warn: (message) => warnings.push(message) });
  expect(warnings).toEqual([
    "the histogram 'queue_jobs' is not shown: its sample name queue_jobs is used by the gauge queue_jobs; " +
      'rename one of them',
  ]);
});
