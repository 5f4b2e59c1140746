/** Dashboard and rules of collector `host`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { hostRules } from '../../src/collectors/host/alerts.js';
import { hostDashboard } from '../../src/collectors/host/dashboard.js';
import { host } from '../../src/collectors/host/index.js';
import { hostCatalogue } from '../../src/collectors/host/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: hostDashboard(), rules: hostRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/host.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('the catalogue of the queries is that of the collector', () => {
  const own = host().catalogue.metrics.filter(({ name }) => !name.startsWith('otelier.'));
  expect(hostCatalogue().metrics).toEqual(own);
});

test('every metric is used by a panel or a rule, but for those that others show better', () => {
  expect(unusedMetrics(hostCatalogue(), shown)).toEqual([
    // Rates of the times show it for any window.
    'cpuUtilization',
    // The share that is used follows from it.
    'memoryAvailable',
    // Absent without swap space; the usage is not.
    'pagingUtilization',
    // Only of interest beside the operations of one disk.
    'diskMerged',
  ]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const names = [
    'cpuRatio',
    'memoryRatio',
    'freeSpaceRatio',
    'fullSpaceRatio',
    'freeInodesRatio',
    'cpuPressureRatio',
    'memoryPressureRatio',
    'ioPressureRatio',
  ];
  const thresholds = Object.fromEntries(names.map((name, index) => [name, (index + 1) / 1_000]));
  const text = rulesText(hostRules(thresholds));
  expect([...text.matchAll(/[<>] (0\.00\d)/g)].map(([, threshold]) => Number(threshold))).toEqual(
    Object.values(thresholds),
  );
  expect(() => hostRules({ cpuRate: 1 } as never)).toThrow(/hostRules\.cpuRate.*cpuRatio/);
});
