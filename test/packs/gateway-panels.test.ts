/** Dashboard and rules of pack `gateway`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { type GatewayRulesOptions, gatewayRules } from '../../src/packs/gateway/alerts.js';
import { gatewayDashboard } from '../../src/packs/gateway/dashboard.js';
import { gateway } from '../../src/packs/gateway/index.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';

const shown = { dashboard: gatewayDashboard(), rules: gatewayRules() };

test('text of all panels and rules', async () => {
  await expect(textOf(shown)).toMatchFileSnapshot('../golden/panels/gateway.txt');
});

test('all queries are valid PromQL', () => {
  expect(invalidQueries(shown)).toEqual([]);
});

test('every metric is used by a panel or a rule', () => {
  expect(unusedMetrics(gateway().catalogue, shown)).toEqual([]);
});

test('no alert exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: gatewayDashboard({ namespace }), rules: gatewayRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'otelier-gateway-Acme-eu', title: 'LLM gateway · Acme.eu' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'gateway-Acme.eu',
    'gateway-Acme.eu-silence',
    'gateway-Acme.eu-cost',
    'slo-acme_eu_gateway_success',
    'slo-acme_eu_gateway_latency',
  ]);
  expect(textOf(acme)).not.toMatch(/[ ({]gateway[_:]/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('every option of the rules has an effect', () => {
  const others: Required<GatewayRulesOptions> = {
    namespace: 'acme',
    errorRatio: 0.1,
    minRequests: 5,
    providerErrorRatio: 0.3,
    otherErrorRatio: 0.1,
    rateLimitRatio: 0.2,
    successObjective: 0.9,
    latencyObjective: 0.9,
    latencySeconds: 1.024,
    overheadSeconds: 0.01,
    lostEvents: 9,
    abandonedRatio: 0.1,
    costSigmas: 4,
    costMargin: 1,
    costPast: '3d',
    costMinValues: 9,
    silentAfter: '2h',
    silentFor: '1h',
    silencePast: '3d',
    serviceAfter: '12h',
  };
  expect(idleOptions(gatewayRules, others)).toEqual([]);
});

test.each([
  [{ errorRato: 0.1 }, /gatewayRules\.errorRato.*errorRatio/],
  [{ errorRatio: Number.NaN }, /gatewayRules\.errorRatio.*a finite number above 0/],
  [{ minRequests: '20' }, /gatewayRules\.minRequests.*a finite number above 0/],
  [{ costPast: 7 }, /costPast.*a string, such as "7d"/],
  [{ silentAfter: '15 minutes' }, /15 minutes.*such as 5m/],
  [{ latencySeconds: 5 }, /a bucket boundary/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => gatewayRules(options as never)).toThrow(message);
});
