import { agent, agentLintExceptions } from 'otelier/packs/agent';
import { type ParsedFamily, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { call, fixed, prices, scenario, start } from './agent-platform.js';

function keysOf({ samples }: ParsedFamily): string[] {
  return [...new Set(samples.flatMap(({ labels }) => [...labels.keys()]))].filter((key) => key !== 'le');
}

test('the scrape has every fixed metric with its type, labels and buckets, and four more', async () => {
  const { clock, recorder, families, scrape } = await start({ namespace: 'lazybird', prices });
  scenario(recorder, clock);
  const scraped = await families();
  expect(fixed).toHaveLength(41);
  for (const { prometheus_name: name, kind, labels, label_values = {}, buckets, added_buckets = [] } of fixed) {
    const family = scraped.get(name) as ParsedFamily;
    expect([name, family?.type]).toEqual([name, kind]);
    expect([name, keysOf(family).sort()]).toEqual([name, [...labels].sort()]);
    for (const [label, allowed] of Object.entries(label_values)) {
      const seen = new Set(family.samples.map(({ labels }) => labels.get(label)));
      expect([name, seen]).toEqual([name, new Set(allowed)]);
    }
    if (buckets === undefined) continue;
    const bounds = new Set(family.samples.flatMap(({ labels }) => labels.get('le') ?? []));
    expect([name, [...bounds]]).toEqual([name, [...[...buckets, ...added_buckets].map(String), '+Inf']]);
  }
  const added = [...scraped.keys()].filter((name) => !fixed.some((metric) => metric.prometheus_name === name));
  expect(added.sort()).toEqual([
    'lazybird_agent_outcomes_total',
    'lazybird_cache_lookups_total',
    'lazybird_embedding_lookups_total',
    'lazybird_task_outcomes_total',
  ]);
  expect(scraped.size).toBe(agent().catalogue.metrics.length);
  expect(promlint(await scrape(), { except: agentLintExceptions })).toEqual([]);
});

test.each(fixed)('$prometheus_name is declared with its unit, the order of its labels and their values', (metric) => {
  const name = metric.prometheus_name.replace(/_total$/, '');
  const declared = agent({ namespace: 'lazybird' }).catalogue.metrics.find((candidate) => candidate.name === name);
  expect(declared).toMatchObject({ name, unit: metric.unit });
  expect(declared?.kind.replace(/^observableGauge$/, 'gauge')).toBe(metric.kind);
  expect(Object.keys(declared?.attributes ?? {})).toEqual(metric.labels);
  for (const [label, type] of Object.entries(declared?.attributes ?? {})) {
    expect([label, type.values]).toEqual([label, metric.label_values?.[label]]);
    expect(type.limit).toBeLessThanOrEqual(20);
  }
});

test.each([
  ['calls alone', ['call', 'call'], 0.5],
  ['tasks alone', ['task'], 0.25],
  ['a task and its calls', ['call', 'call', 'begun'], 0.5],
  ['more tasks than calls', ['call', 'task', 'task'], 0.5],
])('the total cost of the summary counts %s once', async (_, events, total) => {
  const { recorder } = await start();
  for (const event of events) {
    if (event === 'call') recorder.agentCall({ ...call, costUsd: 0.25 });
    else if (event === 'task') recorder.task({ latencyMs: 1, ok: true, costUsd: 0.25 });
    else recorder.begin().end({ ok: true, costUsd: 0.5 });
  }
  expect(recorder.summary().total_cost_usd).toBe(total);
});

test('metric names break only the stated lint rules', async () => {
  const { clock, recorder, scrape } = await start();
  scenario(recorder, clock);
  const problems = promlint(await scrape());
  expect(problems.length).toBeGreaterThan(10);
  expect(promlint(await scrape(), { except: agentLintExceptions })).toEqual([]);
  // Each exception is needed, and each matches only the fixed names.
  for (const { metric, rules } of agentLintExceptions) {
    const strict = { metric, rules: rules.filter((rule) => rule !== 'unused_exception'), why: '' };
    expect(promlint(await scrape(), { except: [strict] }).map(({ rule }) => rule)).not.toContain('unused_exception');
    expect('order_latency_ms').not.toMatch(metric);
  }
});

test('each verb updates all metrics of its event', async () => {
  const { clock, recorder, values, rejected } = await start({ prices });
  scenario(recorder, clock);
  expect(await values()).toEqual({
    task_latency_ms_count: 1,
    task_latency_ms_sum: 2_500,
    iteration_duration_ms_count: 1,
    iteration_duration_ms_sum: 1_200,
    checkpoint_latency_ms_count: 4,
    checkpoint_latency_ms_sum: 360,
    evaluation_latency_ms_count: 1,
    evaluation_latency_ms_sum: 900,
    'agent_latency_ms_count/coder': 1,
    'agent_latency_ms_sum/coder': 800,
    'agent_latency_ms_count/reviewer': 1,
    'agent_latency_ms_sum/reviewer': 400,
    embedding_generation_latency_ms_count: 1,
    embedding_generation_latency_ms_sum: 150,
    'cache_lookup_latency_ms_count/memory': 1,
    'cache_lookup_latency_ms_sum/memory': 0.5,
    'cache_lookup_latency_ms_count/disk': 1,
    'cache_lookup_latency_ms_sum/disk': 8,
    'api_call_latency_ms_count/github': 2,
    'api_call_latency_ms_sum/github': 5_250,
    quality_score_count: 1,
    quality_score_sum: 91,
    test_coverage_percent_count: 1,
    test_coverage_percent_sum: 82,
    'security_vulnerabilities_total/critical': 1,
    'security_vulnerabilities_total/high': 2,
    'security_vulnerabilities_total/medium': 3,
    'security_vulnerabilities_total/low': 4,
    type_errors_total: 5,
    test_failures_total: 6,
    task_success_rate_percent: 100,
    early_termination_total: 1,
    'checkpoint_failures_total/1': 1,
    'checkpoint_failures_total/2': 1,
    'checkpoint_failures_total/3': 2,
    'api_cost_usd_total/coder/generate': 0.01,
    'api_cost_usd_total/reviewer/review': 0.02,
    'token_usage_total/coder': 1_500,
    cost_per_task_usd_count: 1,
    cost_per_task_usd_sum: 0.03,
    'agent_cost_ratio/coder/reviewer': 2,
    'resource_utilization_percent/cpu': 55,
    'resource_utilization_percent/memory': 40,
    'resource_utilization_percent/network': 5,
    cost_savings_usd_total: 0.3,
    'cache_hit_rate_percent/memory': 100,
    'cache_hit_rate_percent/disk': 0,
    'cache_size_mb/memory': 12.5,
    task_queue_depth: 2,
    active_tasks_count: 0,
    'database_queries_total/select': 1,
    'database_queries_total/insert': 1,
    'database_queries_total/update': 1,
    'database_queries_total/delete': 1,
    database_latency_ms_count: 4,
    database_latency_ms_sum: 12,
    'external_api_calls_total/github': 2,
    'external_api_errors_total/timeout/github': 1,
    parallel_eval_speedup_count: 1,
    parallel_eval_speedup_sum: 1.5,
    memory_usage_mb: 180,
    'agent_usage_total/coder': 1,
    'agent_usage_total/reviewer': 1,
    'agent_quality_score/coder': 70,
    'agent_quality_score/reviewer': 40,
    'agent_cost_usd_per_call/coder': 0.01,
    'agent_cost_usd_per_call/reviewer': 0.02,
    'agent_success_rate_percent/coder': 100,
    'agent_success_rate_percent/reviewer': 0,
    'agent_switch_total/coder/reviewer': 1,
    agent_switch_quality_improvement_count: 1,
    agent_switch_quality_improvement_sum: -7,
    embedding_cache_hit_rate_percent: 50,
    guideline_match_quality_score_count: 1,
    guideline_match_quality_score_sum: 0.8,
    metrics_export_latency_ms_count: 1,
    metrics_export_latency_ms_sum: 4,
    'task_outcomes_total/ok': 1,
    'task_outcomes_total/failed': 0,
    'task_outcomes_total/abandoned': 0,
    'agent_outcomes_total/coder/ok': 1,
    'agent_outcomes_total/reviewer/failed': 1,
    'cache_lookups_total/memory/hit': 1,
    'cache_lookups_total/disk/miss': 1,
    'embedding_lookups_total/hit': 1,
    'embedding_lookups_total/miss': 1,
  });
  expect(rejected()).toEqual({});
});

test('negative improvements of a switch are counted in their buckets', async () => {
  const { recorder, families } = await start();
  for (const qualityImprovement of [-30, -7, -5, 0, 3, 25]) {
    recorder.agentSwitch({ from: 'a', to: 'b', qualityImprovement });
  }
  const buckets = (await families())
    .get('agent_switch_quality_improvement')
    ?.samples.flatMap(({ labels, value }) => (labels.has('le') ? [[labels.get('le'), value]] : []));
  expect(buckets).toEqual([
    ['-10', 1],
    ['-5', 3],
    ['0', 4],
    ['5', 5],
    ['10', 5],
    ['15', 5],
    ['20', 5],
    ['+Inf', 6],
  ]);
});

test('rates cover the window and disappear when it has no events', async () => {
  const { clock, recorder, values } = await start({ windowMs: 60_000 });
  const rates = [
    'task_success_rate_percent',
    'cache_hit_rate_percent/disk',
    'embedding_cache_hit_rate_percent',
    'agent_success_rate_percent/coder',
    'agent_quality_score/coder',
    'agent_cost_usd_per_call/coder',
  ];
  const seen = async () => {
    const all = await values();
    return rates.map((name) => all[name]);
  };
  const minute = (ok: boolean, quality: number, costUsd: number) => {
    recorder.task({ latencyMs: 10, ok });
    recorder.cacheLookup({ layer: 'disk', hit: ok });
    recorder.embedding(ok ? { cached: true } : { latencyMs: 100 });
    recorder.agentCall({ agent: 'coder', operation: 'generate', latencyMs: 10, ok, quality, costUsd });
  };
  expect(await seen()).toEqual(rates.map(() => undefined));
  minute(true, 90, 0.1);
  expect(await seen()).toEqual([100, 100, 100, 100, 90, 0.1]);
  clock.advance(30_000);
  for (let times = 0; times < 3; times++) minute(false, 50, 0.5);
  expect(await seen()).toEqual([25, 25, 25, 25, 60, 0.4]);
  clock.advance(40_000);
  expect(await seen()).toEqual([0, 0, 0, 0, 50, 0.5]);
  clock.advance(60_000);
  expect(await seen()).toEqual(rates.map(() => undefined));
  // The counters for the same rates remain.
  expect(await values()).toMatchObject({
    'task_outcomes_total/ok': 1,
    'task_outcomes_total/failed': 3,
    'cache_lookups_total/disk/hit': 1,
    'cache_lookups_total/disk/miss': 3,
    'embedding_lookups_total/hit': 1,
    'embedding_lookups_total/miss': 3,
    'agent_outcomes_total/coder/ok': 1,
    'agent_outcomes_total/coder/failed': 3,
  });
});

test('the window is five minutes by default', async () => {
  const { clock, recorder, values } = await start();
  recorder.task({ latencyMs: 10, ok: true });
  clock.advance(270_000);
  expect(await values()).toHaveProperty('task_success_rate_percent');
  clock.advance(30_000);
  expect(await values()).not.toHaveProperty('task_success_rate_percent');
});

test('a task is active until it ends, and ends once', async () => {
  const { clock, recorder, values } = await start();
  const [first, second] = [recorder.begin(), recorder.begin()];
  expect(await values()).toMatchObject({ active_tasks_count: 2, task_latency_ms_count: 0 });
  clock.advance(700);
  first.end({ ok: true, costUsd: 0.2 });
  first.end({ ok: false });
  expect(await values()).toMatchObject({
    active_tasks_count: 1,
    task_latency_ms_sum: 700,
    cost_per_task_usd_sum: 0.2,
    'task_outcomes_total/ok': 1,
  });
  second.end(undefined as never);
  expect(await values()).toMatchObject({ active_tasks_count: 0, task_latency_ms_count: 1 });
});

test('a task with an agent also records the call of that agent', async () => {
  const { recorder, values } = await start({ prices });
  recorder.task({ latencyMs: 300, ok: true, quality: 80, agent: 'coder', tokens: { input: 1_000, output: 500 } });
  expect(await values()).toMatchObject({
    task_latency_ms_sum: 300,
    cost_per_task_usd_sum: 0.01,
    'api_cost_usd_total/coder/task': 0.01,
    'token_usage_total/coder': 1_500,
    'agent_latency_ms_sum/coder': 300,
    'agent_quality_score/coder': 80,
    'agent_outcomes_total/coder/ok': 1,
  });
});

test.each([
  ['a price and tokens', { tokens: { input: 1_000, output: 500 } }, 0.01, 1_500],
  ['a price and input alone', { tokens: { input: 1_000_000 } }, 3, 1_000_000],
  ['a given cost', { tokens: { input: 1_000, output: 500 }, costUsd: 0.5 }, 0.5, 1_500],
  ['tokens as a plain number', { tokens: 700 }, undefined, 700],
  ['an agent without a price', { agent: 'toString', tokens: { input: 10, output: 5 } }, undefined, 15],
  ['negative input tokens', { tokens: { input: -5, output: 1_000_000 } }, 14, 1_000_000],
  ['no tokens', { tokens: {} }, undefined, undefined],
])('derives the cost from %s', async (_, given, cost, tokens) => {
  const { recorder, values } = await start({ prices });
  const call = { agent: 'coder', operation: 'generate', latencyMs: 1, ok: true, ...given };
  recorder.agentCall(call);
  const seen = await values();
  expect(seen[`api_cost_usd_total/${call.agent}/generate`]).toBe(cost);
  expect(seen[`agent_cost_usd_per_call/${call.agent}`]).toBe(cost);
  expect(seen[`token_usage_total/${call.agent}`]).toBe(tokens);
});

test('the cost ratio is that of mean costs per call, or the given one; it is absent without costs', async () => {
  const { recorder, values, rejected } = await start();
  const call = (agent: string, costUsd: number) =>
    recorder.agentCall({ agent, operation: 'generate', latencyMs: 1, ok: true, costUsd });
  call('small', 0.01);
  call('small', 0.03);
  call('large', 0.1);
  call('free', 0);
  recorder.agentSwitch({ from: 'small', to: 'large' });
  recorder.agentSwitch({ from: 'large', to: 'free' });
  recorder.agentSwitch({ from: 'free', to: 'large' });
  recorder.agentSwitch({ from: 'small', to: 'unknown' });
  recorder.agentSwitch({ from: 'small', to: 'quoted', costRatio: 1.5 });
  const ratios = Object.entries(await values()).filter(([name]) => name.startsWith('agent_cost_ratio'));
  expect(Object.fromEntries(ratios)).toEqual({
    'agent_cost_ratio/small/large': 5,
    'agent_cost_ratio/large/free': 0,
    'agent_cost_ratio/small/quoted': 1.5,
  });
  expect(rejected()).toEqual({});
});

test('the summary has means, shares and cost since the start, beyond the window', async () => {
  const { clock, recorder } = await start({ windowMs: 1_000 });
  expect(recorder.summary()).toEqual({
    avg_quality: undefined,
    avg_latency_ms: undefined,
    success_rate: undefined,
    total_cost_usd: 0,
    cache_hit_rate: undefined,
  });
  recorder.task({ latencyMs: 100, ok: true, quality: 90, costUsd: 0.1 });
  recorder.task({ latencyMs: 300, ok: true, quality: 70, costUsd: 0.3 });
  clock.advance(10_000);
  recorder.task({ latencyMs: 200, ok: true });
  recorder.task({ latencyMs: 200, ok: false, quality: Number.NaN, costUsd: -1 });
  for (const hit of [true, false, false, true, false]) recorder.cacheLookup({ layer: 'disk', hit });
  expect(recorder.summary()).toEqual({
    avg_quality: 80,
    avg_latency_ms: 200,
    success_rate: 75,
    total_cost_usd: 0.4,
    cache_hit_rate: 40,
  });
  recorder.agentCall({ agent: 'coder', operation: 'generate', latencyMs: 1, ok: true, costUsd: 1 });
  expect(recorder.summary().total_cost_usd).toBe(1);
});

test('later changes to the given price table have no effect', async () => {
  const mine = { coder: { input: 1, output: 1 } };
  const { recorder, values } = await start({ prices: mine });
  mine.coder.input = 1_000;
  recorder.agentCall({ ...call, agent: 'coder', tokens: { input: 1_000_000 } });
  expect(await values()).toMatchObject({ 'api_cost_usd_total/coder/b': 1 });
});
