/** Comparison with the serializer of OpenTelemetry's exporter: ordinary metrics read equally; differences are listed. */
import type { Attributes } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { parseExposition } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { StockExposition, stockSerializer } from '../../../src/backends/prometheus/stock.js';
import { replay } from '../../../src/model/replay.js';
import { bytesOf, type EncodingOptions, encodeText } from './encoding.js';
import { collectionOf, explicit, exponential, type MetricInput, type PointValue } from './metrics.js';
import { keyOf } from './samples.js';

/** Returns the stock text. By default every metric has its scope, and the resource metric is first. */
function stockText(collection: ResourceMetrics, withoutTargetInfo = false): string {
  return new PrometheusSerializer('', false, undefined, withoutTargetInfo, false).serialize(collection);
}

/** Returns the content of a response: type and description of each family, and all samples. */
function contentOf(text: string) {
  const families = parseExposition(text.endsWith('\n') ? text : `${text}\n`, 'text');
  const samples = families.flatMap((family) => family.samples.map((sample) => [keyOf(sample), sample.value] as const));
  return {
    families: families.map(({ name, type, help }) => [name, type, help ?? '']).sort(),
    samples: [...samples].sort(([one], [other]) => (one < other ? -1 : 1)),
  };
}

/** A lower-case word that is not a reserved suffix of a name. */
const word = fc.stringMatching(/^[a-z][a-z0-9]{2,6}$/).filter((each) => !['total', 'info', 'created'].includes(each));
const name = fc
  .array(word, { minLength: 2, maxLength: 3 })
  .chain((words) => fc.constantFrom(words.join('.'), words.join('_')));

const attributes = fc.dictionary(
  fc.constantFrom('method', 'http.route', 'peer_name', 'Key'),
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')),
    fc.integer(),
    fc.boolean(),
  ),
  { noNullPrototype: true },
) as fc.Arbitrary<Attributes>;

const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const counts = fc.array(fc.nat(), { minLength: 4, maxLength: 4 });

const metric: fc.Arbitrary<MetricInput> = fc
  .record({
    kind: fc.constantFrom('counter', 'upDownCounter', 'gauge', 'histogram', 'observableCounter'),
    description: fc.string({ unit: 'grapheme-ascii', minLength: 1 }).map((text) => `D${text}.`),
    scope: fc.constantFrom(
      { name: 'one' },
      { name: 'two', version: '1.0' },
      { name: 'three', schemaUrl: 'https://a.example' },
    ),
    sets: fc.uniqueArray(attributes, {
      selector: (each) => JSON.stringify(Object.entries(each).map(String).sort()),
      maxLength: 3,
    }),
    values: fc.array(value, { minLength: 3, maxLength: 3 }),
    buckets: fc.array(counts, { minLength: 3, maxLength: 3 }),
  })
  .map(({ sets, values, buckets, ...rest }) => {
    const pointOf = (index: number): PointValue =>
      rest.kind === 'histogram'
        ? explicit([0, 0.5, 1e6], buckets[index] as number[], values[index] as number)
        : (values[index] as number);
    return { ...rest, name: '', points: sets.map((each, index) => [each, pointOf(index)] as const) };
  }) as fc.Arbitrary<MetricInput>;

const metrics = fc
  .tuple(
    fc.uniqueArray(name, { selector: (each) => each.replaceAll('.', '_'), maxLength: 5 }),
    fc.array(metric, { minLength: 5, maxLength: 5 }),
  )
  .map(([names, list]) => names.map((each, index) => ({ ...(list[index] as MetricInput), name: each })));

test('metrics without units are equal', () => {
  fc.assert(
    fc.property(metrics, attributes, (list, resource) => {
      const collection = collectionOf(list, { ...resource, 'service.name': 'storefront' });
      expect(contentOf(encodeText('text', collection))).toEqual(contentOf(stockText(collection)));
    }),
    { numRuns: 200 },
  );
});

test('metrics with units are equal if neither appends units', () => {
  const options: EncodingOptions = { strategy: 'UnderscoreEscapingWithoutSuffixes' };
  fc.assert(
    fc.property(metrics, fc.constantFrom('s', 'By', 'ms', '{job}'), (list, unit) => {
      const ofUnit = list.map((each) => ({
        ...each,
        unit,
        ...(each.kind.endsWith('ounter') ? { name: `${each.name}_total` } : {}),
      }));
      // Stock appends _total to every counter and to no other sum.
      const plain = ofUnit.filter(({ kind }) => kind !== 'upDownCounter');
      const collection = collectionOf(plain);
      expect(contentOf(encodeText('text', collection, options))).toEqual(contentOf(stockText(collection)));
    }),
    { numRuns: 200 },
  );
});

interface Difference {
  readonly title: string;
  readonly metrics: readonly MetricInput[];
  readonly resource?: Attributes;
  /** Lines that only this side writes. */
  readonly stock: readonly string[];
  readonly ours: readonly string[];
}

const gauge = (more: Partial<MetricInput> = {}): MetricInput => ({
  name: 'm',
  kind: 'gauge',
  points: [[{}, 1]],
  scope: { name: 's' },
  ...more,
});
const scope = 'otel_scope_name="s"';

/** Returns all lines of a gauge. */
const lines = (each: string) => [`# HELP ${each} D.`, `# TYPE ${each} gauge`, `${each}{${scope}} 1`];

const differences: readonly Difference[] = [
  {
    title: 'otelier appends units to names, and writes UNIT comments only in OpenMetrics',
    metrics: [gauge({ name: 'wait', unit: 's', description: 'D.' })],
    stock: ['# UNIT wait s', ...lines('wait')],
    ours: lines('wait_seconds'),
  },
  { title: 'no description: no HELP', metrics: [gauge()], stock: ['# HELP m description missing'], ours: [] },
  {
    title: 'colons are allowed in a name',
    metrics: [gauge({ name: 'job:m', description: 'D.' })],
    stock: lines('job_m'),
    ours: lines('job:m'),
  },
  {
    title: 'a trailing underscore of a name is removed',
    metrics: [gauge({ name: 'm.', description: 'D.' })],
    stock: lines('m_'),
    ours: lines('m'),
  },
  {
    title: 'a key that starts with a digit becomes a label',
    metrics: [gauge({ points: [[{ '1st': 'a' }, 1]], description: 'D.' })],
    stock: [`m{1st="a",${scope}} 1`],
    ours: [`m{key_1st="a",${scope}} 1`],
  },
  {
    title: 'keys with one label name are joined',
    metrics: [gauge({ points: [[{ 'a.b': 'x', a_b: 'y' }, 1]], description: 'D.' })],
    stock: [`m{a_b="x",a_b="y",${scope}} 1`],
    ours: [`m{a_b="x;y",${scope}} 1`],
  },
  {
    title: 'of gauges with equal labels the newest is shown',
    metrics: [
      gauge({
        points: [
          [{ id: 1 }, 1],
          [{ id: '1' }, 2],
        ],
        description: 'D.',
      }),
    ],
    stock: [`m{id="1",${scope}} 1`],
    ours: [],
  },
  {
    title: 'a family of two scopes has one TYPE',
    metrics: [gauge({ description: 'D.' }), gauge({ description: 'D.', scope: { name: 't' } })],
    stock: ['# HELP m D.', '# TYPE m gauge'],
    ours: [],
  },
  {
    title: 'exponential histograms are shown',
    metrics: [
      {
        name: 'm',
        kind: 'histogram',
        description: 'D.',
        scope: { name: 's' },
        points: [[{}, exponential(0, { positive: [0, [1]], sum: 2 })]],
      },
    ],
    stock: ['# TYPE m untyped'],
    ours: [
      '# TYPE m histogram',
      `m_bucket{${scope},le="2"} 1`,
      `m_bucket{${scope},le="+Inf"} 1`,
      `m_sum{${scope}} 2`,
      `m_count{${scope}} 1`,
    ],
  },
  {
    title: 'attributes named like the bucket label are renamed',
    metrics: [
      {
        name: 'm',
        kind: 'histogram',
        description: 'D.',
        scope: { name: 's' },
        points: [[{ le: 'x' }, explicit([], [1], 2)]],
      },
    ],
    stock: [`m_count{le="x",${scope}} 1`, `m_sum{le="x",${scope}} 2`, `m_bucket{le="x",${scope},le="+Inf"} 1`],
    ours: [
      `m_count{exported_le="x",${scope}} 1`,
      `m_sum{exported_le="x",${scope}} 2`,
      `m_bucket{exported_le="x",${scope},le="+Inf"} 1`,
    ],
  },
  {
    title: 'an empty resource is not shown',
    metrics: [gauge({ description: 'D.' })],
    resource: {},
    stock: ['# HELP target_info Target metadata', '# TYPE target_info gauge', 'target_info 1'],
    ours: [],
  },
  { title: 'an empty response has no comment', metrics: [], stock: ['# no registered metrics'], ours: [] },
  {
    title: 'NUL and lone surrogates are replaced',
    metrics: [gauge({ points: [[{ id: '\0' }, 1]], description: 'D.' })],
    stock: [`m{id="\0",${scope}} 1`],
    ours: [`m{id="\ufffd",${scope}} 1`],
  },
];

describe('differences', () => {
  test.each(differences)('$title', ({ metrics: list, resource, stock, ours }) => {
    const collection = collectionOf(list, resource);
    const [theirLines, ourLines] = [stockText(collection), encodeText('text', collection)].map(linesOf);
    expect(without(theirLines, ourLines)).toEqual([...stock].sort());
    expect(without(ourLines, theirLines)).toEqual([...ours].sort());
  });
});

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

/** Returns `lines` without `others`, each as often as it occurs. */
function without(lines: readonly string[] = [], others: readonly string[] = []): string[] {
  const left = [...others];
  return lines
    .filter((line) => {
      const at = left.indexOf(line);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    })
    .sort();
}

test('the stock option serves the stock text byte for byte', async () => {
  const collection = collectionOf([
    gauge({ unit: 's' }),
    { name: 'c', kind: 'counter', points: [[{ 'a.b': '"' }, 2]] },
  ]);
  const exposition = new StockExposition(await stockSerializer(false, false));
  replay(collection, exposition);
  expect(bytesOf(exposition).toString()).toBe(stockText(collection));
  const bare = new StockExposition(await stockSerializer(true, true));
  replay(collection, bare);
  expect(bytesOf(bare).toString()).not.toMatch(/target_info|otel_scope/);
});
