/** Dashboard and rules of the pack `vision`: their text, and what they use of the catalogue. */
import { describe, expect, test } from 'vitest';
import { type VisionRulesOptions, visionRules } from '../../src/packs/vision/alerts.js';
import { visionDashboard } from '../../src/packs/vision/dashboard.js';
import { type Detail, standardStages, visionCatalogue } from '../../src/packs/vision/metrics.js';
import { dashboardFor } from '../../src/panels/index.js';
import { metricsIn } from '../../src/panels/query.js';
import { doubleNames, idleOptions, invalidQueries, queriesOf, textOf, unusedMetrics } from '../support/panel-audit.js';
import { thrownBy } from '../support/thrown.js';

const panelsOf = (detail: Detail) => ({ dashboard: visionDashboard({ detail }), rules: visionRules({ detail }) });
const catalogueOf = (detail: Detail) => visionCatalogue({ cameras: 20, classes: 80, stages: standardStages }, detail);

describe.each(['full', 'few'] as const)('detail %s', (detail) => {
  const panels = panelsOf(detail);

  test('text of dashboard and rules', async () => {
    const file = detail === 'full' ? 'vision' : 'vision-few';
    await expect(textOf(panels)).toMatchFileSnapshot(`../golden/panels/${file}.txt`);
  });

  test('every query is PromQL, and every alert has a name of its own', () => {
    expect(invalidQueries(panels)).toEqual([]);
    expect(doubleNames(panels.rules)).toEqual([]);
  });

  test('every metric is used', () => {
    expect(unusedMetrics(catalogueOf(detail), panels)).toEqual([]);
  });

  test('the overview has ten panels', () => {
    expect(panels.dashboard.rows[0]?.panels.map(({ title }) => title)).toEqual([
      'Frames per second',
      'Detections of the last hour',
      'Errors of the last hour',
      'Inference latency',
      'Frames per second over time',
      'Detection rate',
      'Error rate',
      'Memory',
      'GPU utilization',
      'GPU memory',
    ]);
  });
});

test('with few metrics, queries name only those that the pack has', () => {
  const names = catalogueOf('few').metrics.map(({ name }) => name);
  const used = queriesOf(panelsOf('few')).flatMap(([, query]) => metricsIn(query).map(({ name }) => name));
  expect(used.filter((name) => !names.includes(name))).toEqual([]);
});

const rowsOf = {
  operator: ['Overview', 'Frames', 'Models and errors'],
  developer: ['Overview', 'Frames', 'Models and errors'],
  business: ['Overview'],
};

test.each(['operator', 'developer', 'business'] as const)('the dashboard of a reader: %s', (role) => {
  expect(dashboardFor(role, visionDashboard()).rows.map(({ title }) => title)).toEqual(rowsOf[role]);
});

test('a namespace is part of the uid, of every name and of the group', () => {
  const named = { dashboard: visionDashboard({ namespace: 'gate' }), rules: visionRules({ namespace: 'gate' }) };
  expect(named.dashboard).toMatchObject({ uid: 'otelier-vision-gate', title: 'Video detection · gate' });
  expect(named.rules.map(({ name }) => name)).toEqual(['vision-gate', 'vision-gate-silence']);
  expect(textOf(named)).not.toMatch(/(?<!gate_)vision_/);
});

describe('thresholds', () => {
  const others: Required<VisionRulesOptions> = {
    namespace: 'gate',
    detail: 'few',
    latencySeconds: 0.2,
    minFps: 25,
    errorShare: 0.5,
    gpuMemoryShare: 0.8,
    wrongFor: '1h',
    minFrames: 50,
    noFramesFor: '1h',
    silentFor: '1h',
    silencePast: '3d',
    serviceAfter: '12h',
  };

  test('every option has an effect', () => {
    expect(idleOptions(visionRules, others)).toEqual([]);
  });

  test('the floor of frames per second colors the dashboard', () => {
    const [overview] = visionDashboard({ minFps: 25 }).rows;
    expect(overview?.panels[0]?.thresholds).toContainEqual({ from: 25, level: 'good' });
  });

  test.each<[unknown, string]>([
    [{ fps: 1 }, 'visionRules.fps'],
    [{ minFps: 0 }, 'visionRules.minFps'],
    [{ detail: 'none' }, 'visionRules.detail'],
    [{ detail: 1 }, 'visionRules.detail'],
    [{ silentFor: '5 minutes' }, 'alert VisionSilent.for'],
    [{ namespace: '' }, 'namespace'],
  ])('%o is an error at %s', (options, where) => {
    expect(thrownBy(() => visionRules(options as never))?.problems.map((problem) => problem.where)).toEqual([where]);
  });

  test.each<[unknown, string]>([
    [{ fps: 1 }, 'visionDashboard.fps'],
    [{ minFps: Number.POSITIVE_INFINITY }, 'visionDashboard.minFps'],
    [{ detail: 'none' }, 'visionDashboard.detail'],
  ])('%o is an error of the dashboard at %s', (options, where) => {
    expect(thrownBy(() => visionDashboard(options as never))?.problems.map((problem) => problem.where)).toEqual([
      where,
    ]);
  });
});
