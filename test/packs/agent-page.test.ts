/** Checks docs/packs/agent.md: its table, its queries, its program. */
import { readFileSync } from 'node:fs';
import { type AgentRecorder, agent } from 'otelier/packs/agent';
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { call, prices, scenario, start } from './agent-platform.js';

/** Calls each verb with all its properties; the task has no agent, because its call would also count as `agentCall`. */
const alone: Record<string, (recorder: AgentRecorder) => void> = {
  begin: (it) => it.begin(),
  task: (it) => it.task({ latencyMs: 1, ok: true, quality: 1, costUsd: 1 }),
  agentCall: (it) => it.agentCall({ ...call, quality: 1, tokens: 1, costUsd: 1 }),
  agentSwitch: (it) => it.agentSwitch({ from: 'a', to: 'b', qualityImprovement: 1, costRatio: 1 }),
  iteration: (it) => it.iteration({ durationMs: 1 }),
  evaluation: (it) =>
    it.evaluation({ latencyMs: 1, coveragePercent: 1, vulnerabilities: { low: 1 }, typeErrors: 1, testFailures: 1 }),
  parallelEvaluation: (it) => it.parallelEvaluation({ sequentialMs: 1, parallelMs: 1 }),
  checkpoint: (it) => it.checkpoint({ checkpoint: 1, latencyMs: 1, ok: false, endsTask: true }),
  cacheLookup: (it) => it.cacheLookup({ layer: 'a', hit: true, latencyMs: 1 }),
  cacheSize: (it) => it.cacheSize({ layer: 'a', megabytes: 1 }),
  embedding: (it) => it.embedding({ latencyMs: 1 }),
  guidelineMatch: (it) => it.guidelineMatch({ score: 1 }),
  databaseQuery: (it) => it.databaseQuery({ operation: 'select', latencyMs: 1 }),
  externalCall: (it) => it.externalCall({ service: 'a', latencyMs: 1, errorType: 'b' }),
  costSaved: (it) => it.costSaved(1),
  queueDepth: (it) => it.queueDepth(1),
  resources: (it) => it.resources({ cpuPercent: 1, processMemoryMb: 1 }),
  exported: (it) => it.exported(1),
};

const page = readFileSync(new URL('../../docs/packs/agent.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*) \| `(\w+)` \|$/gm)].map(
  ([, name, type, labels, verb]) => ({ name, type, labels, verb }),
);

test('the page lists every declared metric', () => {
  const declared = agent().catalogue.metrics.map(({ name, kind, attributes }) => ({
    name: kind === 'counter' ? `${name}_total` : name,
    type: kind.replace('observableGauge', 'gauge'),
    labels: Object.entries(attributes)
      .map(([key, { values }]) => `\`${key}\`${values === undefined ? '' : `: ${values.join(', ')}`}`)
      .join('; '),
  }));
  expect(rows.map(({ verb: _, ...row }) => row)).toEqual(declared);
});

test('every metric is fed by exactly the verb in the table', async () => {
  const fedBy: Record<string, string[]> = {};
  const kept: unknown[] = [];
  for (const [verb, record] of Object.entries(alone)) {
    const { recorder, families } = await start();
    // The handle of `begin`: one that nobody keeps may be garbage-collected, which counts its task as abandoned.
    kept.push(record(recorder));
    for (const [name, { type, samples }] of await families()) {
      // Counters and histograms without labels are 0 until they are recorded.
      if (type !== 'gauge' && samples.every(({ value }) => value === 0)) continue;
      if (name !== 'active_tasks_count' || verb === 'begin') fedBy[name] = [...(fedBy[name] ?? []), verb];
    }
  }
  expect(fedBy).toEqual(Object.fromEntries(rows.map(({ name, verb }) => [name, [verb]])));
});

test('the queries of the page use existing metrics and labels', async () => {
  const queries = /^```promql\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { clock, recorder, families } = await start({ namespace: 'lazybird', prices });
  scenario(recorder, clock);
  const scraped = await families();
  const selectors = [...queries.matchAll(/(lazybird_\w+)(?:\{(\w+)=~?"([^"]*)"\})?\[5m\]/g)];
  expect(selectors.length).toBeGreaterThan(10);
  for (const [, name = '', label, values = ''] of selectors) {
    const family = scraped.get(name.replace(/_bucket$/, ''));
    expect([name, family === undefined]).toEqual([name, false]);
    if (label === undefined) continue;
    const attribute = Object.entries(
      agent().catalogue.metrics.find((metric) => name.includes(metric.name))?.attributes ?? {},
    );
    const declared = Object.fromEntries(attribute)[label]?.values;
    expect([name, declared]).toEqual([name, expect.arrayContaining(values.split('|'))]);
  }
});

test('the program of the page runs and prints the documented summary', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { code, stdout, stderr } = await startApp(source, { OTEL_METRICS_EXPORTER: 'none' }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/avg_quality: 87,[\s\S]*success_rate: 100,[\s\S]*total_cost_usd: 0.0072,/);
});
