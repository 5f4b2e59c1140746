/** Dashboard and rules of pack `gateway`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { gatewayRules } from '../../src/packs/gateway/alerts.js';
import { gatewayDashboard } from '../../src/packs/gateway/dashboard.js';
import { gateway } from '../../src/packs/gateway/index.js';
import { doubleNames, invalidQueries, unusedMetrics } from '../support/panel-audit.js';
import { dashboardText, rulesText } from '../support/panel-text.js';

const shown = { dashboard: gatewayDashboard(), rules: gatewayRules() };

test('text of all panels and rules', async () => {
  const text = `${dashboardText(shown.dashboard)}\n${rulesText(shown.rules)}`;
  await expect(text).toMatchFileSnapshot('../golden/panels/gateway.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(gateway().catalogue, shown)).toEqual([]);
});

test('no rule exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: gatewayDashboard({ namespace }), rules: gatewayRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'acme-eu-gateway', title: 'LLM gateway (Acme.eu)' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'acme_eu_gateway',
    'acme_eu_gateway-cost',
    'slo-acme_eu_gateway_latency',
  ]);
  const text = `${dashboardText(acme.dashboard)}${rulesText(acme.rules)}`;
  expect(text).not.toMatch(/[ ({]gateway[_:]/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('thresholds are options', () => {
  const text = rulesText(
    gatewayRules({ errorRatio: 0.123, minRequests: 7, overheadSeconds: 0.321, latencySeconds: 1.024, costPast: '3d' }),
  );
  for (const value of ['> 0.123', '>= 7', '> 0.321', 'le="1.024"', '[3d] offset 1h']) expect(text).toContain(value);
});

test.each([
  [{ errorRato: 0.1 }, /gatewayRules\.errorRato.*errorRatio/],
  [{ errorRatio: Number.NaN }, /gatewayRules\.errorRatio.*a finite number above 0/],
  [{ minRequests: '20' }, /gatewayRules\.minRequests.*a finite number above 0/],
  [{ costPast: 7 }, /a string, such as "7d"/],
  [{ silentAfter: '15 minutes' }, /15 minutes.*such as 5m/],
  [{ latencySeconds: 5 }, /a bucket boundary/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => gatewayRules(options as never)).toThrow(message);
});
