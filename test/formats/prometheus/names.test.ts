/** Names of metrics and labels in the three formats: four strategies, and all escaping schemes. */
import { promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { type EscapingScheme, escapingSchemes } from '../../../src/naming/escaping.js';
import { type TranslationStrategy, translationStrategies } from '../../../src/naming/prometheus.js';
import { type EncodingOptions, encode, encodeText, formats } from './encoding.js';
import { collectionOf, explicit, type MetricInput } from './metrics.js';
import { decodeFamilies } from './protobuf-message.js';
import { protobufText } from './protobuf-text.js';
import { keyOf, samplesOf } from './samples.js';

const metrics: readonly MetricInput[] = [
  {
    name: 'http.server.requests',
    kind: 'counter',
    unit: '{request}',
    points: ['http.route', 'le', '__name__', '', '1st', 'ключ "a"\n'].map((key, index) => [{ [key]: 'ü' }, index]),
  },
  { name: 'wait', kind: 'histogram', unit: 'ms', points: [[{ 'queue.name': 'a' }, explicit([10], [1, 1], 30)]] },
  { name: 'speed.of/light', kind: 'gauge', unit: 'm/s', points: [[{}, 3e8]] },
  { name: 'sent_total', kind: 'counter', unit: 'By', points: [[{}, 2]] },
  { name: 'größe "x"\n\\', kind: 'gauge', points: [[{}, 4]] },
  { name: 'U__mark', kind: 'gauge', points: [[{ U__mark: '1' }, 5]] },
];

const combinations = translationStrategies.flatMap((strategy) =>
  escapingSchemes.map((escaping) => [strategy, escaping] as const),
);

const shown = { scopeLabels: false, targetInfo: false } satisfies EncodingOptions;

function textOf(format: (typeof formats)[number], strategy: TranslationStrategy, escaping: EscapingScheme): string {
  const bytes = encode(format, collectionOf(metrics), { ...shown, strategy, escaping });
  return format === 'protobuf' ? protobufText(bytes) : bytes.toString();
}

test.each(translationStrategies.flatMap((strategy) => formats.map((format) => [strategy, format] as const)))(
  '%s as %s',
  async (strategy, format) => {
    const sections = escapingSchemes.map(
      (escaping) => `--- escaping=${escaping}\n${textOf(format, strategy, escaping)}`,
    );
    const file = `names.${strategy}.${format}.txt`;
    await expect(sections.join('\n')).toMatchFileSnapshot(`../../golden/prometheus/${file}`);
  },
);

describe.each(combinations)('%s, escaping=%s', (strategy, escaping) => {
  test.each(['text', 'openmetrics'] as const)('%s is accepted by its parser', (format) => {
    const problems = promlint(textOf(format, strategy, escaping), { format });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('names are legal for scrapers without UTF-8 support', () => {
    const samples = samplesOf('text', encode('text', collectionOf(metrics), { ...shown, strategy, escaping }));
    for (const { name, labels } of samples) {
      if (escaping === 'allow-utf-8') continue;
      expect(name).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      for (const label of labels.keys()) expect(label).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
    }
    expect(samples.length).toBeGreaterThan(6);
  });

  test('a series has one name in every format', () => {
    const [text, openMetrics, protobuf] = formats.map((format) =>
      samplesOf(format, encode(format, collectionOf(metrics), { ...shown, strategy, escaping }))
        .map(keyOf)
        .sort(),
    );
    // OpenMetrics requires this suffix for counters.
    const renamed = text?.map((key) => key.replace('"http_server_requests"', '"http_server_requests_total"'));
    const plain = strategy === 'UnderscoreEscapingWithoutSuffixes' || strategy === 'NoTranslation';
    expect(protobuf).toEqual(text);
    if (!plain) expect(openMetrics).toEqual(renamed);
  });

  test('UNIT is the suffix of its name', () => {
    const lines = textOf('openmetrics', strategy, escaping).split('\n');
    for (const [, name, unit] of lines.flatMap((line) => [/^# UNIT ("?.*?"?) (\S+)$/.exec(line) ?? []])) {
      if (name !== undefined) expect(name.replaceAll('"', '')).toMatch(new RegExp(`_${unit}$`));
    }
    for (const { name = '', unit } of decodeFamilies(
      encode('protobuf', collectionOf(metrics), { strategy, escaping }),
    )) {
      if (unit !== undefined) expect(name.replace(/_total$/, '')).toMatch(new RegExp(`_${unit}$`));
    }
  });
});

test.each([
  ['without a suffix', 'orders', 'orders_total'],
  ['with one', 'orders_total', 'orders_total'],
])('without suffixes a counter %s keeps its name, and ends in _total in OpenMetrics', (_, name, expected) => {
  const collection = collectionOf([{ name, kind: 'counter', points: [[{}, 1]] }]);
  const options = { ...shown, strategy: 'UnderscoreEscapingWithoutSuffixes' } as const;
  expect(encodeText('text', collection, options)).toBe(`# TYPE ${name} counter\n${name} 1\n`);
  expect(encodeText('openmetrics', collection, options)).toBe(`# TYPE orders counter\n${expected} 1\n# EOF\n`);
  expect(decodeFamilies(encode('protobuf', collection, options)).map((family) => family.name)).toEqual([name]);
});
