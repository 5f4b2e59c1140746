/** Tests what the price of an operation depends on besides text tokens; what has no price is counted as unknown. */
import { genai, type ModelPrice, type TokenUsage, usageOf } from 'otelier/packs/genai';
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
import { type ClientOptions, read, start } from './genai-client.js';
import { recordedCost } from './genai-recorded-cost.js';
import { question, startAnthropic, startOpenAI, toAnthropic } from './genai-sdks.js';

/** Returns the recorded cost of one operation in US dollars; `unknown:REASON` without a price. */
async function costOf(options: ClientOptions, usage: TokenUsage, model = 'm', provider = 'openai') {
  const { recorder, values, rejected } = await start(options);
  recorder.operation({ provider, model, usage, durationSeconds: 1 });
  const cost = await recordedCost(values);
  expect(rejected()).toEqual({});
  return cost;
}

/** Prices by which each kind of token adds a different digit to the cost of a million. */
const full: ModelPrice = {
  input: 1,
  output: 10,
  cacheRead: 0.1,
  cacheWrite: 2,
  cacheWrite1h: 4,
  reasoning: 20,
  audioInput: 40,
  audioOutput: 80,
  audioCacheRead: 0.4,
  imageInput: 5,
  imageOutput: 30,
  tools: { web_search: 0.01, file_search: 0.0025 },
  serviceTiers: { Flex: 0.5, priority: 2, 'priority+us': 2.2 },
};
/** Prices of text only. */
const text: ModelPrice = { input: 1, output: 10 };
/** Two thousand input tokens, a thousand of them cached, and 500 output tokens. */
const mixed = { inputTokens: 2_000, cacheReadTokens: 1_000, outputTokens: 500 };

type Case = [title: string, price: ModelPrice, usage: TokenUsage, usd: number | string];
const m = 1e-6;
const longContext = {
  ...text,
  contextTiers: [
    { above: 400, input: 3, output: 30 },
    { above: 200, input: 2, output: 15, cacheRead: 1 },
  ],
};
const cases: Case[] = [
  ['a factor of a tier', full, { ...mixed, serviceTier: 'flex' }, (1_000 + 100 + 5_000) * m * 0.5],
  ['a tier in another spelling', full, { ...mixed, serviceTier: ' Priority ' }, (1_000 + 100 + 5_000) * m * 2],
  ['several tiers', full, { inputTokens: 10, serviceTier: 'priority+us' }, 22 * m],
  ...['standard', 'default', 'on_demand', 'auto', '', 'Default'].map(
    (serviceTier): Case => [`the standard tier ${serviceTier}`, text, { inputTokens: 10, serviceTier }, 10 * m],
  ),
  ['a tier without a factor', full, { ...mixed, serviceTier: 'scale' }, 'unknown:unpriced_tier'],
  ['a tier without factors', text, { ...mixed, serviceTier: 'batch' }, 'unknown:unpriced_tier'],
  ['a tier named like a method', full, { ...mixed, serviceTier: 'tostring' }, 'unknown:unpriced_tier'],

  [
    'audio',
    full,
    { inputTokens: 10, audioInputTokens: 4, outputTokens: 9, audioOutputTokens: 3 },
    (6 + 160 + 60 + 240) * m,
  ],
  [
    'audio from the cache',
    full,
    { inputTokens: 10, audioInputTokens: 4, cacheReadTokens: 3, audioCacheReadTokens: 1 },
    (10 - 3 - 3 + 3 * 40 + 2 * 0.1 + 0.4) * m,
  ],
  ['audio input without a price', text, { inputTokens: 10, audioInputTokens: 1 }, 'unknown:unpriced_modality'],
  ['audio output without a price', text, { outputTokens: 10, audioOutputTokens: 1 }, 'unknown:unpriced_modality'],
  [
    'audio from the cache without a price',
    { ...text, audioInput: 2 },
    { inputTokens: 10, audioInputTokens: 4, cacheReadTokens: 3, audioCacheReadTokens: 1 },
    'unknown:unpriced_modality',
  ],
  // 8 of 10 tokens are audio and 5 are cached, so that at least 3 are both.
  [
    'audio that must be cached, but is not reported as cached',
    full,
    { inputTokens: 10, audioInputTokens: 8, cacheReadTokens: 5 },
    'unknown:unpriced_modality',
  ],
  ['no audio', text, { inputTokens: 10, audioInputTokens: 0, audioOutputTokens: 0 }, 10 * m],
  [
    'images',
    full,
    { inputTokens: 10, imageInputTokens: 4, outputTokens: 7, imageOutputTokens: 5 },
    (6 + 20 + 20 + 150) * m,
  ],
  ['image input at the price of text', text, { inputTokens: 10, imageInputTokens: 4 }, 10 * m],
  ['image output without a price', text, { outputTokens: 10, imageOutputTokens: 4 }, 'unknown:unpriced_modality'],
  [
    'images that may be cached',
    full,
    { inputTokens: 10, imageInputTokens: 4, cacheReadTokens: 2 },
    'unknown:unpriced_modality',
  ],

  [
    'tokens written for one hour',
    full,
    { inputTokens: 10, cacheWriteTokens: 6, cacheWrite1hTokens: 5 },
    (4 + 2 + 20) * m,
  ],
  [
    'tokens written for one hour without a price',
    { ...text, cacheWrite: 2 },
    { inputTokens: 10, cacheWriteTokens: 6, cacheWrite1hTokens: 5 },
    'unknown:unpriced_cache_write',
  ],
  ['tokens written for minutes', { ...text, cacheWrite: 2 }, { inputTokens: 10, cacheWriteTokens: 6 }, (4 + 12) * m],
  ['writes at the price of input', text, { inputTokens: 10, cacheWriteTokens: 6, cacheWrite1hTokens: 5 }, 10 * m],
  [
    'one price for one hour only',
    { ...text, cacheWrite1h: 8 },
    { inputTokens: 9, cacheWrite1hTokens: 5 },
    (4 + 40) * m,
  ],

  [
    'fees of tools, without the factor of the tier',
    full,
    { inputTokens: 10, serviceTier: 'flex', toolUses: { web_search: 2, file_search: 4 } },
    0.03 + 5 * m,
  ],
  ['a tool without a fee', full, { inputTokens: 10, toolUses: { web_search: 1, code: 1 } }, 'unknown:unpriced_tool'],
  ['tools without fees', text, { inputTokens: 10, toolUses: { web_search: 1 } }, 'unknown:unpriced_tool'],
  ['a tool that was not used', text, { inputTokens: 10, toolUses: { web_search: 0 } }, 10 * m],
  ['a tool named like a method', full, { inputTokens: 10, toolUses: { toString: 1 } }, 'unknown:unpriced_tool'],

  ['an input at the threshold', longContext, { inputTokens: 200, outputTokens: 10 }, (200 + 100) * m],
  [
    'an input above the threshold',
    longContext,
    { inputTokens: 201, outputTokens: 10, cacheReadTokens: 1 },
    (400 + 1 + 150) * m,
  ],
  ['an input above both thresholds', longContext, { inputTokens: 401, outputTokens: 10 }, (1_203 + 300) * m],
  [
    'a long context without a price of audio',
    { ...longContext, audioInput: 4 },
    { inputTokens: 300, audioInputTokens: 1 },
    'unknown:unpriced_modality',
  ],
];

test.each(cases)('prices %s', async (_, price, usage, usd) => {
  const cost = await costOf({ prices: { m: price } }, usage);
  if (typeof usd === 'string') expect(cost).toBe(usd);
  else expect(cost).toBeCloseTo(usd, 10);
});

test('a million of a kind costs exactly its price', async () => {
  const kinds: [TokenUsage, number][] = [
    [{ inputTokens: 1e6 }, 1],
    [{ outputTokens: 1e6 }, 10],
    [{ inputTokens: 1e6, cacheReadTokens: 1e6 }, 0.1],
    [{ inputTokens: 1e6, cacheWriteTokens: 1e6 }, 2],
    [{ inputTokens: 1e6, cacheWrite1hTokens: 1e6 }, 4],
    [{ outputTokens: 1e6, reasoningTokens: 1e6 }, 20],
    [{ inputTokens: 1e6, audioInputTokens: 1e6 }, 40],
    [{ outputTokens: 1e6, audioOutputTokens: 1e6 }, 80],
    [{ inputTokens: 1e6, audioCacheReadTokens: 1e6 }, 0.4],
    [{ inputTokens: 1e6, imageInputTokens: 1e6 }, 5],
    [{ outputTokens: 1e6, imageOutputTokens: 1e6 }, 30],
  ];
  for (const [usage, usd] of kinds) expect([usage, await costOf({ prices: { m: full } }, usage)]).toEqual([usage, usd]);
});

test('the cost that the provider reports wins over every part of a price', async () => {
  const usage = { ...mixed, serviceTier: 'scale', audioInputTokens: 9, toolUses: { code: 1 }, costUsd: 0.25 };
  expect(await costOf({ prices: { m: text } }, usage)).toBe(0.25);
});

describe('by a source of the application', () => {
  test('passes the tier, the tools and every kind of token', async () => {
    const seen: unknown[] = [];
    const priceOf = (_provider: string, _model: string, usage: unknown) => {
      seen.push(usage);
      return 1;
    };
    await costOf({ prices: priceOf }, { ...mixed, serviceTier: ' Flex', toolUses: { web_search: 2, code: 0 } });
    expect(seen).toEqual([
      {
        ...mixed,
        cacheWriteTokens: 0,
        cacheWrite1hTokens: 0,
        reasoningTokens: 0,
        audioInputTokens: 0,
        audioOutputTokens: 0,
        audioCacheReadTokens: 0,
        imageInputTokens: 0,
        imageOutputTokens: 0,
        serviceTier: 'flex',
        toolUses: { web_search: 2 },
      },
    ]);
  });

  test.each([
    ['unpriced_tier', 'unknown:unpriced_tier'],
    ['unpriced_modality', 'unknown:unpriced_modality'],
    ['unpriced_tool', 'unknown:unpriced_tool'],
    ['unpriced_cache_write', 'unknown:unpriced_cache_write'],
    ['free', 'unknown:unknown_model'],
  ])('counts the reason %s that it returns', async (reason, cost) => {
    expect(await costOf({ prices: () => reason as 'unpriced_tier' }, mixed)).toBe(cost);
  });

  test('does not fall back to the price of the requested model', async () => {
    const { recorder, values } = await start({ prices: { answered: text, requested: full } });
    const usage = { inputTokens: 1, serviceTier: 'flex' };
    recorder.operation({ provider: 'a', model: 'requested', responseModel: 'answered', usage, durationSeconds: 1 });
    expect(await recordedCost(values)).toBe('unknown:unpriced_tier');
  });
});

describe('by the package', () => {
  const flex = { ...mixed, serviceTier: 'flex' };
  test.each<[string, string, TokenUsage, number | string]>([
    ['gpt-5-mini', 'openai', mixed, 0.001275],
    ['gpt-5-mini', 'OpenAI', flex, 0.0006375],
    ['gpt-5-mini', 'openai', { ...mixed, serviceTier: 'batch' }, 0.0006375],
    ['gpt-5-mini', 'openai', { ...mixed, serviceTier: 'priority' }, 'unknown:unpriced_tier'],
    ['gpt-5-mini', 'azure.ai.openai', flex, 'unknown:unpriced_tier'],
    ['claude-sonnet-4-0', 'anthropic', { inputTokens: 1_000, serviceTier: 'batch' }, 0.0015],
    ['claude-sonnet-4-0', 'anthropic', { inputTokens: 1_000, serviceTier: 'priority' }, 'unknown:unpriced_tier'],
    ['claude-sonnet-4-0', 'anthropic', { inputTokens: 1_000, toolUses: { web_search: 3 } }, 0.033],
    ['gpt-5-mini', 'openai', { ...flex, toolUses: { web_search: 1, file_search: 2 } }, 0.0156375],
    ['gpt-5-mini', 'openai', { ...flex, toolUses: { code_interpreter: 1 } }, 'unknown:unpriced_tool'],
    // Prices of audio differ from those of text; without one, the cost is unknown.
    ['gemini-2.5-flash', 'gcp.gemini', { inputTokens: 2_000, audioInputTokens: 1_000, outputTokens: 500 }, 0.00255],
    ['gpt-4o-audio-preview', 'openai', { inputTokens: 2_000, audioInputTokens: 1_000 }, 'unknown:unpriced_modality'],
    ['gpt-4o', 'openai', { inputTokens: 2_000, audioInputTokens: 1 }, 'unknown:unpriced_modality'],
    [
      'gpt-realtime',
      'openai',
      { inputTokens: 10, audioInputTokens: 6, cacheReadTokens: 4, audioCacheReadTokens: 4 },
      81.6e-6,
    ],
    ['gemini-2.5-flash-image', 'gcp.gemini', { inputTokens: 0, outputTokens: 1_290, imageOutputTokens: 1_290 }, 0.0387],
    // The price of a long context applies to all tokens; the tier is checked before.
    ['gemini-2.5-pro', 'gcp.gemini', { inputTokens: 300_000, outputTokens: 10 }, 0.75015],
    ['gemini-2.5-pro', 'gcp.gemini', { inputTokens: 300_000, serviceTier: 'flex' }, 'unknown:unpriced_tier'],
    ['gemini-2.5-pro', 'gcp.gemini', { inputTokens: 300_000, audioInputTokens: 1 }, 'unknown:unpriced_modality'],
  ])('prices %s of %s: %j', async (model, provider, usage, usd) => {
    const cost = await costOf({ prices: 'package' }, usage, model, provider);
    if (typeof usd === 'string') expect(cost).toBe(usd);
    else expect(cost).toBeCloseTo(usd, 10);
  });
});

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

describe('usageOf', () => {
  const chat = { prompt_tokens: 10, completion_tokens: 5 };
  const plain = { inputTokens: 10, outputTokens: 5 };
  test.each<[string, object, object]>([
    ['OpenAI', { service_tier: 'priority', usage: chat }, { serviceTier: 'priority' }],
    ['OpenAI, the standard tier', { service_tier: 'default', usage: chat }, {}],
    ['an event of a response', { response: { service_tier: 'flex', usage: chat } }, { serviceTier: 'flex' }],
    ['Anthropic', { usage: { ...chat, service_tier: 'batch' } }, { serviceTier: 'batch' }],
    ['Anthropic, fast', { usage: { ...chat, speed: 'fast', service_tier: 'standard' } }, { serviceTier: 'fast' }],
    [
      'Anthropic, in the United States',
      { usage: { ...chat, service_tier: 'priority', inference_geo: 'us' } },
      { serviceTier: 'priority+us' },
    ],
    ['Anthropic, anywhere', { usage: { ...chat, inference_geo: 'global', speed: 'standard' } }, {}],
    ['Bedrock', { serviceTier: { type: 'flex' }, usage: chat }, { serviceTier: 'flex' }],
    [
      'Gemini',
      { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, trafficType: 'ON_DEMAND_FLEX' } },
      { serviceTier: 'flex' },
    ],
    [
      'Gemini, on demand',
      { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, trafficType: 'ON_DEMAND' } },
      {},
    ],
    [
      'Anthropic, searches',
      { usage: { ...chat, server_tool_use: { web_search_requests: 2, web_fetch_requests: 9 } } },
      { toolUses: { web_search: 2 } },
    ],
    [
      'OpenAI, searches',
      { output: [{ type: 'file_search_call' }, { type: 'message' }], usage: chat },
      { toolUses: { file_search: 1 } },
    ],
    ['xAI, sources', { usage: { ...chat, num_sources_used: 3 } }, { toolUses: { live_search_source: 3 } }],
    [
      'OpenAI, realtime',
      {
        usage: {
          input_tokens: 10,
          output_tokens: 5,
          input_token_details: {
            audio_tokens: 6,
            image_tokens: 1,
            cached_tokens: 4,
            cached_tokens_details: { audio_tokens: 3 },
          },
          output_token_details: { audio_tokens: 2 },
        },
      },
      { audioInputTokens: 6, imageInputTokens: 1, cacheReadTokens: 4, audioCacheReadTokens: 3, audioOutputTokens: 2 },
    ],
    [
      'Gemini, images and cached audio',
      {
        usageMetadata: {
          promptTokenCount: 10,
          candidatesTokenCount: 5,
          promptTokensDetails: [
            { modality: 'IMAGE', tokenCount: 3 },
            { modality: 'AUDIO', tokenCount: 4 },
          ],
          cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }],
          candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 5 }],
        },
      },
      { imageInputTokens: 3, audioInputTokens: 4, audioCacheReadTokens: 2, imageOutputTokens: 5 },
    ],
  ])('reads what the price depends on: %s', (_, reported, expected) => {
    expect(usageOf(reported)).toEqual({ ...plain, ...expected });
  });

  test('reports no usage for a tier or tools alone', () => {
    expect(usageOf({ service_tier: 'flex', usage: {}, output: [{ type: 'web_search_call' }] })).toBeUndefined();
  });
});

test('merges the tiers and tools of a stream: the latest tier, and the most uses', async () => {
  const { recorder, values } = await start({ prices: { m: full } });
  const usages: TokenUsage[] = [
    { inputTokens: 10, serviceTier: 'priority', toolUses: { web_search: 2 } },
    { serviceTier: 'flex' },
    { outputTokens: 0, toolUses: { web_search: 1, file_search: 4 } },
  ];
  const chunks = (async function* () {
    yield* usages;
  })();
  await read(recorder.observe(chunks, { provider: 'a', model: 'm' }, { usage: (chunk) => chunk }));
  expect(await recordedCost(values)).toBeCloseTo(0.03 + 5e-6, 10);
});

test.each<[string, object]>([
  ['a tier that is not a string', { inputTokens: 1, serviceTier: 7 }],
  ['uses that are no amount', { inputTokens: 1, toolUses: { web_search: -1 } }],
])('counts %s as invalid', async (_, usage) => {
  const { recorder, rejected } = await start({ prices: { m: full } });
  recorder.operation({ provider: 'a', model: 'm', usage: usage as TokenUsage, durationSeconds: 1 });
  expect(rejected()).toEqual({ value_not_finite: 1 });
});

test.each<[string, object, string]>([
  [
    'an unknown part',
    { audio: 1 },
    'genai.prices.m.audio: expected a known part of a price: input, output, cacheRead,',
  ],
  ['context tiers that are no list', { contextTiers: 7 }, 'genai.prices.m.contextTiers: got 7, expected a list'],
  [
    'a context tier without a threshold',
    { contextTiers: [text] },
    'genai.prices.m.contextTiers.0.above: got nothing, expected',
  ],
  [
    'a context tier without a price',
    { contextTiers: [{ above: 1, input: 1 }] },
    'genai.prices.m.contextTiers.0.output: got nothing',
  ],
  ['a context tier that is no object', { contextTiers: [null] }, 'genai.prices.m.contextTiers.0: got null'],
  ['a negative factor', { serviceTiers: { flex: -1 } }, 'genai.prices.m.serviceTiers.flex: got -1, expected factors'],
  ['factors that are no object', { serviceTiers: 0.5 }, 'genai.prices.m.serviceTiers: got 0.5, expected factors'],
  [
    'a fee that is no number',
    { tools: { web_search: '1' } },
    'genai.prices.m.tools.web_search: got "1", expected US dollars',
  ],
])('refuses a price with %s', (_, part, message_) => {
  expect(() => genai({ prices: { m: { ...text, ...part } } })).toThrow(message_);
});

test('records tokens by the modality that is reported', async () => {
  const { recorder, values, rejected } = await start({ conventions: 'latest' });
  const usage = { inputTokens: 10, audioInputTokens: 4, imageInputTokens: 1, outputTokens: 3, audioOutputTokens: 3 };
  recorder.operation({ provider: 'a', model: 'm', usage, durationSeconds: 1 });
  const seen = Object.entries(await values()).filter(([name]) => name.startsWith('inference_usage_'));
  expect(Object.fromEntries(seen)).toEqual({
    'inference_usage_input_tokens_total/chat/a/m/audio': 4,
    'inference_usage_input_tokens_total/chat/a/m/image': 1,
    'inference_usage_input_tokens_total/chat/a/m/unknown': 5,
    'inference_usage_output_tokens_total/chat/a/m/audio': 3,
  });
  expect(rejected()).toEqual({});
});
