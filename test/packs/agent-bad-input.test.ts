/** Invalid input of the agent pack: counted, never thrown, without unbounded growth. */
import { type AgentRecorder, agent } from 'otelier/packs/agent';
import { expect, test } from 'vitest';
import { floodAgents } from './agent-flood.js';
import { call, start } from './agent-platform.js';

/** Throws when any of its properties is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}
/** An object that throws when it is converted to a text or a number. */
const unprintable = { toString: fail, valueOf: fail, toJSON: fail };

type Bad = [input: string, record: (recorder: AgentRecorder) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a negative latency', (it) => it.task({ latencyMs: -1, ok: true }), { value_negative: 1 }],
  [
    'a score that is not a number',
    (it) => it.task({ latencyMs: 1, ok: true, quality: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['a task without fields', (it) => it.task({} as never), { value_not_finite: 1, attribute_missing: 1 }],
  ['an invalid outcome', (it) => it.task({ latencyMs: 1, ok: 'yes' } as never), { attribute_other: 1 }],
  ['a negative score of a task with an agent', (it) => it.task({ ...call, quality: -1 }), { value_negative: 1 }],
  ['tokens without an agent', (it) => it.task({ latencyMs: 1, ok: true, tokens: 5 }), { attribute_missing: 1 }],
  ['negative tokens', (it) => it.agentCall({ ...call, tokens: { input: -5, output: -1 } }), { value_negative: 2 }],
  ['invalid tokens', (it) => it.agentCall({ ...call, tokens: 'many' as never }), { value_not_finite: 1 }],
  ['a negative cost', (it) => it.agentCall({ ...call, costUsd: -1 }), { value_negative: 1 }],
  ['an infinite cost', (it) => it.agentCall({ ...call, costUsd: Number.POSITIVE_INFINITY }), { value_not_finite: 1 }],
  [
    'a score of a call that is not a number',
    (it) => it.agentCall({ ...call, quality: Number.NaN }),
    { value_not_finite: 1 },
  ],
  ['a negative score of a call', (it) => it.agentCall({ ...call, quality: -3 }), { value_negative: 1 }],
  [
    'an agent that is not a text',
    (it) => it.agentCall({ ...call, agent: unprintable as never }),
    { attribute_invalid: 3 },
  ],
  [
    'a call without fields',
    (it) => it.agentCall({} as never),
    // The agent is missing in two counters, the outcome in one; the engine checks the latency before its attributes.
    { attribute_missing: 3, value_not_finite: 1 },
  ],
  ['a switch without agents', (it) => it.agentSwitch({} as never), { attribute_missing: 2 }],
  [
    'an invalid improvement',
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
    'a checkpoint without an outcome',
    (it) => it.checkpoint({ checkpoint: 1, latencyMs: 1, endsTask: 1 } as never),
    { value_not_finite: 2 },
  ],
  ['a lookup without a result', (it) => it.cacheLookup({ layer: 'disk' } as never), { attribute_missing: 1 }],
  [
    'an invalid cache size',
    (it) => it.cacheSize({ layer: 'disk', megabytes: unprintable as never }),
    { value_not_finite: 1 },
  ],
  ['an embedding without a duration', (it) => it.embedding({} as never), { value_not_finite: 1 }],
  ['an embedding with an invalid result', (it) => it.embedding({ cached: 'half' } as never), { attribute_other: 1 }],
  [
    'an unknown operation',
    (it) => it.databaseQuery({ operation: 'drop' as never, latencyMs: 1 }),
    { attribute_other: 1 },
  ],
  ['an infinite speed-up', (it) => it.parallelEvaluation({ sequentialMs: 5, parallelMs: 0 }), { value_not_finite: 1 }],
  [
    'a speed-up of negative times',
    (it) => it.parallelEvaluation({ sequentialMs: -5, parallelMs: -1 }),
    { value_not_finite: 1 },
  ],
  ['negative savings', (it) => it.costSaved(-1), { value_negative: 1 }],
  ['a missing queue depth', (it) => it.queueDepth(undefined as never), { value_not_finite: 1 }],
  ['an export duration that is not a number', (it) => it.exported(Number.NaN), { value_not_finite: 1 }],
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

test.each(verbs)('%s drops an unreadable event and counts it once', async (verb) => {
  const { recorder, values, rejected } = await start();
  for (const event of [hostile, undefined, null]) recorder[verb](event as never);
  expect(rejected()).toEqual({ event_unreadable: 3 });
  expect(Object.entries(await values()).filter(([, value]) => value !== 0)).toEqual([]);
});

test('drops the whole event if a nested property is unreadable', async () => {
  const { recorder, values, rejected } = await start({ prices: { a: { input: 1, output: 1 } } });
  recorder.agentCall({ ...call, tokens: hostile });
  recorder.agentCall({ ...call, agent: 'without a price', tokens: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: hostile });
  recorder.evaluation({ latencyMs: 1, vulnerabilities: null as never });
  expect(rejected()).toEqual({ event_unreadable: 4 });
  expect(Object.entries(await values()).filter(([, value]) => value !== 0)).toEqual([]);
});

test('an unreadable call within a task does not change the task', async () => {
  const { recorder, values, rejected } = await start();
  const task = recorder.begin();
  task.agentCall(hostile as never);
  task.agentCall({ ...call, costUsd: 0.1 });
  task.end({ ok: true });
  expect(await values()).toMatchObject({ cost_per_task_usd_sum: 0.1, active_tasks_count: 0 });
  expect(rejected()).toEqual({ event_unreadable: 1 });
});

test('an empty agent, a missing agent and _OTHER share one window', async () => {
  const { recorder, values } = await start();
  for (const agent of ['', undefined, '_OTHER'] as never[]) recorder.agentCall({ ...call, agent, ok: agent === '' });
  const seen = await values();
  const rates = Object.entries(seen).filter(([name]) => name.startsWith('agent_success_rate_percent'));
  expect(rates).toEqual([['agent_success_rate_percent/_OTHER', 33.333333333]]);
});

test('50,000 made-up names add no series beyond the limits, and sums stay exact', () => floodAgents(50_000));

test.each([
  ['an unknown option', { window: 1 }, 'agent.window: expected a known option (did you mean "windowMs"?)'],
  ['a window of 0', { windowMs: 0 }, 'agent.windowMs: got 0, expected milliseconds above 0'],
  ['a window that is not a number', { windowMs: '5' }, 'agent.windowMs: got "5", expected milliseconds above 0'],
  ['a list instead of prices', { prices: [] }, 'agent.prices: got [], expected prices by agent'],
  [
    'a number instead of a price',
    { prices: { a: 3 } },
    'agent.prices.a: got 3, expected US dollars per million tokens',
  ],
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
