import { readFileSync } from 'node:fs';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { type AgentOptions, type AgentRecorder, agent, agentLintExceptions } from 'otelier/packs/agent';
import { type ParsedFamily, parseExposition, promlint } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startApp } from '../support/program.js';

interface FixedMetric {
  readonly prometheus_name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly unit: string;
  readonly labels: readonly string[];
  readonly label_values?: Readonly<Record<string, readonly string[]>>;
  readonly buckets?: readonly number[];
}

const { metrics: fixed } = JSON.parse(
  readFileSync(new URL('../fixtures/spec/agent-platform.metrics.json', import.meta.url), 'utf8'),
) as { metrics: FixedMetric[] };

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

async function start(options: AgentOptions = {}) {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { agents: agent(options) },
    backends: [prometheus({ port: 0, withoutScopeLabels: true, withoutTargetInfo: true })],
    withoutSelfMetrics: true,
  });
  stopping.push(() => metrics.shutdown());
  await metrics.ready;
  const scrape = async () => (await fetch(metrics.status().backends[0]?.url as string)).text();
  /** Families that have samples, by name: all are announced. */
  const families = async () => {
    const announced = parseExposition(await scrape());
    return new Map(announced.filter(({ samples }) => samples.length > 0).map((family) => [family.name, family]));
  };
  /** Samples by name and label values, such as `cache_lookups_total/disk/hit`; no buckets. */
  const values = async () =>
    Object.fromEntries(
      [...(await families()).values()].flatMap(({ samples }) =>
        samples
          .filter(({ labels }) => !labels.has('le'))
          .map(({ name, labels, value }) => [[name, ...labels.values()].join('/'), Number(value.toFixed(9))]),
      ),
    );
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, recorder: metrics.agents, scrape, families, values, rejected };
}

/** Something of everything. */
function scenario(recorder: AgentRecorder, clock: FakeClock): void {
  recorder.queueDepth(2);
  const task = recorder.begin();
  task.agentCall({
    agent: 'coder',
    operation: 'generate',
    latencyMs: 800,
    ok: true,
    quality: 70,
    tokens: { input: 1_000, output: 500 },
  });
  task.agentCall({ agent: 'reviewer', operation: 'review', latencyMs: 400, ok: false, quality: 40, costUsd: 0.02 });
  recorder.agentSwitch({ from: 'coder', to: 'reviewer', qualityImprovement: -7 });
  recorder.iteration({ durationMs: 1_200 });
  recorder.evaluation({
    latencyMs: 900,
    coveragePercent: 82,
    vulnerabilities: { critical: 1, high: 2, medium: 3, low: 4 },
    typeErrors: 5,
    testFailures: 6,
  });
  recorder.parallelEvaluation({ sequentialMs: 300, parallelMs: 200 });
  for (const checkpoint of [1, 2, 3] as const) recorder.checkpoint({ checkpoint, latencyMs: 90, ok: false });
  recorder.checkpoint({ checkpoint: 3, latencyMs: 90, ok: false, endsTask: true });
  recorder.cacheLookup({ layer: 'memory', hit: true, latencyMs: 0.5 });
  recorder.cacheLookup({ layer: 'disk', hit: false, latencyMs: 8 });
  recorder.cacheSize({ layer: 'memory', megabytes: 12.5 });
  recorder.embedding({ cached: true });
  recorder.embedding({ latencyMs: 150 });
  recorder.guidelineMatch({ score: 0.8 });
  for (const operation of ['select', 'insert', 'update', 'delete'] as const) {
    recorder.databaseQuery({ operation, latencyMs: 3 });
  }
  recorder.externalCall({ service: 'github', latencyMs: 250 });
  recorder.externalCall({ service: 'github', latencyMs: 5_000, errorType: 'timeout' });
  recorder.costSaved(0.3);
  recorder.resources({ cpuPercent: 55, memoryPercent: 40, networkPercent: 5, processMemoryMb: 180 });
  recorder.exported(4);
  clock.advance(2_500);
  task.end({ ok: true, quality: 91 });
}

const prices = { coder: { input: 3, output: 14 } };

function keysOf({ samples }: ParsedFamily): string[] {
  return [...new Set(samples.flatMap(({ labels }) => [...labels.keys()]))].filter((key) => key !== 'le');
}

test('every fixed metric is scraped as it is fixed, and the others with it', async () => {
  const { clock, recorder, families, scrape } = await start({ namespace: 'lazybird', prices });
  scenario(recorder, clock);
  const scraped = await families();
  expect(fixed).toHaveLength(41);
  for (const { prometheus_name: name, kind, labels, label_values = {}, buckets } of fixed) {
    const family = scraped.get(name) as ParsedFamily;
    expect([name, family?.type]).toEqual([name, kind]);
    expect([name, keysOf(family).sort()]).toEqual([name, [...labels].sort()]);
    for (const [label, allowed] of Object.entries(label_values)) {
      const seen = new Set(family.samples.map(({ labels }) => labels.get(label)));
      expect([name, seen]).toEqual([name, new Set(allowed)]);
    }
    if (buckets === undefined) continue;
    const bounds = new Set(family.samples.flatMap(({ labels }) => labels.get('le') ?? []));
    expect([name, [...bounds]]).toEqual([name, [...buckets.map(String), '+Inf']]);
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

test.each(fixed)(
  '$prometheus_name is declared with its unit, labels in their order, and what they may be',
  (metric) => {
    const name = metric.prometheus_name.replace(/_total$/, '');
    const declared = agent({ namespace: 'lazybird' }).catalogue.metrics.find((candidate) => candidate.name === name);
    expect(declared).toMatchObject({ name, unit: metric.unit });
    expect(declared?.kind.replace(/^observableGauge$/, 'gauge')).toBe(metric.kind);
    expect(Object.keys(declared?.attributes ?? {})).toEqual(metric.labels);
    for (const [label, type] of Object.entries(declared?.attributes ?? {})) {
      expect([label, type.values]).toEqual([label, metric.label_values?.[label]]);
      expect(type.limit).toBeLessThanOrEqual(21);
    }
  },
);

test('the names break nothing but what is stated', async () => {
  const { clock, recorder, scrape } = await start();
  scenario(recorder, clock);
  const problems = promlint(await scrape());
  expect(problems.length).toBeGreaterThan(10);
  expect(promlint(await scrape(), { except: agentLintExceptions })).toEqual([]);
  // Each exception is needed, and none reaches further than the fixed names.
  for (const { metric, rules } of agentLintExceptions) {
    const strict = { metric, rules: rules.filter((rule) => rule !== 'unused_exception'), why: '' };
    expect(promlint(await scrape(), { except: [strict] }).map(({ rule }) => rule)).not.toContain('unused_exception');
    expect('order_latency_ms').not.toMatch(metric);
  }
});

test('one verb updates all that it concerns', async () => {
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
    'agent_outcomes_total/coder/ok': 1,
    'agent_outcomes_total/reviewer/failed': 1,
    'cache_lookups_total/memory/hit': 1,
    'cache_lookups_total/disk/miss': 1,
    'embedding_lookups_total/hit': 1,
    'embedding_lookups_total/miss': 1,
  });
  expect(rejected()).toEqual({});
});

test('a result that became worse by a switch counts in its bucket', async () => {
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

test('rates are those of the window, and are gone with what they were of', async () => {
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
  // What queries derive the same rates from stays.
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

test('the window is five minutes unless it is said otherwise', async () => {
  const { clock, recorder, values } = await start();
  recorder.task({ latencyMs: 10, ok: true });
  clock.advance(270_000);
  expect(await values()).toHaveProperty('task_success_rate_percent');
  clock.advance(30_000);
  expect(await values()).not.toHaveProperty('task_success_rate_percent');
});

test('a task is active until it is ended, once', async () => {
  const { clock, recorder, values } = await start();
  const [first, second] = [recorder.begin(), recorder.begin()];
  expect(await values()).toEqual({ active_tasks_count: 2 });
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

test('a task that one agent did in one call is recorded as that call too', async () => {
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
  ['a cost that is given', { tokens: { input: 1_000, output: 500 }, costUsd: 0.5 }, 0.5, 1_500],
  ['tokens of which the direction is not known', { tokens: 700 }, undefined, 700],
  ['an agent without a price', { agent: 'toString', tokens: { input: 10, output: 5 } }, undefined, 15],
  ['a part that is negative', { tokens: { input: -5, output: 1_000_000 } }, 14, 1_000_000],
  ['no tokens', { tokens: {} }, undefined, undefined],
])('cost comes of %s', async (_, given, cost, tokens) => {
  const { recorder, values } = await start({ prices });
  const call = { agent: 'coder', operation: 'generate', latencyMs: 1, ok: true, ...given };
  recorder.agentCall(call);
  const seen = await values();
  expect(seen[`api_cost_usd_total/${call.agent}/generate`]).toBe(cost);
  expect(seen[`agent_cost_usd_per_call/${call.agent}`]).toBe(cost);
  expect(seen[`token_usage_total/${call.agent}`]).toBe(tokens);
});

test('a cost ratio is that of mean calls, or as given; without costs there is none', async () => {
  const { recorder, values } = await start();
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
});

test('the summary tells means, shares and cost since the start, beyond the window', async () => {
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

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** Throws when it is turned into text or a number, and is neither. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

const call = { agent: 'a', operation: 'b', latencyMs: 1, ok: true };
type Bad = [what: string, record: (recorder: AgentRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative latency', (it) => it.task({ latencyMs: -1, ok: true }), { value_negative: 1 }],
  [
    'a score that is no number',
    (it) => it.task({ latencyMs: 1, ok: true, quality: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['a task without fields', (it) => it.task({} as never), { value_not_finite: 1, attribute_missing: 1 }],
  ['an outcome that is none', (it) => it.task({ latencyMs: 1, ok: 'yes' } as never), { attribute_other: 1 }],
  ['a score of a task of one agent', (it) => it.task({ ...call, quality: -1 }), { value_negative: 1 }],
  ['tokens of no agent', (it) => it.task({ latencyMs: 1, ok: true, tokens: 5 }), { attribute_missing: 1 }],
  ['negative tokens', (it) => it.agentCall({ ...call, tokens: { input: -5, output: -1 } }), { value_negative: 2 }],
  ['tokens that are none', (it) => it.agentCall({ ...call, tokens: 'many' as never }), { value_not_finite: 1 }],
  ['a negative cost', (it) => it.agentCall({ ...call, costUsd: -1 }), { value_negative: 1 }],
  ['an infinite cost', (it) => it.agentCall({ ...call, costUsd: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  ['a score of a call', (it) => it.agentCall({ ...call, quality: Number.NaN }), { value_not_finite: 1 }],
  ['a negative score of a call', (it) => it.agentCall({ ...call, quality: -3 }), { value_negative: 1 }],
  [
    'an agent that is no text',
    (it) => it.agentCall({ ...call, agent: unprintable as never }),
    { attribute_invalid: 3 },
  ],
  [
    'a call without fields',
    (it) => it.agentCall({} as never),
    // Count, outcome twice, and the latency's value, which is refused before its attributes are looked at.
    { attribute_missing: 3, value_not_finite: 1 },
  ],
  ['a switch without agents', (it) => it.agentSwitch({} as never), { attribute_missing: 2 }],
  [
    'an improvement that is none',
    (it) => it.agentSwitch({ from: 'a', to: 'b', qualityImprovement: Number.NaN }),
    { value_not_finite: 1 },
  ],
  [
    'a severity that is none',
    (it) => it.evaluation({ latencyMs: 1, vulnerabilities: { dire: 1 } as never }),
    { attribute_other: 1 },
  ],
  [
    'negative findings',
    (it) => it.evaluation({ latencyMs: 1, typeErrors: -1, testFailures: -1, vulnerabilities: { low: -1 } }),
    { value_negative: 3 },
  ],
  [
    'a checkpoint that is none',
    (it) => it.checkpoint({ checkpoint: 4 as never, latencyMs: 1, ok: false }),
    { attribute_other: 1 },
  ],
  [
    'a checkpoint that says little',
    (it) => it.checkpoint({ checkpoint: 1, latencyMs: 1, endsTask: 1 } as never),
    { value_not_finite: 2 },
  ],
  [
    'a look-up that neither hit nor missed',
    (it) => it.cacheLookup({ layer: 'disk' } as never),
    { attribute_missing: 1 },
  ],
  [
    'a cache of no size',
    (it) => it.cacheSize({ layer: 'disk', megabytes: unprintable as never }),
    { value_not_finite: 1 },
  ],
  ['an embedding without a time', (it) => it.embedding({} as never), { value_not_finite: 1 }],
  ['an embedding that is cached in part', (it) => it.embedding({ cached: 'half' } as never), { attribute_other: 1 }],
  [
    'an operation that is none',
    (it) => it.databaseQuery({ operation: 'drop' as never, latencyMs: 1 }),
    { attribute_other: 1 },
  ],
  [
    'a speed-up without end',
    (it) => it.parallelEvaluation({ sequentialMs: 5, parallelMs: 0 }),
    { value_not_finite: 1 },
  ],
  [
    'a speed-up of negative times',
    (it) => it.parallelEvaluation({ sequentialMs: -5, parallelMs: -1 }),
    { value_not_finite: 1 },
  ],
  ['savings that are costs', (it) => it.costSaved(-1), { value_negative: 1 }],
  ['a depth that is none', (it) => it.queueDepth(undefined as never), { value_not_finite: 1 }],
  ['an export of no time', (it) => it.exported(Number.NaN), { value_not_finite: 1 }],
];

test.each(bad)('%s is counted and never thrown', async (_, record, expected) => {
  const { recorder, scrape, rejected } = await start({ prices: { a: { input: 1, output: 1 } } });
  record(recorder);
  expect(rejected()).toEqual(expected);
  expect(await scrape()).not.toMatch(/ (?:NaN|[+-]Inf)\n/);
  await scrape();
  expect(rejected()).toEqual(expected);
});

const verbs = [
  'task',
  'agentCall',
  'agentSwitch',
  'iteration',
  'evaluation',
  'parallelEvaluation',
  'checkpoint',
  'cacheLookup',
  'cacheSize',
  'embedding',
  'guidelineMatch',
  'databaseQuery',
  'externalCall',
  'resources',
] as const;

test.each(verbs)('what %s cannot read is counted once, and nothing of it is recorded', async (verb) => {
  const { recorder, values, rejected } = await start();
  for (const event of [hostile, undefined, null]) recorder[verb](event as never);
  expect(rejected()).toEqual({ value_not_finite: 3 });
  expect(await values()).toEqual({ active_tasks_count: 0 });
});

test('a call within a task that cannot be read leaves the task as it was', async () => {
  const { recorder, values, rejected } = await start();
  const task = recorder.begin();
  task.agentCall(hostile as never);
  task.agentCall({ ...call, costUsd: 0.1 });
  task.end({ ok: true });
  expect(await values()).toMatchObject({ cost_per_task_usd_sum: 0.1, active_tasks_count: 0 });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test('a million made-up names grow no series, and what they count stays exact', async () => {
  const { recorder, families, rejected } = await start();
  const times = 1_000_000 / 5;
  for (let index = 0; index < times; index++) {
    const name = `made-up-${index}`;
    recorder.agentCall({ agent: name, operation: name, latencyMs: 1, ok: true, quality: 50, costUsd: 1 });
    recorder.agentSwitch({ from: name, to: name });
    recorder.cacheLookup({ layer: name, hit: true, latencyMs: 1 });
    recorder.cacheSize({ layer: name, megabytes: 1 });
    recorder.externalCall({ service: name, latencyMs: 1, errorType: name });
  }
  const scraped = await families();
  const series = (name: string) => scraped.get(name)?.samples.length ?? 0;
  const sum = (name: string) => scraped.get(name)?.samples.reduce((all, { value }) => all + value, 0);
  expect([...scraped.values()].reduce((all, { samples }) => all + samples.length, 0)).toBeLessThan(800);
  expect(series('agent_usage_total')).toBe(21);
  expect(series('agent_quality_score')).toBe(21);
  expect(series('agent_success_rate_percent')).toBe(21);
  expect(series('agent_switch_total')).toBe(21);
  expect(series('cache_hit_rate_percent')).toBe(11);
  expect(sum('agent_usage_total')).toBe(times);
  expect(sum('api_cost_usd_total')).toBe(times);
  expect(sum('cache_lookups_total')).toBe(times);
  expect(sum('external_api_errors_total')).toBe(times);
  expect(scraped.get('agent_quality_score')?.samples.map(({ labels }) => labels.get('agent'))).toContain('_OTHER');
  // Reading again refuses nothing more: what is computed is named as it is reported.
  const before = rejected();
  await families();
  expect(rejected()).toEqual(before);
});

/** Each verb alone, with everything that it takes; a task without an agent, whose call would be one of `agentCall`. */
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

test('the page has every metric as it is declared', () => {
  const declared = agent().catalogue.metrics.map(({ name, kind, attributes }) => ({
    name: kind === 'counter' ? `${name}_total` : name,
    type: kind.replace('observableGauge', 'gauge'),
    labels: Object.entries(attributes)
      .map(([key, { values }]) => `\`${key}\`${values === undefined ? '' : `: ${values.join(', ')}`}`)
      .join('; '),
  }));
  expect(rows.map(({ verb: _, ...row }) => row)).toEqual(declared);
});

test('every metric is fed by one verb, the one that the page says', async () => {
  const fedBy: Record<string, string[]> = {};
  for (const [verb, record] of Object.entries(alone)) {
    const { recorder, families } = await start();
    record(recorder);
    for (const name of (await families()).keys()) {
      if (name !== 'active_tasks_count' || verb === 'begin') fedBy[name] = [...(fedBy[name] ?? []), verb];
    }
  }
  expect(fedBy).toEqual(Object.fromEntries(rows.map(({ name, verb }) => [name, [verb]])));
});

test('the queries of the page are of metrics and labels that there are', async () => {
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

test('the program of the page runs and tells what it says', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const { code, stdout, stderr } = await startApp(source, { OTEL_METRICS_EXPORTER: 'none' }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/avg_quality: 87,[\s\S]*success_rate: 100,[\s\S]*total_cost_usd: 0.0072,/);
});

test.each([
  ['an option that is none', { window: 1 }, 'agent.window: expected a known option: namespace, windowMs, prices'],
  ['a window that is no time', { windowMs: 0 }, 'agent.windowMs: got 0, expected milliseconds above 0'],
  ['a window that is no number', { windowMs: '5' }, 'agent.windowMs: got "5", expected milliseconds above 0'],
  ['prices that are none', { prices: [] }, 'agent.prices: got [], expected prices by agent'],
  ['a price that is none', { prices: { a: 3 } }, 'agent.prices.a: got 3, expected US dollars per million tokens'],
  [
    'a negative price',
    { prices: { a: { input: -1, output: 1 } } },
    'agent.prices.a.input: got -1, expected US dollars',
  ],
  ['a price in part', { prices: { a: { input: 1 } } }, 'agent.prices.a.output: got nothing, expected US dollars'],
  [
    'a part that no price has',
    { prices: { a: { input: 1, output: 1, cached: 1 } } },
    'agent.prices.a.cached: expected',
  ],
])('%s is refused', (_, options, message) => {
  expect(() => agent(options as never)).toThrow(message);
});

test('prices are those of the start, whatever becomes of the table', async () => {
  const mine = { coder: { input: 1, output: 1 } };
  const { recorder, values } = await start({ prices: mine });
  mine.coder.input = 1_000;
  recorder.agentCall({ ...call, agent: 'coder', tokens: { input: 1_000_000 } });
  expect(await values()).toMatchObject({ 'api_cost_usd_total/coder/b': 1 });
});
