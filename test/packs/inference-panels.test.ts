/** Dashboard, rules and named queries of the pack `inference`: their text, and what they use of the catalogue. */
import { describe, expect, test } from 'vitest';
import { type InferenceRulesOptions, inferenceRules } from '../../src/packs/inference/alerts.js';
import { inferenceDashboard } from '../../src/packs/inference/dashboard.js';
import { inferenceCatalogue } from '../../src/packs/inference/metrics.js';
import { inferenceQueries } from '../../src/packs/inference/queries.js';
import { dashboardFor, promql, type Query, queryNames } from '../../src/panels/index.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';
import { thrownBy } from '../support/thrown.js';

const panels = { dashboard: inferenceDashboard(), rules: inferenceRules({ gpuMemoryTotalMb: 80_000 }) };

test('text of dashboard and rules', async () => {
  await expect(textOf(panels)).toMatchFileSnapshot('../golden/panels/inference.txt');
});

test('every query is PromQL, and every alert has a name of its own', () => {
  expect(invalidQueries(panels)).toEqual([]);
  expect(doubleNames(panels.rules)).toEqual([]);
});

test('every metric is used, except the padding of the last batch: counters give that of any window', () => {
  expect(unusedMetrics(inferenceCatalogue(), panels)).toEqual(['paddingRatio']);
});

test('the dashboard shows 15 minutes, and is refreshed every 5 seconds', () => {
  expect(panels.dashboard).toMatchObject({ uid: 'otelier-inference', refresh: '5s', last: '15m' });
});

const rowsOf = {
  operator: ['Overview', 'Service', 'Time of requests', 'Workers'],
  developer: ['Overview', 'Service', 'Time of requests', 'Batches', 'Workers'],
  business: ['Overview', 'Service'],
};

test.each(['operator', 'developer', 'business'] as const)('the dashboard of a reader: %s', (role) => {
  expect(dashboardFor(role, panels.dashboard).rows.map(({ title }) => title)).toEqual(rowsOf[role]);
});

test('queries by name', async () => {
  const lines = Object.entries(inferenceQueries()).flatMap(([name, query]) =>
    'op' in query
      ? [lineOf(name, query)]
      : Object.entries(query).map(([stage, share]) => lineOf(`${name}.${stage}`, share)),
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/panels/inference-queries.txt');
  expect(lines.filter((line) => firstErrorIn(line.slice(line.indexOf(': ') + 2)) !== undefined)).toEqual([]);
});

function lineOf(name: string, query: Query): string {
  return `${name}: ${promql(query, { names: queryNames(), autoWindow: '5m' })}`;
}

describe('namespace', () => {
  const named = {
    dashboard: inferenceDashboard({ namespace: 'rerank' }),
    rules: inferenceRules({ namespace: 'rerank' }),
  };

  test('is part of the uid, of every name and of the objectives', () => {
    expect(named.dashboard).toMatchObject({ uid: 'otelier-inference-rerank', title: 'Inference server · rerank' });
    expect(
      textOf(named).match(/(?<![a-z_])(?:request|gpu|model|batch|worker)_\w+_(?:total|bucket|sum|count)\b/g),
    ).toBeNull();
    expect(named.rules.map(({ name }) => name)).toEqual([
      'inference-rerank',
      'inference-rerank-silence',
      'slo-rerank_inference_latency',
      'slo-rerank_inference_success',
    ]);
  });
});

describe('thresholds', () => {
  const others: Required<InferenceRulesOptions> = {
    namespace: 'rerank',
    latencySeconds: 0.25,
    latencyObjective: 0.9,
    successObjective: 0.9,
    queueLength: 100,
    queueGrowth: 3,
    gpuPercent: 80,
    gpuMemoryTotalMb: 24_000,
    gpuMemoryShare: 0.5,
    gpuMemoryGrowth: 2,
    abandonedRequests: 9,
    stalledFor: '1h',
    silentFor: '1h',
    silencePast: '3d',
    serviceAfter: '12h',
  };

  test('every option has an effect', () => {
    const rules = (options: InferenceRulesOptions) => inferenceRules({ gpuMemoryTotalMb: 80_000, ...options });
    expect(idleOptions(rules, others)).toEqual([]);
  });

  test('without the size of the memory, there is no alert on full memory', () => {
    const names = (options: InferenceRulesOptions) =>
      inferenceRules(options).flatMap(({ alerts }) => alerts.map(({ name }) => name));
    const more = names({ gpuMemoryTotalMb: 1 });
    expect(more.filter((name) => !names({}).includes(name))).toEqual(['InferenceGpuMemoryHigh']);
  });

  test.each<[unknown, string]>([
    [{ latency: 1 }, 'inferenceRules.latency'],
    [{ gpuPercent: -1 }, 'inferenceRules.gpuPercent'],
    [{ gpuPercent: [{ fromHour: 1, value: 1 }] }, 'inferenceRules.gpuPercent'],
    [{ gpuMemoryTotalMb: '80 GB' }, 'inferenceRules.gpuMemoryTotalMb'],
    [{ gpuMemoryTotalMb: 0 }, 'inferenceRules.gpuMemoryTotalMb'],
    [{ latencySeconds: 0.3 }, 'slo inference_latency.latency.below'],
    [{ stalledFor: '5 minutes' }, 'alert InferenceStalled.for'],
  ])('%o is an error at %s', (options, where) => {
    expect(thrownBy(() => inferenceRules(options as never))?.problems.map((problem) => problem.where)).toEqual([where]);
  });

  test.each<[unknown, string]>([
    [{ latency: 1 }, 'inferenceDashboard.latency'],
    [{ latencySeconds: '1' }, 'inferenceDashboard.latencySeconds'],
    [{ latencySeconds: 0.3 }, 'shareBelow(request_latency_seconds)'],
  ])('%o is an error of the dashboard at %s', (options, where) => {
    expect(thrownBy(() => inferenceDashboard(options as never))?.problems.map((problem) => problem.where)).toEqual([
      where,
    ]);
  });
});
