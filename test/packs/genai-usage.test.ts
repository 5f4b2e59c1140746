/** Tests that usage is read as every provider and server reports it. */
import fc from 'fast-check';
import { usageOf } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { messageEvents, namedEvents, unnamedEvents } from '../support/llm-upstream.js';
import { start } from './genai-client.js';
import { question, read, startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';
import { shapes } from './genai-usage-shapes/index.js';

test.each(shapes.map((shape) => [shape.name, shape] as const))('reads the usage of %s', async (_, shape) => {
  expect(usageOf(shape.reported)).toEqual(shape.tokens);
  const { recorder, values } = await start({ conventions: 'both' });
  recorder.begin({ provider: 'a', model: 'b' }).end({ usage: shape.reported as object });
  expect(await values()).toMatchObject({
    'token_usage_sum/chat/a/b/input': shape.tokens.inputTokens,
    'token_usage_sum/chat/a/b/output': shape.tokens.outputTokens,
  });
});

test.each<[string, object]>([
  ['DeepSeek', { prompt_tokens: 1_000, completion_tokens: 0, prompt_cache_hit_tokens: 900 }],
  [
    'LangChain',
    { usage_metadata: { input_tokens: 1_000, output_tokens: 0, input_token_details: { cache_read: 900 } } },
  ],
  ["Vercel's AI SDK 5", { inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 900 }],
  ['Nova', { usage: { inputTokens: 100, outputTokens: 0, cacheReadInputTokenCount: 900 } }],
])('prices the cache hits of %s', async (_, usage) => {
  const { recorder, values } = await start({ prices: { m: { input: 10, output: 10, cacheRead: 1 } } });
  recorder.operation({ provider: 'a', model: 'm', usage, durationSeconds: 1 });
  expect(await values()).toMatchObject({ 'cost_usd_total/chat/a/m': 0.0019 });
});

test('records the cost that the provider reports instead of the cost of the tokens', async () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 10, cost: 0.42 };
  const { client, values } = await startOpenAI(() => ({ json: { model: 'gpt-5-mini', choices: [], usage } }));
  await client.chat.completions.create(question);
  expect(await values()).toMatchObject({ cost_usd_total: 0.42, 'token_usage_sum/input': 1_000 });
});

test('prices the compactions of Anthropic, of a response and of a stream', async () => {
  const message = { type: 'message', input_tokens: 23_000, output_tokens: 1_000 };
  const iterations = [{ type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 }, message];
  const usage = { input_tokens: 23_000, output_tokens: 1_000, iterations };
  const prices = { m: { input: 5, output: 25 } };
  const { recorder, values } = await start({ prices });
  recorder.operation({ provider: 'anthropic', model: 'm', usage, durationSeconds: 1 });
  expect((await values())['cost_usd_total/chat/anthropic/m']).toBeCloseTo(1.1275, 10);
  const begin = { type: 'message_start', message: { model: 'm', usage: { input_tokens: 23_000, output_tokens: 1 } } };
  const end = { type: 'message_delta', delta: {}, usage: { output_tokens: 1_000, iterations } };
  const streamed = await startAnthropic(() => ({ events: namedEvents(begin, end, { type: 'message_stop' }) }), {
    prices,
  });
  await read(await streamed.client.messages.create({ ...toAnthropic, stream: true }));
  expect((await streamed.values())['cost_usd_total']).toBeCloseTo(1.1275, 10);
});

test('records the cost of xAI instead of the cost of the tokens', async () => {
  const chat = { prompt_tokens: 1_000, completion_tokens: 10, cost_in_usd_ticks: 4_200_000_000 };
  const usage = { input_tokens: 1_000, output_tokens: 10, total_tokens: 1_010, cost_in_usd_ticks: 4_200_000_000 };
  const { client, values } = await startOpenAI(
    ({ path }) =>
      path.endsWith('responses')
        ? { json: { model: 'm', output: [], usage } }
        : { json: { model: 'm', choices: [], usage: chat } },
    {},
    { prices: { m: { input: 1, output: 1 } } },
  );
  await client.chat.completions.create(question);
  await client.responses.create({ model: 'm', input: 'a' });
  expect(await values()).toMatchObject({ cost_usd_total: 0.84 });
});

test.each<[title: string, charge: object, recorded: object]>([
  [
    'the fee and the charge',
    { cost: 0.015, cost_details: { upstream_inference_cost: 0.3 } },
    { cost_usd_total: 0.315 },
  ],
  ['the charge without a fee', { cost_details: { upstream_inference_cost: 0.3 } }, { cost_usd_total: 0.3 }],
  [
    'the parts of the charge without their sum',
    {
      cost_details: {
        upstream_inference_cost: null,
        upstream_inference_prompt_cost: 0.1,
        upstream_inference_completions_cost: 0.2,
      },
    },
    { cost_usd_total: 0.3 },
  ],
  [
    'the fee and the parts of the charge, in the spelling of responses',
    { cost: 0.015, cost_details: { upstream_inference_input_cost: 0.25, upstream_inference_output_cost: 0.5 } },
    { cost_usd_total: 0.765 },
  ],
  [
    'the sum of the charge instead of its parts, which exclude the fees of tools',
    {
      cost_details: {
        upstream_inference_cost: 0.5,
        upstream_inference_prompt_cost: 0.1,
        upstream_inference_completions_cost: 0.2,
      },
    },
    { cost_usd_total: 0.5 },
  ],
  [
    'an unknown cost with parts that exclude the searches',
    {
      cost_details: { upstream_inference_prompt_cost: 0.1, upstream_inference_completions_cost: 0.2 },
      server_tool_use: { web_search_requests: 1 },
    },
    { 'cost_unknown_total/invalid_cost': 1 },
  ],
  [
    'an unknown cost with one part of the charge',
    { cost_details: { upstream_inference_prompt_cost: 0.1, upstream_inference_completions_cost: null } },
    { 'cost_unknown_total/invalid_cost': 1 },
  ],
  [
    'an unknown cost with a part that is no amount',
    { cost_details: { upstream_inference_prompt_cost: '0.1', upstream_inference_completions_cost: 0.2 } },
    { 'cost_unknown_total/invalid_cost': 1 },
  ],
  // 1,000 tokens at 1 and 10 at 10 US dollars per million.
  ['the price of the tokens without a charge', { cost: 0, cost_details: {} }, { cost_usd_total: 0.0011 }],
  [
    'an unknown cost with nothing but a fee',
    { cost: 0.015, cost_details: { upstream_inference_cost: null } },
    { 'cost_unknown_total/invalid_cost': 1 },
  ],
])("records for the user's own key at OpenRouter: %s", async (_, charge, recorded) => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 10, is_byok: true, ...charge };
  const chunks = unnamedEvents(
    { model: 'gpt-5-mini', choices: [{ index: 0, delta: { content: 'Paris.' } }] },
    { model: 'gpt-5-mini', choices: [], usage },
  );
  const prices = { 'gpt-5-mini': { input: 1, output: 10 } };
  const answer = ({ body }: { body: Record<string, unknown> }) =>
    body['stream'] === true ? { events: chunks } : { json: { model: 'gpt-5-mini', choices: [], usage } };
  for (const stream of [false, true]) {
    const { client, values } = await startOpenAI(answer, {}, { prices });
    const response = await client.chat.completions.create({ ...question, stream });
    if (stream) await read(response as AsyncIterable<unknown>);
    const costs = Object.entries(await values()).filter(([name]) => name.startsWith('cost_'));
    expect(Object.fromEntries(costs)).toEqual(recorded);
  }
});

test('reads the usage of the choice in the last chunk', async () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 200, cached_tokens: 600 };
  const choice = { index: 0, delta: { content: 'Paris.' }, finish_reason: 'stop', usage };
  const { client, values } = await startOpenAI(() => ({ events: unnamedEvents({ choices: [choice] }) }));
  await read(await client.chat.completions.create({ ...question, stream: true }));
  expect(await values()).toMatchObject({
    'token_usage_sum/input': 1_000,
    inference_usage_cache_read_input_tokens_total: 600,
  });
});

test('keeps the higher count when a later event reports a lower one', async () => {
  const [first = '', ...others] = messageEvents(['Paris.']);
  const usage = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 9 };
  const delta = namedEvents({ type: 'message_delta', delta: {}, usage });
  const { client, values } = await startAnthropic(() => ({ events: [first, ...others.slice(0, -2), ...delta] }));
  await read(await client.messages.create({ ...toAnthropic, stream: true }));
  expect(await values()).toMatchObject({
    'token_usage_sum/input': 1_000,
    'token_usage_sum/output': 9,
    inference_usage_cache_read_input_tokens_total: 600,
  });
});

test('keeps the higher count of an observed stream', async () => {
  const { recorder, values } = await start({ conventions: 'legacy' });
  const chunks = [
    { inputTokens: 15, outputTokens: 1 },
    { inputTokens: 0, outputTokens: 4 },
  ];
  const stream = recorder.observe(
    (async function* () {
      yield* chunks;
    })(),
    { provider: 'a', model: 'b' },
    { usage: (chunk) => chunk },
  );
  await read(stream);
  expect(await values()).toMatchObject({
    'token_usage_sum/chat/a/b/input': 15,
    'token_usage_sum/chat/a/b/output': 4,
  });
});

test('counts calls and streams without usage, but not calls that were refused', async () => {
  const { recorder, values } = await start({ prices: { b: { input: 1, output: 1 } } });
  recorder.operation({ provider: 'a', model: 'b', durationSeconds: 1 });
  recorder.operation({ provider: 'a', model: 'b', usage: {}, durationSeconds: 1 });
  recorder.operation({ provider: 'a', model: 'b', errorType: '429', durationSeconds: 1 });
  const stream = recorder.begin({ provider: 'a', model: 'b' });
  stream.chunk();
  stream.end({ stream: 'cancelled' });
  const seen = await values();
  expect(seen).toMatchObject({ 'cost_unknown_total/chat/a/b/no_usage': 3 });
  expect(Object.keys(seen).filter((name) => name.startsWith('cost_usd'))).toEqual([]);
});

test('never throws, and returns amounts only', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 4 }), (anything) => {
      const names = ['usage', 'usageMetadata', 'choices', 'timings', 'details', 'results', 'output', 'content'];
      const metadata = ['candidates', 'metadata', 'response_metadata', 'additional_kwargs', 'content_block'];
      const usage = usageOf(Object.fromEntries([...names, ...metadata].map((name) => [name, anything])));
      expect(() => usageOf(anything)).not.toThrow();
      const { serviceTier = '', toolUses = {}, ...amounts } = usage ?? {};
      expect(serviceTier).toBeTypeOf('string');
      for (const value of Object.values({ ...amounts, ...toolUses })) expect(value).toBeGreaterThanOrEqual(0);
    }),
  );
});
