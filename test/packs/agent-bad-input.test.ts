/** Invalid input of the agent pack: it is counted, never throws, and does not add series. */
import { type AgentRecorder, agent } from 'otelier/packs/agent';
import { expect, test } from 'vitest';
import { agentLimit, layerLimit } from '../../src/packs/agent/metrics.js';
import { call, start } from './agent-platform.js';

/** An event whose properties cannot be read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** A value that throws when it is converted to text or a number. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

type Bad = [input: string, record: (recorder: AgentRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative latency', (it) => it.task({ latencyMs: -1, ok: true }), { value_negative: 1 }],
  ['a score that is NaN', (it) => it.task({ latencyMs: 1, ok: true, quality: Number.NaN }), { value_not_finite: 1 }],
  ['a task without fields', (it) => it.task({} as never), { value_not_finite: 1, attribute_missing: 1 }],
  ['an outcome that is not a boolean', (it) => it.task({ latencyMs: 1, ok: 'yes' } as never), { attribute_other: 1 }],
  ['a negative score of a task with an agent', (it) => it.task({ ...call, quality: -1 }), { value_negative: 1 }],
  ['tokens without an agent', (it) => it.task({ latencyMs: 1, ok: true, tokens: 5 }), { attribute_missing: 1 }],
  ['negative tokens', (it) => it.agentCall({ ...call, tokens: { input: -5, output: -1 } }), { value_negative: 2 }],
  ['tokens that are text', (it) => it.agentCall({ ...call, tokens: 'many' as never }), { value_not_finite: 1 }],
  ['a negative cost', (it) => it.agentCall({ ...call, costUsd: -1 }), { value_negative: 1 }],
  ['an infinite cost', (it) => it.agentCall({ ...call, costUsd: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  ['a score of a call that is NaN', (it) => it.agentCall({ ...call, quality: Number.NaN }), { value_not_finite: 1 }],
  ['a negative score of a call', (it) => it.agentCall({ ...call, quality: -3 }), { value_negative: 1 }],
  [
    'an agent that is an object',
    (it) => it.agentCall({ ...call, agent: unprintable as never }),
    { attribute_invalid: 3 },
  ],
  [
    'a call without fields',
    (it) => it.agentCall({} as never),
    // Count, outcome (two attributes), and the value of the latency, which is rejected before its attributes are read.
    { attribute_missing: 3, value_not_finite: 1 },
  ],
  ['a switch without agents', (it) => it.agentSwitch({} as never), { attribute_missing: 2 }],
  [
    'an improvement that is NaN',
    (it) => it.agentSwitch({ from: 'a', to: 'b', qualityImprovement: Number.NaN }),
    { value_not_finite: 1 },
  ],
  [
    'an unknown severity',
    (it) => it.evaluation({ latencyMs: 1, vulnerabilities: { dire: 1 } as never }),
    { attribute_other: 1 },
  ],
  [
    'negative findings',
    (it) => it.evaluation({ latencyMs: 1, typeErrors: -1, testFailures: -1, vulnerabilities: { low: -1 } }),
    { value_negative: 3 },
  ],
  [
    'an unknown checkpoint',
    (it) => it.checkpoint({ checkpoint: 4 as never, latencyMs: 1, ok: false }),
    { attribute_other: 1 },
  ],
  [
    'a checkpoint with invalid flags',
    (it) => it.checkpoint({ checkpoint: 1, latencyMs: 1, endsTask: 1 } as never),
    { value_not_finite: 2 },
  ],
  ['a lookup without a result', (it) => it.cacheLookup({ layer: 'disk' } as never), { attribute_missing: 1 }],
  [
    'a cache size that is an object',
    (it) => it.cacheSize({ layer: 'disk', megabytes: unprintable as never }),
    { value_not_finite: 1 },
  ],
  ['an embedding without a duration', (it) => it.embedding({} as never), { value_not_finite: 1 }],
  ['an embedding with an invalid flag', (it) => it.embedding({ cached: 'half' } as never), { attribute_other: 1 }],
  [
    'an unknown database operation',
    (it) => it.databaseQuery({ operation: 'drop' as never, latencyMs: 1 }),
    { attribute_other: 1 },
  ],
  ['an infinite speedup', (it) => it.parallelEvaluation({ sequentialMs: 5, parallelMs: 0 }), { value_not_finite: 1 }],
  [
    'a speedup of negative durations',
    (it) => it.parallelEvaluation({ sequentialMs: -5, parallelMs: -1 }),
    { value_not_finite: 1 },
  ],
  ['negative savings', (it) => it.costSaved(-1), { value_negative: 1 }],
  ['a queue depth that is undefined', (it) => it.queueDepth(undefined as never), { value_not_finite: 1 }],
  ['an export duration that is NaN', (it) => it.exported(Number.NaN), { value_not_finite: 1 }],
];

test.each(bad)('counts %s and does not throw', async (_, record, expected) => {
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

test.each(verbs)('%s drops an unreadable event as a whole and counts it once', async (verb) => {
  const { recorder, values, rejected } = await start();
  for (const event of [hostile, undefined, null]) expect(recorder[verb](event as never)).toBeUndefined();
  expect(rejected()).toEqual({ event_unreadable: 3 });
  expect(await values()).toEqual({ active_tasks_count: 0 });
});

test('drops an event with an unreadable part as a whole', async () => {
  const { recorder, values, rejected } = await start({ prices: { a: { input: 1, output: 1 } } });
  recorder.agentCall({ ...call, tokens: hostile });
  recorder.agentCall({ ...call, agent: 'without a price', tokens: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: null as never });
  expect(rejected()).toEqual({ event_unreadable: 4 });
  expect(await values()).toEqual({ active_tasks_count: 0 });
});

test('an unreadable call leaves its task unchanged', async () => {
  const { recorder, values, rejected } = await start();
  const task = recorder.begin();
  task.agentCall(hostile as never);
  task.agentCall({ ...call, costUsd: 0.1 });
  task.end({ ok: true });
  expect(await values()).toMatchObject({ cost_per_task_usd_sum: 0.1, active_tasks_count: 0 });
  expect(rejected()).toEqual({ event_unreadable: 1 });
});

test.each([
  ['an unreadable', hostile],
  ['no', undefined],
])('a task that ends with %s outcome is no longer active', async (_, outcome) => {
  const { recorder, values, rejected } = await start();
  const task = recorder.begin();
  expect(task.end(outcome as never)).toBeUndefined();
  task.end({ ok: true });
  expect(await values()).toEqual({ active_tasks_count: 0 });
  expect(rejected()).toEqual({ event_unreadable: 1 });
});

test('the handle of a task works without its object', async () => {
  const { recorder, values } = await start();
  const { agentCall, end } = recorder.begin();
  agentCall({ ...call, costUsd: 0.1 });
  end({ ok: true });
  expect(await values()).toMatchObject({ cost_per_task_usd_sum: 0.1, active_tasks_count: 0 });
});

test('the limit of agents and layers is exact, and _OTHER does not count against it', async () => {
  const { recorder, families, rejected } = await start();
  const agents = Array.from({ length: agentLimit }, (_, index) => `agent-${index}`);
  const layers = Array.from({ length: layerLimit }, (_, index) => `layer-${index}`);
  const record = (agent: string, layer: string) => {
    recorder.agentCall({ ...call, agent, quality: 50, costUsd: 1 });
    recorder.cacheLookup({ layer, hit: true, latencyMs: 1 });
  };
  // The explicit _OTHER comes first, so that it would take the slot of another name.
  record('_OTHER', '_OTHER');
  for (const [index, agent] of agents.entries()) record(agent, layers[index % layerLimit] ?? '');
  const namesOf = async (name: string, label: string) => {
    const samples = (await families()).get(name)?.samples ?? [];
    return new Set(samples.map(({ labels }) => labels.get(label)));
  };
  const check = async () => {
    for (const name of ['agent_usage_total', 'agent_latency_ms', 'agent_quality_score', 'agent_cost_usd_per_call']) {
      expect([name, await namesOf(name, 'agent')]).toEqual([name, new Set([...agents, '_OTHER'])]);
    }
    for (const name of ['cache_lookups_total', 'cache_lookup_latency_ms', 'cache_hit_rate_percent']) {
      expect([name, await namesOf(name, 'cache_layer')]).toEqual([name, new Set([...layers, '_OTHER'])]);
    }
  };
  await check();
  expect(rejected()).toEqual({});
  // One name more is recorded as _OTHER and counted: in four metrics of agents and in two of layers.
  record('agent-more', 'layer-more');
  expect(rejected()).toEqual({ attribute_other: 6 });
  await check();
  expect(rejected()).toEqual({ attribute_other: 6 });
});

test.each([
  ['an unknown option', { window: 1 }, 'agent.window: expected a known option: namespace, windowMs, prices'],
  ['a window of 0', { windowMs: 0 }, 'agent.windowMs: got 0, expected milliseconds above 0'],
  ['a window that is text', { windowMs: '5' }, 'agent.windowMs: got "5", expected milliseconds above 0'],
  ['prices that are a list', { prices: [] }, 'agent.prices: got [], expected prices by agent'],
  ['a price that is a number', { prices: { a: 3 } }, 'agent.prices.a: got 3, expected US dollars per million tokens'],
  [
    'a negative price',
    { prices: { a: { input: -1, output: 1 } } },
    'agent.prices.a.input: got -1, expected US dollars',
  ],
  ['an incomplete price', { prices: { a: { input: 1 } } }, 'agent.prices.a.output: got nothing, expected US dollars'],
  [
    'an unknown part of a price',
    { prices: { a: { input: 1, output: 1, cached: 1 } } },
    'agent.prices.a.cached: expected',
  ],
])('rejects %s', (_, options, message) => {
  expect(() => agent(options as never)).toThrow(message);
});
