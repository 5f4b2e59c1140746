/** Dashboard and rules of pack `http`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { type HttpRulesOptions, httpRules } from '../../src/packs/http/alerts.js';
import { httpDashboard } from '../../src/packs/http/dashboard.js';
import { http } from '../../src/packs/http/index.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';

const shown = { dashboard: httpDashboard(), rules: httpRules() };

test('text of all panels and rules', async () => {
  await expect(textOf(shown)).toMatchFileSnapshot('../golden/panels/http.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(http().catalogue, shown)).toEqual([]);
});

test('no alert exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: httpDashboard({ namespace }), rules: httpRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'otelier-http-Acme-eu', title: 'HTTP · Acme.eu' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'http-Acme.eu',
    'slo-acme_eu_http_availability',
    'slo-acme_eu_http_latency',
  ]);
  expect(textOf(acme)).not.toMatch(/[ ({]http_(?:server|client)/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('every option of the rules has an effect', () => {
  const others: Required<HttpRulesOptions> = {
    namespace: 'acme',
    errorRatio: 0.1,
    routeErrorRatio: 0.1,
    abortedRatio: 0.2,
    clientErrorRatio: 0.2,
    minRequests: 5,
    availabilityObjective: 0.9,
    latencyObjective: 0.9,
    latencySeconds: 0.25,
    silentAfter: '2h',
  };
  expect(idleOptions(httpRules, others)).toEqual([]);
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
