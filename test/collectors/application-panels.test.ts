/** Dashboard and rules of pack `application`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { applicationRules } from '../../src/collectors/application/alerts.js';
import { applicationDashboard } from '../../src/collectors/application/dashboard.js';
import { application } from '../../src/collectors/application/index.js';
import { applicationCatalogue } from '../../src/collectors/application/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: applicationDashboard(), rules: applicationRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/application.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('the catalogue of the queries is that of the pack', () => {
  expect(applicationCatalogue(50)).toEqual(application().catalogue);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(applicationCatalogue(50), shown)).toEqual([]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const names = ['connectionRatio', 'timeouts', 'droppedItems', 'queueSeconds', 'failedReadings'];
  const thresholds = Object.fromEntries(names.map((name, index) => [name, (index + 1) / 1_000]));
  const text = rulesText(applicationRules(thresholds));
  expect([...text.matchAll(/> (0\.00\d)/g)].map(([, threshold]) => Number(threshold))).toEqual(
    Object.values(thresholds),
  );
  expect(() => applicationRules({ timeout: 1 } as never)).toThrow(/applicationRules\.timeout.*timeouts/);
});
