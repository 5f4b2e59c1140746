/** Dashboard and rules of pack `benchmark`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { benchmarkRules } from '../../src/packs/benchmark/alerts.js';
import { benchmarkDashboard } from '../../src/packs/benchmark/dashboard.js';
import { benchmark } from '../../src/packs/benchmark/index.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: benchmarkDashboard(), rules: benchmarkRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/benchmark.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  // Shares over the window of the pack: panels and rules have the same shares of counters, over windows of their own.
  expect(unusedMetrics(benchmark().catalogue, shown)).toEqual(['goodputRatio', 'apiErrorRatio']);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: benchmarkDashboard({ namespace }), rules: benchmarkRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'acme-eu-benchmark', title: 'Benchmark (Acme.eu)' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'acme_eu_benchmark',
    'acme_eu_benchmark-resources',
    'acme_eu_benchmark-comparison',
  ]);
  const text = `${dashboardText(acme.dashboard)}${rulesText(acme.rules)}`;
  expect(text).not.toMatch(/[ ({](?:benchmark|api|queue)[_:]/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('thresholds are options', () => {
  const text = rulesText(
    benchmarkRules({
      errorRatio: 0.123,
      gpuPercent: 87,
      memoryRatio: 0.77,
      baseline: '14d',
      latencyChange: 0.5,
      sigmas: 4,
      past: '3d',
      stalledAfter: '2h',
    }),
  );
  for (const value of ['> 0.123', '> 87', '> 0.77', '[1d] offset 14d) * 1.5', '* 4', '[3d] offset 1h', 'for 2h'])
    expect(text).toContain(value);
});

test.each([
  [{ gpuPercents: 95 }, /benchmarkRules\.gpuPercents.*gpuPercent/],
  [{ memoryRatio: 0 }, /benchmarkRules\.memoryRatio.*a finite number above 0/],
  [{ minEvents: '20' }, /benchmarkRules\.minEvents.*a finite number above 0/],
  [{ baseline: 'a week' }, /a week.*such as 5m/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => benchmarkRules(options as never)).toThrow(message);
});
