/** Tests what the price of an operation depends on besides text tokens; what has no price is counted as unknown. */
import { genai, type ModelPrice, type TokenUsage } from 'otelier/packs/genai';
import { describe, expect, test } from 'vitest';
import { type ClientOptions, start } from './genai-client.js';
import { full, mixed, text } from './genai-full-price.js';
import { recordedCost } from './genai-recorded-cost.js';

/** Returns the recorded cost of one operation in US dollars; `unknown:REASON` without a price. */
async function costOf(options: ClientOptions, usage: TokenUsage, model = 'm', provider = 'openai') {
  const { recorder, values, rejected } = await start(options);
  recorder.operation({ provider, model, usage, durationSeconds: 1 });
  const cost = await recordedCost(values);
  expect(rejected()).toEqual({});
  return cost;
}

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

test.each<[string, object, string]>([
  [
    'an unknown part',
    { audio: 1 },
    'genai.prices.m.audio: expected a known part of a price: audioInput, audioOutput, audioCacheRead, input, output, cacheRead,',
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
