/** Dashboard and rules of pack `genai`: their text, their syntax, and the metrics that they use. */
import { expect, test } from 'vitest';
import { type GenaiRulesOptions, genaiRules } from '../../src/packs/genai/alerts.js';
import type { Conventions } from '../../src/packs/genai/conventions.js';
import { genaiDashboard } from '../../src/packs/genai/dashboard.js';
import { genai } from '../../src/packs/genai/index.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';

const shownFor = (conventions: Conventions) => ({
  dashboard: genaiDashboard({ conventions }),
  rules: genaiRules({ conventions }),
});
const shown = shownFor('legacy');

test.each(['legacy', 'latest'] as const)('text of all panels and rules, %s conventions', async (conventions) => {
  const name = conventions === 'legacy' ? 'genai' : 'genai-latest';
  await expect(textOf(shownFor(conventions))).toMatchFileSnapshot(`../golden/panels/${name}.txt`);
});

test('the environment selects the conventions, as it does for the pack', () => {
  const environment = { OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai_latest_experimental' };
  expect(genaiDashboard({ environment })).toEqual(genaiDashboard({ conventions: 'latest' }));
});

test.each(['legacy', 'latest', 'both'] as const)('all queries are valid PromQL, %s conventions', (conventions) => {
  expect(invalidQueries(shownFor(conventions))).toEqual([]);
});

test.each<[Conventions, readonly string[]]>([
  ['legacy', []],
  ['latest', []],
  // The legacy names of what the latest names show. operationDuration has the durations of all kinds once more.
  ['both', ['tokenUsage', 'operationTimeToFirstChunk', 'operationTimePerOutputChunk', 'operationDuration']],
])('every metric of the %s conventions is used by a panel or a rule', (conventions, unused) => {
  expect(unusedMetrics(genai({ conventions }).catalogue, shownFor(conventions))).toEqual(unused);
});

test('no alert exists twice', () => {
  expect(doubleNames(shown.rules)).toEqual([]);
});

test('a namespace is part of all names', () => {
  const namespace = 'Acme.eu';
  const acme = { dashboard: genaiDashboard({ namespace }), rules: genaiRules({ namespace }) };
  expect(acme.dashboard).toMatchObject({ uid: 'otelier-genai-Acme-eu', title: 'Generative AI · Acme.eu' });
  expect(acme.rules.map(({ name }) => name)).toEqual([
    'genai-Acme.eu',
    'genai-Acme.eu-cost',
    'slo-acme_eu_genai_latency',
  ]);
  expect(textOf(acme)).not.toMatch(/[ ({](?:genai|gen_ai)_client|[ ({]genai:/);
  expect(invalidQueries(acme)).toEqual([]);
});

test('every option of the rules has an effect', () => {
  const others: Required<GenaiRulesOptions> = {
    namespace: 'acme',
    conventions: 'latest',
    errorRatio: 0.1,
    minOperations: 5,
    latencyObjective: 0.9,
    latencySeconds: 5.12,
    firstChunkSeconds: 3,
    abandonedRatio: 0.1,
    toolErrorRatio: 0.1,
    unknownCostRatio: 0.1,
    costSigmas: 4,
    costMargin: 1,
    costPast: '3d',
    costMinValues: 9,
  };
  expect(idleOptions(genaiRules, others)).toEqual([]);
});

test.each([
  [{ errorRato: 0.1 }, /genaiRules\.errorRato.*errorRatio/],
  [{ toolErrorRatio: -1 }, /genaiRules\.toolErrorRatio.*a finite number above 0/],
  [{ minOperations: '20' }, /genaiRules\.minOperations.*a finite number above 0/],
  [{ costPast: 'a week' }, /a week.*such as 5m/],
  [{ latencySeconds: 5 }, /a bucket boundary/],
  [{ conventions: 'newest' }, /genai\.conventions.*legacy, latest, both/],
])('an invalid threshold is reported: %o', (options, message) => {
  expect(() => genaiRules(options as never)).toThrow(message);
});
