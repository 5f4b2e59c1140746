/** Tests usage whose parts exceed their total: the parts are refused and counted, and the cost is unknown. */
import fc from 'fast-check';
import { type TokenUsage, usageOf } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { read, start } from './genai-client.js';

/** A price of one dollar per token, of every kind. */
const one = 1e6;
const everyPrice = {
  input: one,
  output: one,
  audioInput: one,
  audioOutput: one,
  audioCacheRead: one,
  imageOutput: one,
};
const startPriced = () => start({ conventions: 'both', prices: { m: everyPrice } });
const call = { provider: 'a', model: 'm', durationSeconds: 1 };

/** Returns the costs, and the sums of tokens by their metric. */
function picked(values: Record<string, number>) {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const cost = /^(cost_usd|cost_unknown)_total\/chat\/a\/m\/?(.*)$/.exec(name);
      if (cost !== null) return [[cost[2] === '' ? 'cost' : cost[2], value]];
      const tokens = /^inference_usage_(\w+?)(?:_tokens)?_total\/chat\/a\/m\/(\w+)$/.exec(name);
      return tokens === null ? [] : [[`${tokens[1]} ${tokens[2]}`, value]];
    }),
  );
}
const unknown = { incomplete_usage: 1 };

test.each<[title: string, usage: TokenUsage, refused: number, recorded: Record<string, number>]>([
  [
    'cache reads above the input',
    { inputTokens: 5, outputTokens: 1, cacheReadTokens: 10 },
    1,
    { 'input unknown': 5, 'output unknown': 1 },
  ],
  ['cache writes above the input', { inputTokens: 5, cacheWriteTokens: 6 }, 1, { 'input unknown': 5 }],
  [
    'cache reads and writes that exceed the input together',
    { inputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 3 },
    2,
    { 'input unknown': 5 },
  ],
  ['writes for one hour above the input', { inputTokens: 5, cacheWrite1hTokens: 6 }, 1, { 'input unknown': 5 }],
  [
    'writes for one hour above the writes',
    { inputTokens: 5, cacheWriteTokens: 3, cacheWrite1hTokens: 4 },
    1,
    { 'input unknown': 5, 'cache_write_input unknown': 3 },
  ],
  ['audio above the input', { inputTokens: 5, audioInputTokens: 6 }, 1, { 'input unknown': 5 }],
  ['images above the input', { inputTokens: 5, imageInputTokens: 6 }, 1, { 'input unknown': 5 }],
  [
    'audio and images that exceed the input together',
    { inputTokens: 5, audioInputTokens: 3, imageInputTokens: 3 },
    2,
    { 'input unknown': 5 },
  ],
  ['cached audio above the input', { inputTokens: 5, audioCacheReadTokens: 6 }, 1, { 'input unknown': 5 }],
  [
    'cached audio above the audio',
    { inputTokens: 5, cacheReadTokens: 4, audioInputTokens: 2, audioCacheReadTokens: 3 },
    1,
    { 'input unknown': 3, 'input audio': 2, 'cache_read_input unknown': 4 },
  ],
  [
    'cached audio above the cache reads',
    { inputTokens: 5, cacheReadTokens: 2, audioInputTokens: 4, audioCacheReadTokens: 3 },
    1,
    { 'input unknown': 1, 'input audio': 4, 'cache_read_input unknown': 2 },
  ],
  [
    'reasoning above the output',
    { inputTokens: 2, outputTokens: 5, reasoningTokens: 6 },
    1,
    { 'input unknown': 2, 'output unknown': 5 },
  ],
  ['audio above the output', { outputTokens: 5, audioOutputTokens: 6 }, 1, { 'output unknown': 5 }],
  ['images above the output', { outputTokens: 5, imageOutputTokens: 6 }, 1, { 'output unknown': 5 }],
  [
    'parts that exceed the output together',
    { outputTokens: 5, reasoningTokens: 2, audioOutputTokens: 2, imageOutputTokens: 2 },
    3,
    { 'output unknown': 5 },
  ],
  [
    'parts of a total of 0',
    { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1 },
    1,
    { 'input unknown': 0, 'output unknown': 0 },
  ],
  [
    'parts of input and output',
    { inputTokens: 5, outputTokens: 5, cacheReadTokens: 6, reasoningTokens: 6 },
    2,
    { 'input unknown': 5, 'output unknown': 5 },
  ],
])('refuses %s', async (_, usage, refused, recorded) => {
  const { recorder, values, rejected } = await startPriced();
  recorder.operation({ ...call, usage });
  expect(picked(await values())).toEqual({ ...recorded, ...unknown });
  expect(rejected()).toEqual({ value_not_finite: refused });
});

test('refuses the parts of embeddings', async () => {
  const { recorder, values, rejected } = await startPriced();
  recorder.operation({ ...call, operation: 'embeddings', usage: { inputTokens: 5, cacheReadTokens: 6 } });
  expect(await values()).toMatchObject({
    'embeddings_operation_input_tokens_sum/embeddings/a/m': 5,
    'cost_unknown_total/embeddings/a/m/incomplete_usage': 1,
  });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test('refuses contradictory usage in the format of a provider', async () => {
  const { recorder, values, rejected } = await startPriced();
  const usage = { prompt_tokens: 5, completion_tokens: 5, completion_tokens_details: { audio_tokens: 6 } };
  recorder.operation({ ...call, usage });
  expect(picked(await values())).toEqual({ 'input unknown': 5, 'output unknown': 5, ...unknown });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test('the cost that a provider reports beside contradictory tokens is recorded', async () => {
  const { recorder, values, rejected } = await startPriced();
  recorder.operation({ ...call, usage: { inputTokens: 5, cacheReadTokens: 6, costUsd: 0.5 } });
  expect(picked(await values())).toEqual({ 'input unknown': 5, cost: 0.5 });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test.each<[title: string, usage: TokenUsage, recorded: Record<string, number>]>([
  ['cache reads', { outputTokens: 5, cacheReadTokens: 3 }, { 'output unknown': 5, 'cache_read_input unknown': 3 }],
  ['writes for one hour', { outputTokens: 5, cacheWrite1hTokens: 3 }, { 'output unknown': 5 }],
  ['reasoning', { inputTokens: 5, reasoningTokens: 3 }, { 'input unknown': 5, 'reasoning_output unknown': 3 }],
  ['audio', { inputTokens: 5, audioOutputTokens: 3 }, { 'input unknown': 5 }],
])('%s without a total have no cost, and are not refused', async (_, usage, recorded) => {
  const { recorder, values, rejected } = await startPriced();
  recorder.operation({ ...call, usage });
  expect(picked(await values())).toEqual({ ...recorded, ...unknown });
  expect(rejected()).toEqual({});
});

const stream = async (usages: readonly TokenUsage[]) => {
  const client = await startPriced();
  const chunks = (async function* () {
    yield* usages;
  })();
  await read(client.recorder.observe(chunks, call, { usage: (chunk) => chunk }));
  return { recorded: picked(await client.values()), rejected: client.rejected() };
};

test('judges the counts of a stream at its end only', async () => {
  const parts = [{ cacheReadTokens: 6 }, { inputTokens: 3 }, { inputTokens: 9 }, { reasoningTokens: 2 }];
  expect(await stream([...parts, { outputTokens: 2 }])).toEqual({
    recorded: {
      'input unknown': 9,
      'output unknown': 2,
      'cache_read_input unknown': 6,
      'reasoning_output unknown': 2,
      cost: 11,
    },
    rejected: {},
  });
  expect(await stream([...parts, { outputTokens: 1 }])).toEqual({
    recorded: { 'input unknown': 9, 'output unknown': 1, 'cache_read_input unknown': 6, ...unknown },
    rejected: { value_not_finite: 1 },
  });
});

test('refuses reasoning above the tokens of the chunks', async () => {
  const { recorder, values, rejected } = await startPriced();
  const operation = recorder.begin(call);
  operation.chunk(5);
  operation.end({ usage: { inputTokens: 1, reasoningTokens: 6 } });
  expect(picked(await values())).toEqual({ 'input unknown': 1, 'output unknown': 5, ...unknown });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test('an estimated total is not below the parts that are reported', async () => {
  const prices = { m: everyPrice };
  const { recorder, values, rejected } = await start({ prices, tokenizer: (text) => text.length });
  const texts = { inputText: 'four', outputText: 'answer' };
  recorder.operation({ ...call, ...texts, usage: { cacheReadTokens: 9, reasoningTokens: 8 } });
  expect(await values()).toMatchObject({
    'token_usage_sum/chat/a/m/input/true': 9,
    'token_usage_sum/chat/a/m/output/true': 8,
    'cost_usd_total/chat/a/m/true': 17,
  });
  expect(rejected()).toEqual({});
});

const total = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
const part = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 2 });
const anyUsage = fc.record({
  inputTokens: total,
  outputTokens: total,
  cacheReadTokens: part,
  cacheWriteTokens: part,
  cacheWrite1hTokens: part,
  reasoningTokens: part,
  audioInputTokens: part,
  audioOutputTokens: part,
  audioCacheReadTokens: part,
  imageInputTokens: part,
  imageOutputTokens: part,
});

const chat = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const response = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

test.each<[title: string, usage: object]>([
  ['cached tokens', { ...chat, prompt_tokens_details: { cached_tokens: 11 } }],
  ['cached tokens of a response', { ...response, input_tokens_details: { cached_tokens: 11 } }],
  ['cached tokens beside the counts', { ...chat, cached_tokens: 11 }],
  ['cache hits', { ...chat, prompt_cache_hit_tokens: 11 }],
  ['cache writes', { ...chat, prompt_tokens_details: { cache_write_tokens: 11 } }],
  ['reads and writes', { ...chat, prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 5 } }],
  ['reasoning', { ...chat, completion_tokens_details: { reasoning_tokens: 9 } }],
  ['reasoning of a response', { ...response, output_tokens_details: { reasoning_tokens: 9 } }],
  ['audio', { ...chat, prompt_tokens_details: { audio_tokens: 11 } }],
])('refuses parts that exceed a count of OpenAI whose total has no more: %s', async (_, usage) => {
  const { recorder, values, rejected } = await startPriced();
  recorder.operation({ ...call, usage });
  const seen = await values();
  expect(picked(seen)).toEqual({ ...unknown, 'input unknown': 10, 'output unknown': 5 });
  expect(Object.keys(rejected())).toEqual(['value_not_finite']);
});

const details = { cached_tokens: 11 };
test.each<[title: string, usage: object, expected: TokenUsage]>([
  [
    'cached tokens in the total',
    { ...chat, total_tokens: 26, prompt_tokens_details: details },
    { inputTokens: 21, outputTokens: 5, cacheReadTokens: 11 },
  ],
  [
    'cached tokens without a total',
    { ...chat, total_tokens: null, prompt_tokens_details: details },
    { inputTokens: 21, outputTokens: 5, cacheReadTokens: 11 },
  ],
  [
    "Anthropic's cached tokens",
    { ...chat, prompt_tokens_details: details, cache_read_input_tokens: 11 },
    { inputTokens: 21, outputTokens: 5, cacheReadTokens: 11 },
  ],
  [
    'reasoning in the total',
    { ...chat, total_tokens: 24, completion_tokens_details: { reasoning_tokens: 9 } },
    { inputTokens: 10, outputTokens: 14, reasoningTokens: 9 },
  ],
  [
    'reasoning without a total',
    { ...chat, total_tokens: null, completion_tokens_details: { reasoning_tokens: 9 } },
    { inputTokens: 10, outputTokens: 14, reasoningTokens: 9 },
  ],
  [
    'cached tokens and reasoning in the total',
    { ...chat, total_tokens: 35, prompt_tokens_details: details, completion_tokens_details: { reasoning_tokens: 9 } },
    { inputTokens: 21, outputTokens: 14, cacheReadTokens: 11, reasoningTokens: 9 },
  ],
])('adds parts that the count of a compatible server excludes: %s', (_, usage, expected) => {
  expect(usageOf(usage)).toEqual(expected);
});

test('a price source gets only usage whose totals include their parts, and every other usage has no cost', async () => {
  const seen: Required<TokenUsage>[] = [];
  const priceOf = (_provider: string, _model: string, usage: unknown) => {
    seen.push(usage as Required<TokenUsage>);
    return 1;
  };
  const { recorder, values, rejected } = await start({ prices: priceOf });
  let operations = 0;
  fc.assert(
    fc.property(anyUsage, (usage) => {
      operations++;
      recorder.operation({ ...call, usage: usage as TokenUsage });
    }),
    { numRuns: 1_000 },
  );
  for (const each of seen) {
    expect(each.cacheReadTokens + each.cacheWriteTokens).toBeLessThanOrEqual(each.inputTokens);
    expect(each.audioInputTokens + each.imageInputTokens).toBeLessThanOrEqual(each.inputTokens);
    expect(each.audioCacheReadTokens).toBeLessThanOrEqual(Math.min(each.cacheReadTokens, each.audioInputTokens));
    expect(each.cacheWrite1hTokens).toBeLessThanOrEqual(each.cacheWriteTokens);
    const outputParts = each.reasoningTokens + each.audioOutputTokens + each.imageOutputTokens;
    expect(outputParts).toBeLessThanOrEqual(each.outputTokens);
  }
  const recorded = await values();
  const unknowns = Object.entries(recorded).filter(([name]) => name.startsWith('cost_unknown_total'));
  expect(seen.length).toBeGreaterThan(0);
  expect(unknowns.reduce((sum, [, each]) => sum + each, 0) + seen.length).toBe(operations);
  expect(Object.keys(rejected())).toEqual(['value_not_finite']);
});

test('never records a negative cost, for any usage', async () => {
  const { recorder, rejected } = await start({
    prices: { m: { input: 1, output: 10, cacheRead: 0.1, reasoning: 20, imageInput: 5 } },
  });
  fc.assert(fc.property(anyUsage, (usage) => recorder.operation({ ...call, usage: usage as TokenUsage })));
  expect(Object.keys(rejected())).toEqual(['value_not_finite']);
});
