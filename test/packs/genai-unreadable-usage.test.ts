/** Tests usage of providers and streams that cannot be read: what is refused, and what later usage replaces. */
import { usageOf } from 'otelier/packs/genai';
import { describe, expect, test } from 'vitest';
import { type ClientOptions, read, start } from './genai-client.js';
import { question, startOpenAI } from './genai-sdks.js';
import { shapes } from './genai-usage-shapes/index.js';

const call = { provider: 'a', model: 'm', durationSeconds: 1 };
const prices: ClientOptions['prices'] = () => 1;

type Path = readonly (string | number)[];

/** Returns the paths of all numbers in a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? value.map((each, index) => [index, each] as const) : Object.entries(value);
  return members.flatMap(([name, each]) => pathsOf(each, [...path, name]));
}

/** Returns a copy of a report with another value at a path. */
function replaced(reported: unknown, path: Path, value: unknown): object {
  const copy = structuredClone(reported) as object;
  const parent = path.slice(0, -1).reduce<unknown>((each, name) => (each as never)[name], copy);
  (parent as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
  return copy;
}

/** Counts and costs of the formats that are read: without one of them, the usage differs. */
const readPaths = shapes.flatMap(({ name, reported, tokens }) =>
  pathsOf(reported)
    .filter((path) => JSON.stringify(usageOf(replaced(reported, path, undefined))) !== JSON.stringify(tokens))
    .map((path) => [`${name}: ${path.join('.')}`, reported, path] as const),
);

test.each(readPaths)('refuses a value that is no number, and derives no cost: %s', async (_, reported, path) => {
  for (const value of ['12', -1, true, Number.POSITIVE_INFINITY, 12n]) {
    const { recorder, values, rejected } = await start({ conventions: 'both', prices });
    const usage = replaced(reported, path, value);
    recorder.operation({ ...call, usage });
    expect([value, Object.keys(rejected())]).toEqual([value, ['value_not_finite']]);
    // A cost that is reported is recorded, but none is derived.
    expect((await values())['cost_usd_total/chat/a/m']).not.toBe(1);
    const { serviceTier: _tier, toolUses, ...amounts } = usageOf(usage) ?? {};
    for (const amount of Object.values({ ...amounts, ...toolUses })) expect(amount).toBeTypeOf('number');
  }
});

test.each<[string, object]>([
  ['details', { prompt_tokens: 9, completion_tokens: 5, prompt_tokens_details: { cached_tokens: null } }],
  ['all details', { prompt_tokens: 9, completion_tokens: 5, total_tokens: null, completion_tokens_details: null }],
  ['a cost', { prompt_tokens: 9, completion_tokens: 5, cost: null }],
  ['the cache of Anthropic', { input_tokens: 9, output_tokens: 5, cache_read_input_tokens: null }],
  ['the cache of Gemini', { promptTokenCount: 9, candidatesTokenCount: 5, cachedContentTokenCount: null }],
  [
    'fields of TokenUsage',
    { inputTokens: 9, outputTokens: 5, reasoningTokens: null, serviceTier: null, costUsd: null },
  ],
])('takes null as absent: %s', async (_, usage) => {
  const { recorder, values, rejected } = await start({ prices });
  recorder.operation({ ...call, usage });
  expect(usageOf(usage)).toEqual({ inputTokens: 9, outputTokens: 5 });
  expect(await values()).toMatchObject({ 'cost_usd_total/chat/a/m': 1 });
  expect(rejected()).toEqual({});
});

test.each<[string, object]>([
  [
    'the tools of Anthropic',
    { usage: { input_tokens: 1, output_tokens: 1, server_tool_use: { web_search_requests: '2' } } },
  ],
  ['the sources of xAI', { usage: { prompt_tokens: 1, completion_tokens: 1, num_sources_used: '2' } }],
  ['a total that decides where reasoning belongs', { prompt_tokens: 1, completion_tokens: 1, total_tokens: '9' }],
])('refuses a value that is no number: %s', async (_, usage) => {
  const { recorder, values, rejected } = await start({ prices });
  recorder.operation({ ...call, usage });
  expect(await values()).toMatchObject({
    'token_usage_sum/chat/a/m/input': 1,
    'token_usage_sum/chat/a/m/output': 1,
    'cost_unknown_total/chat/a/m/incomplete_usage': 1,
  });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

const chat = { prompt_tokens: 9, completion_tokens: 5 };

test.each<[string, object]>([
  ['a text', { usage: { ...chat, cost: '0.42' } }],
  ['NaN of a provider', { usage: { ...chat, cost: Number.NaN } }],
  ['a text in details', { usage: { ...chat, cost: { total_cost: '0.42' } } }],
  ['a text beside the usage', { usage: { usage: chat, _hidden_params: { response_cost: '0.42' } } }],
  ['a fee without the charge of the provider', { usage: { ...chat, is_byok: true, cost: 0.1 } }],
  ['a negative number in TokenUsage', { usage: { inputTokens: 9, outputTokens: 5, costUsd: -1 } }],
  ['a text of the operation', { usage: chat, costUsd: '0.42' }],
  ['a negative number of the operation', { usage: chat, costUsd: -1 }],
  ['NaN of the operation', { usage: chat, costUsd: Number.NaN }],
  ['a number above the largest amount', { usage: chat, costUsd: 2 ** 53 }],
  ['a negative number without usage', { costUsd: -1 }],
])('counts a reported cost that is no amount as unknown: %s', async (_, end) => {
  for (const source of [prices, 'none'] as const) {
    const { recorder, values, rejected } = await start({ prices: source });
    recorder.operation({ ...call, ...end });
    recorder.operation({ ...call, ...end, errorType: '429' });
    const costs = Object.entries(await values()).filter(([name]) => name.startsWith('cost_'));
    expect(Object.fromEntries(costs)).toEqual({ 'cost_unknown_total/chat/a/m/invalid_cost': 1 });
    expect(Object.values(rejected())).toEqual([2]);
  }
});

test('refuses the counts of a client that are no numbers', async () => {
  const usage = { prompt_tokens: '1000', completion_tokens: 10 };
  const response = { usage: { input_tokens: '1000', output_tokens: 10, input_tokens_details: { cached_tokens: 1 } } };
  const { client, values } = await startOpenAI(({ path }) =>
    path.endsWith('responses') ? { json: { model: 'm', output: [], ...response } } : { json: { choices: [], usage } },
  );
  await client.chat.completions.create(question);
  await client.responses.create({ model: 'm', input: 'a' });
  const seen = await values();
  expect(seen).toMatchObject({ 'token_usage_sum/output': 20, 'cost_unknown_total/incomplete_usage': 2 });
  expect(seen).not.toHaveProperty('token_usage_sum/input');
});

describe('of a stream', () => {
  const unreadable = {
    get usage(): never {
      throw new Error('torn');
    },
  };
  const complete = { inputTokens: 9, outputTokens: 5 };
  type Case = [title: string, usages: unknown[], cost: 'known' | 'unknown', rejected: number];
  const cases: Case[] = [
    ['complete usage after unreadable usage', [unreadable, complete], 'known', 1],
    ['complete usage after usage that is no object', [7, complete], 'known', 1],
    ['complete usage in the format of a provider', [7, { prompt_tokens: 9, completion_tokens: 5 }], 'known', 1],
    ['a part after unreadable usage', [unreadable, { inputTokens: 9 }, { outputTokens: 5 }], 'unknown', 1],
    ['an invalid total after unreadable usage', [unreadable, { inputTokens: 9, outputTokens: 1.5 }], 'unknown', 2],
    ['unreadable usage after complete usage', [complete, unreadable], 'unknown', 1],
    ['unreadable usage between complete usages', [complete, unreadable, complete], 'known', 1],
    [
      'a count after one that cannot be read',
      [
        {
          inputTokens: 9,
          get outputTokens(): never {
            throw new Error('torn');
          },
        },
        { outputTokens: 5 },
      ],
      'known',
      0,
    ],
    ['a valid count after an invalid one', [{ inputTokens: 9, outputTokens: 1.5 }, { outputTokens: 5 }], 'known', 0],
    ['an invalid count after a valid one', [complete, { outputTokens: 1.5 }], 'unknown', 1],
    [
      'a count of a provider after one that is no number',
      [
        { prompt_tokens: '9', completion_tokens: 1 },
        { prompt_tokens: 9, completion_tokens: 5 },
      ],
      'known',
      0,
    ],
    ['a tier after an invalid one', [{ ...complete, serviceTier: 7 }, { serviceTier: 'flex' }], 'known', 0],
    ['complete usage without a tier after an invalid one', [{ serviceTier: 7 }, complete], 'unknown', 1],
    ['an invalid tier after a valid one', [{ ...complete, serviceTier: 'flex' }, { serviceTier: 7 }], 'unknown', 1],
    [
      'uses of a tool after invalid ones',
      [{ ...complete, toolUses: { web_search: -1 } }, { toolUses: { web_search: 1 } }],
      'known',
      0,
    ],
    ['uses of tools after uses that are no object', [{ ...complete, toolUses: 7 }, { toolUses: {} }], 'known', 0],
    [
      'uses of another tool after invalid ones',
      [{ ...complete, toolUses: { web_search: -1 } }, { toolUses: { file_search: 1 } }],
      'unknown',
      1,
    ],
  ];
  test.each(cases)('%s', async (_, usages, cost, rejected) => {
    const client = await start({ prices });
    const chunks = (async function* () {
      yield* usages;
    })();
    await read(client.recorder.observe(chunks, call, { usage: (chunk) => chunk as object }));
    const costs = Object.entries(await client.values()).filter(([name]) => /^cost_(usd|unknown)_total/.test(name));
    const known = [['cost_usd_total/chat/a/m', 1]];
    expect(costs).toEqual(cost === 'known' ? known : [['cost_unknown_total/chat/a/m/incomplete_usage', 1]]);
    expect(client.rejected()).toEqual(rejected === 0 ? {} : { value_not_finite: rejected });
  });
});
