/** Dashboard and rules of collector `runtime`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { runtimeRules } from '../../src/collectors/runtime/alerts.js';
import { runtimeDashboard } from '../../src/collectors/runtime/dashboard.js';
import { runtimeCatalogue } from '../../src/collectors/runtime/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: runtimeDashboard(), rules: runtimeRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/runtime.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule, but for those that others show better', () => {
  expect(unusedMetrics(runtimeCatalogue(), shown)).toEqual([
    // The histogram of sampled delays shows them for any window.
    'delayMin',
    'delayMax',
    'delayMean',
    'delayStddev',
    'delayP50',
    'delayP90',
    'delayP99',
    // Rates of the times show them for any window.
    'loopUtilization',
    // Follow from size and use of a space.
    'heapAvailable',
    'heapPhysical',
    'cpuUtilization',
    // Reserved addresses: of no consequence.
    'memoryVirtual',
    // Follows from the uptime.
    'startTime',
  ]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const text = rulesText(
    runtimeRules({ delaySeconds: 0.11, heapRatio: 0.12, descriptorRatio: 0.13, garbageCollectionRatio: 0.14 }),
  );
  for (const threshold of ['> 0.11', '> 0.12', '> 0.13', '> 0.14']) expect(text).toContain(threshold);
});

test.each([
  [{ heapRato: 1 }, /runtimeRules\.heapRato.*heapRatio/],
  [{ heapRatio: Number.NaN }, /runtimeRules\.heapRatio.*a number from 0 on/],
  [{ heapRatio: -1 }, /runtimeRules\.heapRatio.*a number from 0 on/],
  [3, /runtimeRules: got 3, expected an object with options/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => runtimeRules(options as never)).toThrow(message);
});
