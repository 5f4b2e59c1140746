/** What the agent pack is given that is wrong: counted, never thrown, and without growth. */
import { type AgentRecorder, agent } from 'otelier/packs/agent';
import { expect, test } from 'vitest';
import { call, start } from './agent-platform.js';

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** Throws when it is turned into text or a number, and is neither. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

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

test('what is within an event and cannot be read leaves nothing of the event', async () => {
  const { recorder, values, rejected } = await start({ prices: { a: { input: 1, output: 1 } } });
  recorder.agentCall({ ...call, tokens: hostile });
  recorder.agentCall({ ...call, agent: 'without a price', tokens: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: null as never });
  expect(rejected()).toEqual({ value_not_finite: 4 });
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
