/** Any keys, values, descriptions and names: responses read back as recorded, with equal series merged, in all formats. */
import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { parseExposition, promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../src/model/replay.js';
import { type EscapingScheme, escapingSchemes } from '../../../src/naming/escaping.js';
import { type TranslationStrategy, translationStrategies } from '../../../src/naming/prometheus.js';
import { bytesOf, createExposition, type EncodingOptions, encode, type Format, formats } from './encoding.js';
import { collectionOf, explicit, type MetricInput, type PointValue } from './metrics.js';
import { decodeFamilies } from './protobuf-message.js';
import { type Sample, samplesOf, valuesByKey } from './samples.js';

/** Any sequence of code units, including lone surrogates and characters that are special in a format. */
const hostileText = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', '\0', 'n', ' ', '#', '{', '}', ',', '=', ';'),
    maxLength: 6,
  }),
  fc.constantFrom('', 'EOF', '# EOF', '+Inf', 'NaN', '__proto__', 'constructor', '\ufeff', '\u2028', 'é', 'é'),
);

const key = fc.oneof(
  hostileText,
  fc.constantFrom('a', 'a.b', 'a_b', 'a-b', '1a', '_', '__', 'le', 'quantile', '__name__', 'exported_le', 'name'),
);

const attributeValue = fc.oneof(
  hostileText,
  fc.constantFrom('1', 'true'),
  fc.boolean(),
  fc.integer({ min: 0, max: 2 }),
  fc.double(),
  fc.array(hostileText, { maxLength: 2 }),
);

/** Sets own properties of any name. */
const attributesArbitrary: fc.Arbitrary<Attributes> = fc
  .uniqueArray(fc.tuple(key, attributeValue), { selector: ([each]) => each, maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Attributes);

/** Distinct attribute sets, independent of the order of keys. */
const attributeSets = fc.uniqueArray(attributesArbitrary, {
  selector: (attributes) => JSON.stringify(Object.entries(attributes).map(entryText).sort()),
  minLength: 1,
  maxLength: 6,
});

const entryText = ([name, value]: [string, unknown]) =>
  `${JSON.stringify(name)} ${typeof value} ${Object.is(value, -0) ? '0' : String(JSON.stringify(value))}${String(value)}`;

const kinds = ['gauge', 'counter', 'upDownCounter', 'histogram'] as const;

/** Generates metrics with any names and with given ones. Each point has a distinct value, which identifies it. */
const metricsOf = (...names: string[]) =>
  fc
    .array(
      fc.record({
        name: fc.oneof(hostileText, fc.constantFrom(...names)),
        kind: fc.constantFrom(...kinds),
        unit: fc.constantFrom('', 's', 'By', '1', '{job}', 'm/s'),
        description: hostileText,
        sets: attributeSets,
        scope: fc.constantFrom({ name: 'one' }, { name: 'two', version: '1', schemaUrl: 'https://example.org' }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((metrics): MetricInput[] => {
      let value = 1_000;
      return metrics.map(({ sets, kind, ...rest }) => {
        const pointOf = (): PointValue => (kind === 'histogram' ? explicit([1, 2], [1, 0, 2], ++value) : ++value);
        return { ...rest, kind, points: sets.map((attributes) => [attributes, pointOf()] as const) };
      });
    });

const recorded = (metrics: readonly MetricInput[]) =>
  metrics.flatMap(({ points = [] }) =>
    points.map(([, value]) => (typeof value === 'number' ? value : (value.sum as number))),
  );

const found = (samples: readonly Sample[]) => samples.map(({ value }) => value).filter((value) => value > 1_000);

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

const labelKey = (labels: object) => JSON.stringify(Object.entries(labels).sort());

const ascending = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);

const combinations = translationStrategies.flatMap((strategy) =>
  escapingSchemes.map((escaping) => [strategy, escaping] as const),
);

const shownAs = (strategy: TranslationStrategy, escaping: EscapingScheme): EncodingOptions => ({ strategy, escaping });

describe.each(combinations)('%s, escaping=%s', (strategy, escaping) => {
  test('one type: no value is lost, and parsers accept the response', () => {
    fc.assert(
      fc.property(metricsOf('jobs', 'a.b', 'a_b'), fc.constantFrom(...kinds), (metrics, kind) => {
        const isHistogram = kind === 'histogram';
        const ofOneKind = metrics
          .filter((metric) => (metric.kind === 'histogram') === isHistogram)
          .map((metric): MetricInput => ({ ...metric, kind }));
        for (const format of formats) {
          const exposition = createExposition(format, shownAs(strategy, escaping));
          replay(collectionOf(ofOneKind), exposition);
          const bytes = bytesOf(exposition);
          expectNoErrors(format, bytes);
          const samples = samplesOf(format, bytes);
          valuesByKey(samples);
          const [shown, all] = [found(samples), recorded(ofOneKind)];
          expect([shown.length, exposition.points + exposition.merged]).toEqual([exposition.points, all.length]);
          if (kind === 'gauge') expect(all).toEqual(expect.arrayContaining(shown));
          else expect(total(shown)).toBe(total(all));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('any types: omitted metrics are reported', () => {
    fc.assert(
      fc.property(metricsOf('jobs', 'jobs.total', 'jobs_count', 'a.b', 'a_b'), (metrics) => {
        const [text, , protobuf] = formats.map((format) => {
          const warnings: string[] = [];
          const options = { ...shownAs(strategy, escaping), warn: (message: string) => warnings.push(message) };
          const bytes = encode(format, collectionOf(metrics), options);
          expectNoErrors(format, bytes);
          const values = ascending(found(samplesOf(format, bytes)));
          if (values.length < recorded(metrics).length) expect(warnings).not.toEqual([]);
          return values;
        });
        // OpenMetrics reserves additional names, and each omitted metric frees its own names.
        expect(protobuf).toEqual(text);
      }),
      { numRuns: 60 },
    );
  });
});

function expectNoErrors(format: Format, bytes: Buffer): void {
  if (format === 'protobuf') return;
  const problems = promlint(bytes.toString(), { format });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
}

describe.each(formats)('%s, without name translation', (format) => {
  const options: EncodingOptions = {
    strategy: 'NoTranslation',
    escaping: 'allow-utf-8',
    scopeLabels: false,
    targetInfo: false,
  };

  /** Prometheus ends a text at NUL. A name is equal in every format. */
  const nameOf = (text: string) => text.replace(/\p{Surrogate}|\0/gu, '\ufffd');
  /** Protobuf can contain NUL. */
  const textOf = (text: string) => (format === 'protobuf' ? text.replace(/\p{Surrogate}/gu, '\ufffd') : nameOf(text));

  test('labels equal the attributes', () => {
    fc.assert(
      fc.property(attributeSets, (sets) => {
        const metric: MetricInput = { name: 'm', kind: 'gauge', points: sets.map((each, index) => [each, index]) };
        const samples = samplesOf(format, encode(format, collectionOf([metric]), options));
        const shown = samples.map(({ labels }) => withoutEmpty(Object.fromEntries(labels)));
        const expected = sets.map((set) => withoutEmpty(expectedLabels(set)));
        expect(shown.map(labelKey).sort()).toEqual([...new Set(expected.map(labelKey))].sort());
        for (const [index, { value }] of samples.entries()) expect(shown[index]).toEqual(expected[value]);
      }),
      { numRuns: 300 },
    );
  });

  /** Returns the labels that the compatibility specification requires, with reserved names replaced. */
  function expectedLabels(attributes: Attributes): Record<string, string> {
    const sources = new Map<string, { key: string; text: string }[]>();
    for (const [each, value] of Object.entries(attributes)) {
      let name = nameOf(each) || '_';
      while (['le', 'quantile'].includes(name) || name.startsWith('__')) name = `exported_${name}`;
      const text = textOf(typeof value === 'object' ? JSON.stringify(value) : String(value));
      sources.set(name, [...(sources.get(name) ?? []), { key: each, text }]);
    }
    return Object.fromEntries(
      [...sources].map(([name, list]) => {
        const inOrder = list.sort((one, other) => (one.key < other.key ? -1 : 1));
        return [name, inOrder.map(({ text }) => text).join(';')];
      }),
    );
  }

  test('descriptions are unchanged', () => {
    fc.assert(
      fc.property(hostileText, (description) => {
        const collection = collectionOf([{ name: 'm', kind: 'gauge', description, points: [[{}, 1]] }]);
        const bytes = encode(format, collection, options);
        const help =
          format === 'protobuf' ? decodeFamilies(bytes)[0]?.help : parseExposition(bytes.toString(), format)[0]?.help;
        expect(help ?? '').toBe(readable(textOf(description)));
      }),
      { numRuns: 300 },
    );
  });

  /** Text 0.0.4 ignores blanks before a description. */
  const readable = (text: string) => (format === 'text' ? text.replace(/^[ \t]+/, '') : text);

  test('names are unchanged', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const collection = collectionOf([{ name, kind: 'gauge', points: [[{}, 1]] }]);
        const [sample] = samplesOf(format, encode(format, collection, options));
        expect(sample?.name).toBe(nameOf(name) || 'unnamed');
      }),
      { numRuns: 300 },
    );
  });

  test('values are unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 8 }), (values) => {
        const points = values.map((value, id) => [{ id }, value] as const);
        const samples = samplesOf(
          format,
          encode(format, collectionOf([{ name: 'm', kind: 'gauge', points }]), options),
        );
        // Text formats have no negative zero.
        const plain = (value: number) => (value === 0 ? 0 : value);
        expect(samples.map(({ value }) => plain(value))).toEqual(values.map(plain));
      }),
    );
  });
});

function withoutEmpty(labels: Record<string, string>): [string, string][] {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
