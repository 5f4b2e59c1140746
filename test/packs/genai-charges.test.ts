/** Tests how what a price depends on is read: service tiers, tools and modalities, of responses and of streams. */
import { type TokenUsage, usageOf } from 'otelier/packs/genai';
import { describe, expect, test } from 'vitest';
import { read, start } from './genai-client.js';
import { full } from './genai-full-price.js';
import { recordedCost } from './genai-recorded-cost.js';

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
    [
      'LangChain',
      { response_metadata: { service_tier: 'flex' }, usage_metadata: { input_tokens: 10, output_tokens: 5 } },
      { serviceTier: 'flex' },
    ],
    ['Bedrock', { serviceTier: { type: 'flex' }, usage: chat }, { serviceTier: 'flex' }],
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamMetadataEvent.html
    [
      'Bedrock, in the last event of a stream',
      { metadata: { usage: { inputTokens: 10, outputTokens: 5 }, serviceTier: { type: 'priority' } } },
      { serviceTier: 'priority' },
    ],
    [
      'Bedrock, optimized latency',
      { metadata: { usage: { inputTokens: 10, outputTokens: 5 }, performanceConfig: { latency: 'optimized' } } },
      { serviceTier: 'optimized' },
    ],
    [
      'Bedrock, optimized latency of a tier',
      { serviceTier: { type: 'flex' }, performanceConfig: { latency: 'optimized' }, usage: chat },
      { serviceTier: 'flex+optimized' },
    ],
    ['Bedrock, standard latency', { performanceConfig: { latency: 'standard' }, usage: chat }, {}],
    // Package @anthropic-ai/sdk 1.12: resources/beta/messages/messages.d.ts, BetaFallbackCreditUsage.
    [
      'Anthropic, a credit that changes the price',
      { usage: { ...chat, fallback_credit: { status: { type: 'redeemed' } } } },
      { serviceTier: 'fallback_credit' },
    ],
    [
      'Anthropic, a credit without effect',
      { usage: { ...chat, service_tier: 'standard', fallback_credit: { status: { type: 'not_applied' } } } },
      {},
    ],
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
