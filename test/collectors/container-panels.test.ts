/** Dashboard and rules of collector `container`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { containerRules } from '../../src/collectors/container/alerts.js';
import { containerDashboard } from '../../src/collectors/container/dashboard.js';
import { container } from '../../src/collectors/container/index.js';
import { containerCatalogue } from '../../src/collectors/container/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: containerDashboard(), rules: containerRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/container.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('the catalogue of the queries is that of the collector', () => {
  const own = container().catalogue.metrics.filter(({ name }) => !name.startsWith('otelier.'));
  expect(containerCatalogue().metrics).toEqual(own);
});

test('every metric is used by a panel or a rule, but for those that others show better', () => {
  expect(unusedMetrics(containerCatalogue(), shown)).toEqual([
    // Rates of the processor time show it for any window.
    'cpuUsage',
    // Follows from the working set and the limit.
    'memoryAvailable',
  ]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const names = ['memoryRatio', 'oomKills', 'throttledRatio', 'pidsRatio'];
  const thresholds = Object.fromEntries(names.map((name, index) => [name, (index + 1) / 1_000]));
  const text = rulesText(containerRules(thresholds));
  expect([...text.matchAll(/> (0\.00\d)/g)].map(([, threshold]) => Number(threshold))).toEqual(
    Object.values(thresholds),
  );
  expect(() => containerRules({ memoryRate: 1 } as never)).toThrow(/containerRules\.memoryRate.*memoryRatio/);
});
