/** Dashboard and rules of the pack `agent`: their text, and what they use of the catalogue. */
import { describe, expect, test } from 'vitest';
import { type AgentRulesOptions, agentRules } from '../../src/packs/agent/alerts.js';
import { agentDashboard } from '../../src/packs/agent/dashboard.js';
import { agentCatalogue } from '../../src/packs/agent/metrics.js';
import { dashboardFor } from '../../src/panels/index.js';
import { doubleNames, idleOptions, invalidQueries, textOf, unusedMetrics } from '../support/panel-audit.js';
import { rulesText } from '../support/panel-text.js';
import { thrownBy } from '../support/thrown.js';

const panels = { dashboard: agentDashboard(), rules: agentRules() };

test('text of dashboard and rules', async () => {
  await expect(textOf(panels)).toMatchFileSnapshot('../golden/panels/agent.txt');
});

test('every query is PromQL, and every alert has a name of its own', () => {
  expect(invalidQueries(panels)).toEqual([]);
  expect(doubleNames(panels.rules)).toEqual([]);
});

test('every metric is used, except rates and means over the window, which counters give for any window', () => {
  expect(unusedMetrics(agentCatalogue(), panels)).toEqual([
    // task_outcomes
    'taskSuccessRate',
    // cache_lookups
    'cacheHitRate',
    // api_cost_usd and agent_usage
    'agentCostPerCall',
    // agent_outcomes
    'agentSuccessRate',
    // embedding_lookups
    'embeddingCacheHitRate',
  ]);
});

describe('namespace', () => {
  test('lazybird has its fixed uid and title', () => {
    expect(agentDashboard({ namespace: 'lazybird' })).toMatchObject({
      uid: 'lazybird-metrics',
      title: 'Phantom Neural Cortex - LazyBird Metrics',
    });
  });

  test.each([
    ['shop', 'otelier-agent-shop'],
    ['shop.eu_1', 'otelier-agent-shop-eu_1'],
    ['a'.repeat(60), `otelier-agent-${'a'.repeat(26)}`],
  ])('%s is part of the uid and of every name', (namespace, uid) => {
    const named = { dashboard: agentDashboard({ namespace }), rules: agentRules({ namespace }) };
    expect(named.dashboard.uid).toBe(uid);
    expect(invalidQueries(named)).toEqual([]);
    const texts = textOf(named).match(/(?<![a-z_:])(?:task|agent|api|quality)_\w+_(?:total|bucket|sum|count)\b/g);
    expect(texts).toBeNull();
  });

  test('rules of two namespaces have no recorded series, group or objective in common', () => {
    const [one, other] = ['shop', 'factory'].map((namespace) =>
      agentRules({ namespace }).flatMap(({ name, recordings }) => [
        name,
        ...recordings.map((each) => `${each.name}${JSON.stringify(each.labels)}`),
      ]),
    );
    expect(one?.filter((name) => other?.includes(name))).toEqual([]);
  });
});

const rowsOf = {
  operator: [
    'Goals',
    'Overview',
    'Tasks',
    'Agents',
    'Cost and tokens',
    'Caches and embeddings',
    'External APIs and database',
    'Resources',
  ],
  developer: [
    'Goals',
    'Overview',
    'Tasks',
    'Agents',
    'Cost and tokens',
    'Quality',
    'Checkpoints',
    'Caches and embeddings',
    'External APIs and database',
  ],
  business: ['Goals', 'Overview', 'Tasks', 'Agents', 'Cost and tokens', 'Quality', 'Checkpoints'],
};

test.each(['operator', 'developer', 'business'] as const)('the dashboard of a reader: %s', (role) => {
  const titles = dashboardFor(role, panels.dashboard).rows.map(({ title }) => title);
  expect(titles).toEqual(rowsOf[role]);
});

test('goals color numbers and curves', () => {
  const { rows } = agentDashboard({ goals: { successPercent: 99, latencyMs: 30_000 } });
  const thresholds = rows.flatMap((row) => row.panels).flatMap((panel) => panel.thresholds ?? []);
  expect(thresholds).toContainEqual({ from: 99, level: 'good' });
  expect(thresholds).toContainEqual({ from: 30_000, level: 'warning' });
  expect(thresholds).not.toContainEqual({ from: 95, level: 'good' });
});

describe('thresholds', () => {
  const others: Required<AgentRulesOptions> = {
    namespace: 'shop',
    qualityDrop: 0.1,
    qualityBaseline: '3d',
    latencySigmas: 4,
    latencyPast: '2d',
    errorShare: 0.2,
    errorRise: 5,
    externalErrorShare: 0.3,
    anomalySigmas: 6,
    anomalyPast: '14d',
    margin: 0.5,
    minValues: 7,
    silentFor: '1h',
    silencePast: '3d',
    serviceAfter: '12h',
    minTasks: 5,
    minCalls: 5,
    stalledFor: '2h',
    successObjective: 0.999,
    latencyObjective: 0.5,
    latencyMs: 10_000,
  };

  test('every option has an effect', () => {
    expect(idleOptions(agentRules, others)).toEqual([]);
  });

  test('by the time of day: the latest step whose hour has come', () => {
    const byHour = rulesText(
      agentRules({
        errorShare: [
          { fromHour: 6, value: 0.05 },
          { fromHour: 22, value: 0.2 },
        ],
      }),
    );
    expect(byHour).toContain(
      '> on () group_left () ((hour() >= 22) * 0 + 0.2 or ((hour() >= 6) * 0 + 0.05 or hour() * 0 + 0.2))',
    );
  });

  test.each<[unknown, string]>([
    [{ errorShares: 0.1 }, 'agentRules.errorShares'],
    [{ errorShare: 0 }, 'agentRules.errorShare'],
    [{ margin: Number.NaN }, 'agentRules.margin'],
    [{ margin: [{ fromHour: 0, value: 1 }] }, 'agentRules.margin'],
    [{ minValues: '100' }, 'agentRules.minValues'],
    [{ silentFor: 600 }, 'agentRules.silentFor'],
    [{ errorShare: [] }, 'agentRules.errorShare'],
    [{ errorShare: [{ fromHour: 24, value: 1 }] }, 'agentRules.errorShare'],
    [{ errorShare: [{ fromHour: 1.5, value: 1 }] }, 'agentRules.errorShare'],
    [{ errorShare: [{ fromHour: 3, value: -1 }] }, 'agentRules.errorShare'],
    [{ errorShare: [null] }, 'agentRules.errorShare'],
    [
      {
        errorShare: [
          { fromHour: 3, value: 1 },
          { fromHour: 3, value: 2 },
        ],
      },
      'agentRules.errorShare',
    ],
    [{ silentFor: 'soon' }, 'alert AgentSilent.for'],
    [{ latencyMs: 44_000 }, 'slo agent_task_latency.latency.below'],
    [{ successObjective: 95 }, 'slo "agent_task_success".objective'],
    [{ namespace: '5' }, 'namespace'],
    [null, 'agentRules'],
  ])('%o is an error at %s', (options, where) => {
    expect(thrownBy(() => agentRules(options as never))?.problems.map((problem) => problem.where)).toEqual([where]);
  });

  test.each<[unknown, string]>([
    [{ goal: {} }, 'agentDashboard.goal'],
    [{ goals: { quality: -1 } }, 'agentDashboard.goals.quality'],
    [{ goals: 85 }, 'agentDashboard.goals'],
  ])('%o is an error of the dashboard at %s', (options, where) => {
    expect(thrownBy(() => agentDashboard(options as never))?.problems.map((problem) => problem.where)).toEqual([where]);
  });
});
