/** Tests that tools and counters with a fee of their own make the cost unknown without a price, and that others do not. */
import { usageOf } from 'otelier/packs/genai';
import { describe, expect, test } from 'vitest';
import { namedEvents } from '../support/llm-upstream.js';
import { read, start } from './genai-client.js';
import { recordedCost } from './genai-recorded-cost.js';
import { startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';
import { toolUses } from './genai-tool-uses.js';

const prices = { m: { input: 1e6, output: 1e6 } };

/** Returns the cost of one operation, with a price for its tokens and for the tools in `tools`. */
async function costOf(usage: object, tools = {}) {
  const { recorder, values, rejected } = await start({ prices: { m: { ...prices.m, tools } } });
  recorder.operation({ provider: 'a', model: 'm', usage, durationSeconds: 1 });
  const cost = await recordedCost(values);
  expect(rejected()).toEqual({});
  return cost;
}

test.each(toolUses.map((each) => [each.name, each] as const))('reads the uses of %s', async (_, { reported, uses }) => {
  expect(usageOf(reported)?.toolUses).toEqual(uses);
  const tokens = { ...usageOf(reported), toolUses: {} };
  const certain = await costOf(tokens);
  expect(certain).toBeTypeOf('number');
  expect(await costOf(reported)).toBe(uses === undefined ? certain : 'unknown:unpriced_tool');
  const fees = Object.fromEntries(Object.keys(uses ?? {}).map((tool) => [tool, 1]));
  const total = Object.values(uses ?? {}).reduce((sum, count) => sum + count, certain as number);
  expect(await costOf(reported, fees)).toBe(total);
});

test.each<[string, object]>([
  ['types that are not text', { output: [{ type: 7 }, null, 'a', { type: '_call' }], content: [{ type: [] }] }],
  [
    'members that are no text',
    { content: [{ type: 'server_tool_use', name: 'web_search', caller: { type: { toString: 7 } } }], output: {} },
  ],
  ['lists that are no lists', { content: 'Paris.', candidates: {}, additional_kwargs: 7, response_metadata: [] }],
])('ignores %s', (_, members) => {
  const usage = { input_tokens: 1, output_tokens: 1, iterations: [null, { type: 7 }], connectors: [], billed_units: 7 };
  expect(usageOf({ ...members, usage })).toEqual({ inputTokens: 1, outputTokens: 1 });
});

test('counts uses that are no whole number as invalid', async () => {
  const { recorder, values, rejected } = await start({ prices });
  const usage = { input_tokens: 1, output_tokens: 1, server_tool_use: { code_execution_requests: 'many' } };
  recorder.operation({ provider: 'a', model: 'm', usage, durationSeconds: 1 });
  expect(await recordedCost(values)).toBe('unknown:incomplete_usage');
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

describe('of clients', () => {
  const used = { input_tokens: 1, output_tokens: 1 };
  const search = { type: 'server_tool_use', name: 'web_search', caller: { type: 'code_execution_20260120' } };
  const execution = { type: 'server_tool_use', name: 'bash_code_execution', caller: { type: 'direct' } };

  test.each<[string, object[], string | number]>([
    ['code execution', [execution, { type: 'text', text: 'Paris.' }, execution], 'unknown:unpriced_tool'],
    ['code execution that web search includes', [execution, search], 2],
    ['no tools of the server', [{ type: 'tool_use', name: 'code_execution' }], 2],
  ])('reads of a message, streamed or not: %s', async (_, content, cost) => {
    const events = namedEvents(
      { type: 'message_start', message: { model: 'm', usage: used } },
      ...content.map((block, index) => ({ type: 'content_block_start', index, content_block: block })),
      { type: 'message_delta', delta: {}, usage: used },
      { type: 'message_stop' },
    );
    for (const stream of [true, false]) {
      const { client, values } = await startAnthropic(
        () => (stream ? { events } : { json: { model: 'm', content, usage: used } }),
        { prices },
      );
      const answer = await client.messages.create({ ...toAnthropic, stream });
      if (stream) await read(answer as unknown as AsyncIterable<unknown>);
      expect(await recordedCost(values)).toBe(cost);
    }
  });

  test('counts each code execution of a message, streamed or not', async () => {
    const priced = { prices: { m: { ...prices.m, tools: { code_execution: 10 } } } };
    const blocks = [execution, execution, execution];
    const events = namedEvents(
      { type: 'message_start', message: { model: 'm', usage: used } },
      ...blocks.map((block, index) => ({ type: 'content_block_start', index, content_block: block })),
      { type: 'message_delta', delta: {}, usage: used },
      { type: 'message_stop' },
    );
    const { client, values } = await startAnthropic(() => ({ events }), priced);
    await read(await client.messages.create({ ...toAnthropic, stream: true }));
    expect(await recordedCost(values)).toBe(32);
    const whole = await startAnthropic(() => ({ json: { model: 'm', content: blocks, usage: used } }), priced);
    await whole.client.messages.create(toAnthropic);
    expect(await recordedCost(whole.values)).toBe(32);
  });

  test('reads the hosted tools of a response, streamed or not', async () => {
    const answer = { model: 'm', status: 'completed', output: [{ type: 'code_interpreter_call' }], usage: used };
    const events = namedEvents({ type: 'response.completed', response: answer });
    const { client, values } = await startOpenAI(
      ({ body }) => (body['stream'] === true ? { events } : { json: answer }),
      {},
      { prices },
    );
    await client.responses.create({ model: 'm', input: 'a' });
    await read(await client.responses.create({ model: 'm', input: 'a', stream: true }));
    expect(await values()).toMatchObject({ 'cost_unknown_total/unpriced_tool': 2 });
  });
});

describe('by the package', () => {
  test('prices the searches and the citations of Perplexity', async () => {
    const { recorder, values } = await start({ prices: 'package' });
    const usage = {
      prompt_tokens: 1_000,
      completion_tokens: 1_000,
      total_tokens: 2_000,
      reasoning_tokens: 10_000,
      citation_tokens: 10_000,
      num_search_queries: 20,
    };
    recorder.operation({ provider: 'perplexity', model: 'sonar-deep-research', usage, durationSeconds: 1 });
    // Per million tokens 2 for input, 8 for output, 3 for reasoning and 2 for citations; 5 per thousand searches.
    expect(await recordedCost(values)).toBeCloseTo(0.002 + 0.008 + 0.03 + 0.02 + 0.1, 10);
  });
});
