/** Dashboard and rules of the SDK itself: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { sourceCatalogue } from '../../src/collectors/own-metrics.js';
import { healthRules } from '../../src/health/alerts.js';
import { healthDashboard } from '../../src/health/dashboard.js';
import { selfCatalogue } from '../../src/health/metrics.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: healthDashboard(), rules: healthRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/health.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  expect([...unusedMetrics(selfCatalogue(), shown), ...unusedMetrics(sourceCatalogue(), shown)]).toEqual([]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('thresholds are options', () => {
  const names = [
    'heartbeatMin',
    'heartbeatMax',
    'lostPoints',
    'failedRatio',
    'rejectedMeasurements',
    'seriesRatio',
    'failedReads',
    'collectionSeconds',
  ];
  const thresholds = Object.fromEntries(names.map((name, index) => [name, (index + 1) / 1_000]));
  const text = rulesText(healthRules({ ...thresholds, serviceAfter: '10h', heartbeatPast: '2h' }));
  const found = [...text.matchAll(/[<>]=? (0\.00\d)/g)].map(([, threshold]) => Number(threshold));
  expect([...new Set(found)]).toEqual(Object.values(thresholds));
  expect(text).toContain('count_over_time(job:otelier_heartbeat:rate_5m[10h]) >= 540');
  expect(text).toContain('count_over_time(job:otelier_heartbeat:count_10h[2h]) > 0');
});

test.each([
  [{ lostPoint: 1 }, /healthRules\.lostPoint.*lostPoints/],
  [{ lostPoints: '1' }, /healthRules\.lostPoints.*a number from 0 on/],
  [{ heartbeatPast: 'an hour' }, /an hour.*such as 5m/],
  [{ serviceAfter: '1y' }, /1y.*such as 5m/],
  [{ path: 'push' }, /healthRules\.path.*scrape or otlp/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => healthRules(options as never)).toThrow(message);
});

test('a short time still needs a heartbeat', () => {
  expect(rulesText(healthRules({ serviceAfter: '30s' }))).toContain('[30s]) >= 1');
});

test('targets are watched on the path of a scrape only', () => {
  const names = (path: 'scrape' | 'otlp') =>
    healthRules({ path }).flatMap(({ alerts }) => alerts.map(({ name }) => name));
  expect(names('scrape')).toContain('ScrapeTargetDown');
  expect(names('otlp')).toEqual(names('scrape').filter((name) => name !== 'ScrapeTargetDown'));
});
