/** Tests what the price of a call depends on besides tokens, as clients of SDKs report it. */
import { describe, expect, test } from 'vitest';
import {
  chatChunks,
  chatCompletion,
  message,
  messageEvents,
  namedEvents,
  response,
  responseEvents,
} from '../support/llm-upstream.js';
import { read } from './genai-client.js';
import { question, startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';

const withTier = (events: string[], tier: string) =>
  events.map((event) => event.replace('"created":1', `"created":1,"service_tier":"${tier}"`));

describe('of clients', () => {
  const price = {
    input: 1,
    output: 10,
    cacheRead: 0.1,
    serviceTiers: { flex: 0.5, priority: 3 },
    tools: { web_search: 0.01 },
  };
  const prices = { 'gpt-5-mini': price, 'claude-sonnet-5-5': price };
  const standard = 0.00246;

  test.each([
    ['flex', standard / 2],
    ['default', standard],
  ])('reads the tier %s of a completion, streamed or not', async (tier, usd) => {
    const { client, values } = await startOpenAI(
      ({ body }) =>
        body['stream'] === true
          ? { events: withTier(chatChunks(['Pa', 'ris.']), tier) }
          : { json: { ...chatCompletion(), service_tier: tier } },
      {},
      { prices },
    );
    await client.chat.completions.create(question);
    expect((await values())['cost_usd_total']).toBeCloseTo(usd, 9);
    await read(await client.chat.completions.create({ ...question, stream: true }));
    expect((await values())['cost_usd_total']).toBeCloseTo(2 * usd, 9);
  });

  test('reads the tier and the searches of a response, streamed or not', async () => {
    const search = { id: 'ws_1', type: 'web_search_call', status: 'completed' };
    const full = response();
    const searched = { ...full, service_tier: 'flex', output: [search, search, ...full.output] };
    const events = responseEvents(['Pa', 'ris.']);
    const completed = `event: response.completed\ndata: ${JSON.stringify({ type: 'response.completed', response: searched })}\n\n`;
    const { client, values } = await startOpenAI(
      ({ body }) => (body['stream'] === true ? { events: [...events.slice(0, -1), completed] } : { json: searched }),
      {},
      { prices },
    );
    const request = { model: 'gpt-5-mini', input: 'Capital of France?' };
    await client.responses.create(request);
    expect(await values()).toMatchObject({ cost_usd_total: 0.02 + standard / 2 });
    await read(await client.responses.create({ ...request, stream: true }));
    expect(await values()).toMatchObject({ cost_usd_total: 2 * (0.02 + standard / 2) });
  });

  test('reads the tier and the searches of a message, streamed or not', async () => {
    const usage = { service_tier: 'priority', server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 } };
    const events = messageEvents(['Paris.']).map((event) =>
      event.replace('"usage":{', `"usage":{${JSON.stringify(usage).slice(1, -1)},`),
    );
    const { client, values } = await startAnthropic(
      ({ body }) =>
        body['stream'] === true
          ? { events }
          : { json: { ...message(), usage: Object.assign({}, message().usage, usage) } },
      { prices },
    );
    await client.messages.create(toAnthropic);
    const usd = (await values())['cost_usd_total'] as number;
    expect(usd).toBeCloseTo(0.01 + 3 * standard, 9);
    await read(await client.messages.create({ ...toAnthropic, stream: true }));
    expect((await values())['cost_usd_total']).toBeCloseTo(2 * usd, 9);
  });
});

describe('of clients without usage', () => {
  // One token per character: 18 of input, 6 of output.
  const tokenizer = (text: string) => text.length;
  const price = { input: 1e6, output: 1e6, serviceTiers: { flex: 0.5 }, tools: { web_search: 100 } };
  const standard = 24;
  const options = { prices: { 'gpt-5-mini': price }, tokenizer };
  const search = { id: 'ws_1', type: 'web_search_call', status: 'completed' };
  const searched = (tier: string) => {
    const { usage: _, ...full } = response();
    return { ...full, service_tier: tier, output: [search, ...full.output] };
  };

  test.each([
    ['flex', standard / 2],
    ['default', standard],
    ['gold', undefined],
  ])('applies the tier %s to the estimate of a completion, streamed or not', async (tier, usd) => {
    const { usage: _, ...completion } = chatCompletion();
    const { client, values } = await startOpenAI(
      ({ body }) =>
        body['stream'] === true
          ? { events: withTier(chatChunks(['Pa', 'ris.'], false), tier) }
          : { json: { ...completion, service_tier: tier } },
      {},
      options,
    );
    await client.chat.completions.create(question);
    expect((await values())['cost_usd_total/true']).toBe(usd);
    await read(await client.chat.completions.create({ ...question, stream: true }));
    expect((await values())['cost_usd_total/true']).toBe(usd && 2 * usd);
    if (usd === undefined) expect((await values())['cost_unknown_total/unpriced_tier']).toBe(2);
  });

  test('applies the latest tier of a stream', async () => {
    const [first, ...rest] = chatChunks(['Pa', 'ris.'], false);
    const events = [...withTier([first as string], 'flex'), ...withTier(rest, 'default')];
    const { client, values, recorder } = await startOpenAI(() => ({ events }), {}, options);
    await read(await client.chat.completions.create({ ...question, stream: true }));
    expect((await values())['cost_usd_total/true']).toBe(standard);
    const operation = recorder.begin({ provider: 'openai', model: 'gpt-5-mini', inputText: 'a'.repeat(18) });
    operation.chunk(undefined, 'Paris.');
    operation.end({ usage: { service_tier: 'flex' } as object });
    expect((await values())['cost_usd_total/true']).toBe(standard + standard / 2);
  });

  test('applies the tier and the searches of a response, streamed or not', async () => {
    const completed = namedEvents({ type: 'response.completed', response: searched('flex') });
    const { client, values } = await startOpenAI(
      ({ body }) =>
        body['stream'] === true
          ? { events: [...responseEvents(['Pa', 'ris.']).slice(0, -1), ...completed] }
          : { json: searched('flex') },
      {},
      options,
    );
    const request = { model: 'gpt-5-mini', input: 'Capital of France?' };
    await client.responses.create(request);
    expect(await values()).toMatchObject({ 'cost_usd_total/true': 100 + standard / 2 });
    await read(await client.responses.create({ ...request, stream: true }));
    expect(await values()).toMatchObject({ 'cost_usd_total/true': 2 * (100 + standard / 2) });
  });
});
