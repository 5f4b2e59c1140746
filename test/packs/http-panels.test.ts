/** Dashboard and rules of pack `http`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { httpRules } from '../../src/packs/http/alerts.js';
import { httpDashboard } from '../../src/packs/http/dashboard.js';
import { http } from '../../src/packs/http/index.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: httpDashboard(), rules: httpRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/http.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(http().catalogue, shown)).toEqual([]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: httpDashboard({ namespace }), rules: httpRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'acme-eu-http', title: 'HTTP (Acme.eu)' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'acme_eu_http',
    'slo-acme_eu_http_availability',
    'slo-acme_eu_http_latency',
  ]);
  const text = `${dashboardText(acme.dashboard)}${rulesText(acme.rules)}`;
  expect(text).not.toMatch(/[ ({]http_(?:server|client)/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('thresholds are options', () => {
  const text = rulesText(
    httpRules({ errorRatio: 0.123, minRequests: 7, clientErrorRatio: 0.321, latencySeconds: 0.25, silentAfter: '2h' }),
  );
  for (const value of ['> 0.123', '>= 7', '> 0.321', 'le="0.25"', 'offset 2h']) expect(text).toContain(value);
});

test.each([
  [{ errorRato: 0.1 }, /httpRules\.errorRato.*errorRatio/],
  [{ abortedRatio: Number.NaN }, /httpRules\.abortedRatio.*a finite number above 0/],
  [{ minRequests: '20' }, /httpRules\.minRequests.*a finite number above 0/],
  [{ silentAfter: '15 minutes' }, /15 minutes.*such as 5m/],
  [{ latencySeconds: 0.3 }, /a bucket boundary/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => httpRules(options as never)).toThrow(message);
});
