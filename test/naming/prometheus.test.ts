/** Prometheus names of metrics and attributes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { inference } from 'otelier/packs/inference';
import { describe, expect, test } from 'vitest';
import type { MetricStream } from '../../src/model/points.js';
import { isLegacyLabelName, isLegacyMetricName } from '../../src/naming/escaping.js';
import {
  type NamedMetric,
  prometheusLabel,
  prometheusName,
  type TranslationStrategy,
  translationStrategies,
} from '../../src/naming/prometheus.js';

const kinds = {
  counter: { points: 'number', sum: true, monotonic: true },
  upDownCounter: { points: 'number', sum: true, monotonic: false },
  gauge: { points: 'number', sum: false, monotonic: false },
  histogram: { points: 'histogram', sum: true, monotonic: true },
  exponentialHistogram: { points: 'exponentialHistogram', sum: true, monotonic: true },
} as const satisfies Record<string, Pick<MetricStream, 'points' | 'sum' | 'monotonic'>>;

type Kind = keyof typeof kinds;

const full: TranslationStrategy = 'UnderscoreEscapingWithSuffixes';

function named(kind: Kind, name: string, unit: string, strategy = full) {
  const metric: NamedMetric = { name, unit, ...kinds[kind] };
  return prometheusName(metric, strategy);
}

describe('names fixed by the specification files', () => {
  interface Fixed {
    readonly prometheus_name: string;
    readonly kind: 'counter' | 'gauge' | 'histogram';
    readonly unit: string;
  }

  const fixedBy = (file: string) =>
    (JSON.parse(readFileSync(new URL(`../fixtures/spec/${file}`, import.meta.url), 'utf8')) as { metrics: Fixed[] })
      .metrics;
  const inferenceServer = fixedBy('inference-server.metrics.json');
  const fixed = [...inferenceServer, ...fixedBy('agent-platform.metrics.json')];

  test.each(fixed)('$prometheus_name is unchanged with unit $unit', ({ prometheus_name, kind, unit }) => {
    const family = kind === 'counter' ? prometheus_name.replace(/_total$/, '') : prometheus_name;
    expect(named(kind, family, unit)).toMatchObject({ family, sample: prometheus_name });
    expect(named(kind, prometheus_name, unit)).toMatchObject({ family, sample: prometheus_name });
  });

  test('the inference pack defines all of them', () => {
    const kindOf = (kind: string): Kind =>
      kind.startsWith('observable') ? ((kind.charAt(10).toLowerCase() + kind.slice(11)) as Kind) : (kind as Kind);
    const samples = inference().catalogue.metrics.map(({ kind, name, unit }) => named(kindOf(kind), name, unit).sample);
    expect(samples).toEqual(expect.arrayContaining(inferenceServer.map(({ prometheus_name }) => prometheus_name)));
    expect(samples).toContain('total_tokens_total');
  });
});

test.each<[kind: Kind, name: string, unit: string, family: string, sample: string, shownUnit: string | undefined]>([
  ['histogram', 'http.server.request.duration', 's', 'http_server_request_duration_seconds', '', 'seconds'],
  ['exponentialHistogram', 'sizes', 'By', 'sizes_bytes', '', 'bytes'],
  ['counter', 'shop.orders', '{order}', 'shop_orders', 'shop_orders_total', undefined],
  ['counter', 'items', '1', 'items', 'items_total', undefined],
  ['counter', 'io', 'By', 'io_bytes', 'io_bytes_total', 'bytes'],
  ['counter', 'io_total', 'By', 'io_bytes', 'io_bytes_total', 'bytes'],
  ['counter', 'io_bytes_total', 'By', 'io_bytes', 'io_bytes_total', 'bytes'],
  ['counter', 'io.total', 'By', 'io_bytes', 'io_bytes_total', 'bytes'],
  ['counter', 'total_tokens', '{token}', 'total_tokens', 'total_tokens_total', undefined],
  ['counter', 'subtotal', '1', 'subtotal', 'subtotal_total', undefined],
  ['counter', 'total', '1', 'total', 'total_total', undefined],
  ['counter', '_total', '1', '_total', '_total_total', undefined],
  ['counter', 'requests_', '1', 'requests', 'requests_total', undefined],
  ['upDownCounter', 'in.flight', '{request}', 'in_flight', '', undefined],
  ['upDownCounter', 'share', '1', 'share', '', undefined],
  ['gauge', 'memory.utilization', '1', 'memory_utilization_ratio', '', 'ratio'],
  ['gauge', 'padding_ratio', '1', 'padding_ratio', '', 'ratio'],
  ['gauge', 'ratio_of_hits', '1', 'ratio_of_hits', '', undefined],
  ['histogram', 'speedup', '1', 'speedup', '', undefined],
  ['gauge', 'pages_total', '{page}', 'pages_total', '', undefined],
  ['histogram', 'pages_total', '{page}', 'pages_total', '', undefined],
  ['gauge', 'disk.io', 'By/s', 'disk_io_bytes_per_second', '', 'bytes_per_second'],
  ['gauge', 'disk_bytes_read', 'By/s', 'disk_bytes_read_per_second', '', undefined],
  ['gauge', 'throughput', '{request}/s', 'throughput_per_second', '', 'per_second'],
  ['gauge', 'seconds', 's', 'seconds', '', undefined],
  ['gauge', 'trailing_', '', 'trailing_', '', undefined],
])('%s %s in %j is %s', (kind, name, unit, family, sample, shownUnit) => {
  expect(named(kind, name, unit)).toEqual({ family, sample: sample || family, unit: shownUnit });
});

test.each<[name: string, unit: string]>([
  ['latency_ms', 'ms'],
  ['latency_ms_p99', 'ms'],
  ['latency_milliseconds', 'ms'],
  ['latency_sec', 's'],
  ['latency_s', 's'],
  ['uptime_min', 'min'],
  ['memory_mb', 'MBy'],
  ['memory_MB', 'MBy'],
  ['memory_megabytes', 'MBy'],
  ['memory_mib_used', 'MiBy'],
  ['utilization_pct', '%'],
  ['utilization_percent', '%'],
  ['throughput_qps', '{request}/s'],
  ['limit_tpm', '{token}/min'],
  ['requests_per_second', '{request}/s'],
  ['requests_per_sec', '1/s'],
  ['speed_m_per_s', 'm/s'],
  ['rx_kb_per_s', 'kBy/s'],
  ['cost_usd', 'USD'],
  ['clock_mhz', 'MHz'],
  ['power_milliwatts', 'mW'],
  ['energy_kW_h', 'kW.h'],
])('%s already contains its unit %s', (name, unit) => {
  expect(named('gauge', name, unit).family).toBe(name);
  expect(named('counter', `${name}_total`, unit).sample).toBe(`${name}_total`);
});

test.each<[name: string, unit: string, family: string]>([
  ['latency_ms', 's', 'latency_ms_seconds'],
  ['items', 'ms', 'items_milliseconds'],
  ['programs', 'ms', 'programs_milliseconds'],
  ['memory_mb', 'MiBy', 'memory_mb_mebibytes'],
  ['phase_a_current', 'A', 'phase_a_current_amperes'],
  ['lowest_min_age', 'min', 'lowest_min_age_minutes'],
  ['throughput_qps', 'By/s', 'throughput_qps_bytes_per_second'],
])('%s does not contain its unit %s', (name, unit, family) => {
  expect(named('gauge', name, unit).family).toBe(family);
});

test.each<[name: string, expected: string]>([
  ['a..b--c/d', 'a_b_c_d'],
  ['a__b', 'a_b'],
  ['(lambda).function.executions(#)', 'lambda_function_executions'],
  ['5xx', '_5xx'],
  ['_private', '_private'],
  ['trailing_', 'trailing_'],
  ['rule:of:record', 'rule:of:record'],
  ['größe', 'gr_e'],
  ['a\nb\0c', 'a_b_c'],
  ['a\ud800', 'a'],
  ['', 'unnamed'],
  ['😀', 'unnamed'],
  ['___', 'unnamed'],
])('the name %j becomes %s', (name, expected) => {
  expect(named('gauge', name, '').family).toBe(expected);
});

test.each<[strategy: TranslationStrategy, family: string, sample: string, unit: string | undefined]>([
  ['UnderscoreEscapingWithSuffixes', 'io_time_seconds', 'io_time_seconds_total', 'seconds'],
  ['UnderscoreEscapingWithoutSuffixes', 'io_time', 'io_time', undefined],
  ['NoUTF8EscapingWithSuffixes', 'io.time_seconds', 'io.time_seconds_total', 'seconds'],
  ['NoTranslation', 'io.time', 'io.time', undefined],
])('%s', (strategy, family, sample, unit) => {
  expect(named('counter', 'io.time', 's', strategy)).toEqual({ family, sample, unit });
});

test.each<[strategy: TranslationStrategy, name: string, family: string, sample: string, unit: string | undefined]>([
  ['UnderscoreEscapingWithoutSuffixes', 'io.time_seconds_total', 'io_time_seconds', 'io_time_seconds_total', 'seconds'],
  ['UnderscoreEscapingWithoutSuffixes', 'io.total', 'io', 'io_total', undefined],
  ['NoTranslation', 'io.seconds_total', 'io.seconds', 'io.seconds_total', undefined],
  ['NoTranslation', 'io.total', 'io.total', 'io.total', undefined],
  ['NoUTF8EscapingWithSuffixes', 'io.seconds.total', 'io.seconds', 'io.seconds_total', undefined],
  ['NoUTF8EscapingWithSuffixes', 'a__b_', 'a__b__seconds', 'a__b__seconds_total', 'seconds'],
  ['NoUTF8EscapingWithSuffixes', 'größe\ud800', 'größe\ufffd_seconds', 'größe\ufffd_seconds_total', 'seconds'],
  ['NoTranslation', '', 'unnamed', 'unnamed', undefined],
])('%s of the counter %j', (strategy, name, family, sample, unit) => {
  expect(named('counter', name, 's', strategy)).toEqual({ family, sample, unit });
});

test.each<[key: string, expected: string]>([
  ['http.request.method', 'http_request_method'],
  ['a:b', 'a_b'],
  ['a__b', 'a_b'],
  ['a!', 'a_'],
  ['CamelCase9', 'CamelCase9'],
  ['5xx', 'key_5xx'],
  ['_private', '_private'],
  ['.hidden', '_hidden'],
  ['__name__', '_name_'],
  ['__', '_'],
  ['größe', 'gr_e'],
  ['a\nb\0', 'a_b_'],
  ['😀', '_'],
  ['\ud800', '_'],
  ['', '_'],
])('the key %j becomes the label %s', (key, expected) => {
  expect(prometheusLabel(key, 'UnderscoreEscapingWithSuffixes')).toBe(expected);
  expect(prometheusLabel(key, 'UnderscoreEscapingWithoutSuffixes')).toBe(expected);
});

test.each<[key: string, expected: string]>([
  ['http.request.method', 'http.request.method'],
  ['größe 😀', 'größe 😀'],
  ['a\ud800', 'a\ufffd'],
  ['', '_'],
])('the key %j becomes the label %j without escaping', (key, expected) => {
  expect(prometheusLabel(key, 'NoUTF8EscapingWithSuffixes')).toBe(expected);
  expect(prometheusLabel(key, 'NoTranslation')).toBe(expected);
});

describe('for any name', () => {
  const pieces = [
    'total',
    '_',
    '__',
    '.',
    's',
    'ms',
    'seconds',
    'per',
    'qps',
    'ratio',
    'a',
    'min',
    '9',
    ':',
    'é',
    '😀',
  ];
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom(...pieces, '\ud800', '\n', '\0', '-', 'x', 'T', 'b'), { maxLength: 8 })
      .map((of) => of.join('')),
    fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((of) => of.join('_')),
  );
  const anyUnit = fc.oneof(
    fc.constantFrom(
      '',
      '1',
      's',
      'ms',
      'min',
      'By',
      'By/s',
      'm/s',
      '1/s',
      '{x}/s',
      '%',
      'A',
      'total',
      'a/b',
      'kW.h',
      'a_s',
    ),
    anyText,
  );
  const anyKind = fc.constantFrom(...(Object.keys(kinds) as Kind[]));
  const anyStrategy = fc.constantFrom(...translationStrategies);
  const escaping = translationStrategies.filter((strategy) => strategy.startsWith('Underscore'));

  test.each(escaping)('%s gives legacy names without repeated underscores', (strategy) => {
    fc.assert(
      fc.property(anyKind, anyText, anyUnit, (kind, text, unit) => {
        const { family, sample } = named(kind, text, unit, strategy);
        for (const name of [family, sample]) {
          expect(name).toSatisfy(isLegacyMetricName);
          expect(name).not.toContain('__');
        }
        const label = prometheusLabel(text, strategy);
        expect(label).toSatisfy(isLegacyLabelName);
        expect(label).not.toContain('__');
      }),
      { numRuns: 1_000 },
    );
  });

  test('every strategy gives valid, non-empty Unicode names', () => {
    fc.assert(
      fc.property(anyStrategy, anyKind, anyText, anyUnit, (strategy, kind, text, unit) => {
        const { family, sample } = named(kind, text, unit, strategy);
        for (const name of [family, sample, prometheusLabel(text, strategy)]) {
          expect(name).not.toBe('');
          expect(() => encodeURIComponent(name)).not.toThrow();
        }
      }),
    );
  });

  test('translation is idempotent', () => {
    fc.assert(
      fc.property(anyStrategy, anyKind, anyText, anyUnit, (strategy, kind, text, unit) => {
        const once = named(kind, text, unit, strategy);
        expect(named(kind, once.sample, unit, strategy)).toEqual(once);
        const label = prometheusLabel(text, strategy);
        expect(prometheusLabel(label, strategy)).toBe(label);
      }),
      { numRuns: 5_000 },
    );
  });

  test('the sample name is the family, for a counter followed by _total', () => {
    fc.assert(
      fc.property(anyStrategy, anyKind, anyText, anyUnit, (strategy, kind, text, unit) => {
        const { family, sample } = named(kind, text, unit, strategy);
        const adds = strategy.endsWith('WithSuffixes');
        if (kind !== 'counter') expect(sample).toBe(family);
        else if (adds) expect(sample).toBe(`${family}_total`);
        else expect([family, `${family}_total`]).toContain(sample);
      }),
    );
  });

  test('the unit is the suffix of the family', () => {
    fc.assert(
      fc.property(anyStrategy, anyKind, anyText, anyUnit, (strategy, kind, text, unit) => {
        const { family, unit: shown } = named(kind, text, unit, strategy);
        if (shown !== undefined) expect(family.endsWith(`_${shown}`) && shown !== '').toBe(true);
      }),
    );
  });

  test('a Prometheus name without a unit is unchanged', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9:]{1,6}$/);
    const name = fc
      .tuple(fc.constantFrom('', '_'), fc.array(word, { minLength: 1, maxLength: 4 }))
      .map(([start, words]) => start + words.join('_'))
      .filter(isLegacyMetricName);
    fc.assert(
      fc.property(anyStrategy, name, (strategy, text) => {
        expect(named('gauge', text, '', strategy)).toEqual({ family: text, sample: text, unit: undefined });
        expect(named('counter', `${text}_total`, '', strategy)).toMatchObject({ sample: `${text}_total` });
      }),
    );
  });
});
