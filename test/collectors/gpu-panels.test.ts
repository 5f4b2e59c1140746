/** Dashboard and rules of collector `gpu`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { gpuRules } from '../../src/collectors/gpu/alerts.js';
import { gpuDashboard } from '../../src/collectors/gpu/dashboard.js';
import { gpu } from '../../src/collectors/gpu/index.js';
import { gpuCatalogue } from '../../src/collectors/gpu/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: gpuDashboard(), rules: gpuRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/gpu.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('the catalogue of the queries is that of the collector', () => {
  const own = gpu().catalogue.metrics.filter(({ name }) => !name.startsWith('otelier.'));
  expect(gpuCatalogue().metrics).toEqual(own);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(gpuCatalogue(), shown)).toEqual([]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const names = ['utilizationRatio', 'memoryRatio', 'uncorrectedErrors', 'xidErrors', 'throttledRatio'];
  const thresholds = Object.fromEntries(names.map((name, index) => [name, (index + 1) / 1_000]));
  const text = rulesText(gpuRules(thresholds));
  expect([...text.matchAll(/> (0\.00\d)/g)].map(([, threshold]) => Number(threshold))).toEqual(
    Object.values(thresholds),
  );
  expect(() => gpuRules({ memoryRate: 1 } as never)).toThrow(/gpuRules\.memoryRate.*memoryRatio/);
});
