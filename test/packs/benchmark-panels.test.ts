/** Dashboard and rules of pack `benchmark`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { type BenchmarkRulesOptions, benchmarkRules } from '../../src/packs/benchmark/alerts.js';
import { benchmarkDashboard } from '../../src/packs/benchmark/dashboard.js';
import { benchmark } from '../../src/packs/benchmark/index.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';

const shown = { dashboard: benchmarkDashboard(), rules: benchmarkRules() };

test('text of all panels and rules', async () => {
  await expect(textOf(shown)).toMatchFileSnapshot('../golden/panels/benchmark.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  // Shares over the window of the pack: panels and rules have the same shares of counters, over windows of their own.
  expect(unusedMetrics(benchmark().catalogue, shown)).toEqual(['goodputRatio', 'apiErrorRatio']);
});

test('no alert exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: benchmarkDashboard({ namespace }), rules: benchmarkRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'otelier-benchmark-Acme-eu', title: 'Benchmark · Acme.eu' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'benchmark-Acme.eu',
    'benchmark-Acme.eu-latency',
    'benchmark-Acme.eu-throughput',
    'benchmark-Acme.eu-fvd',
    'benchmark-Acme.eu-inception_score',
    'benchmark-Acme.eu-temporal_consistency',
    'benchmark-Acme.eu-f1',
  ]);
  expect(textOf(acme)).not.toMatch(/[ ({](?:benchmark|api|queue)[_:]/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('every option of the rules has an effect', () => {
  const others: Required<BenchmarkRulesOptions> = {
    namespace: 'acme',
    errorRatio: 0.1,
    minEvents: 5,
    stalledAfter: '2h',
    gpuPercent: 90,
    baseline: '14d',
    comparedPeriod: '2d',
    latencyChange: 0.5,
    throughputChange: 0.5,
    qualityChange: 0.5,
    past: '3d',
    sigmas: 4,
    margin: 0.5,
    minValues: 9,
  };
  expect(idleOptions(benchmarkRules, others)).toEqual([]);
});

test.each([
  [{ gpuPercents: 95 }, /benchmarkRules\.gpuPercents.*gpuPercent/],
  [{ gpuPercent: 0 }, /benchmarkRules\.gpuPercent.*a finite number above 0/],
  [{ minEvents: '20' }, /benchmarkRules\.minEvents.*a finite number above 0/],
  [{ baseline: 'a week' }, /a week.*such as 5m/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => benchmarkRules(options as never)).toThrow(message);
});
