/** Tests that `usageOf` and the recorder read every field of `TokenUsage` alike. */
import { type TokenUsage, usageOf } from 'otelier/packs/genai';
import { expect, test } from 'vitest';
import { findUsage } from '../../src/packs/genai/provider-usage.js';
import { read, start } from './genai-client.js';
import { shapes } from './genai-usage-shapes/index.js';

/** Every field of `TokenUsage`, each with a value of its own. */
const every: Required<TokenUsage> = {
  inputTokens: 1_000,
  outputTokens: 500,
  cacheReadTokens: 60,
  cacheWriteTokens: 50,
  cacheWrite1hTokens: 7,
  reasoningTokens: 8,
  audioInputTokens: 90,
  audioOutputTokens: 11,
  audioCacheReadTokens: 12,
  imageInputTokens: 13,
  imageOutputTokens: 14,
  serviceTier: 'flex',
  toolUses: { web_search: 2 },
  costUsd: 0.25,
};
const totals = { inputTokens: 1_000, outputTokens: 500 };
const fields = Object.entries(every).map(([field, value]) => [field, { ...totals, [field]: value }] as const);

/** Returns what a price source gets of a usage, or the cost that the usage reports. */
async function recorded(usage: object | undefined) {
  let priced: unknown;
  const { recorder, values, rejected } = await start({
    conventions: 'both',
    prices: (_provider, _model, normalized) => {
      priced = normalized;
      return 1;
    },
  });
  recorder.operation({ provider: 'a', model: 'm', durationSeconds: 1, usage });
  expect(rejected()).toEqual({});
  return { priced, values: await values() };
}

test.each<readonly [string, TokenUsage]>([...fields, ['every field', every]])('reads %s alike', async (_, usage) => {
  expect(usageOf(usage)).toEqual(usage);
  const direct = await recorded(usage);
  expect(await recorded(usageOf(usage))).toEqual(direct);
  const { costUsd, ...others } = usage;
  if (costUsd === undefined) expect(direct.priced).toMatchObject(others);
  else expect(direct.values).toMatchObject({ 'cost_usd_total/chat/a/m': costUsd });
  // Also in a response, a chunk or an event.
  for (const event of [{ usage }, { message: { usage } }, { choices: [{ usage }] }]) {
    expect(usageOf(event)).toEqual(usage);
    expect(await recorded(event)).toEqual(direct);
  }
});

test('leaves out values that the recorder refuses, and parts of a price without tokens', () => {
  const invalid = { outputTokens: 1.5, reasoningTokens: '8', costUsd: -1, serviceTier: 7, toolUses: { code: -1 } };
  expect(usageOf({ inputTokens: 5, ...invalid })).toEqual({ inputTokens: 5 });
  expect(usageOf({ inputTokens: 5, toolUses: { code: -1, web_search: 1 }, serviceTier: ' Flex ' })).toEqual({
    inputTokens: 5,
    toolUses: { web_search: 1 },
    serviceTier: 'flex',
  });
  expect(usageOf({ serviceTier: 'flex', toolUses: { web_search: 1 } })).toBeUndefined();
  expect(usageOf({ inputTokens: null, outputTokens: undefined })).toBeUndefined();
});

test('reads the usage of Bedrock, whose input excludes cached tokens, as that of Bedrock', () => {
  const usage = { inputTokens: 100, outputTokens: 5, cacheReadInputTokens: 600 };
  expect(usageOf(usage)).toEqual({ inputTokens: 700, outputTokens: 5, cacheReadTokens: 600 });
});

/** Charges in the format of `TokenUsage`, beside the tokens of a provider. */
const charges = { costUsd: 0.1, serviceTier: 'flex', toolUses: { web_search: 2 } };

test.each<[string, object, TokenUsage]>([
  ...shapes.map(({ name, reported, tokens }) => [name, reported as object, tokens] as [string, object, TokenUsage]),
  ['OpenAI, with counts of TokenUsage', { prompt_tokens: 10, inputTokens: 7 }, { inputTokens: 10 }],
])('merges charges in the format of TokenUsage over the usage of %s', (_, reported, tokens) => {
  const usage = findUsage(reported) as object;
  for (const [field, value] of Object.entries(charges)) {
    expect(usageOf({ ...usage, [field]: value })).toEqual({ ...tokens, [field]: value });
  }
  expect(usageOf({ usage: { ...usage, ...charges } })).toEqual({ ...tokens, ...charges });
});

test('reads the usage of Gemini with the standard tier', () => {
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, serviceTier: 'standard' };
  expect(usageOf({ usageMetadata })).toEqual({ inputTokens: 10, outputTokens: 5 });
});

test('reads the tier of Bedrock beside its usage, and without usage', async () => {
  const prices = { m: { input: 1, output: 1, serviceTiers: { flex: 0.5 } } };
  const { recorder, values, rejected } = await start({ prices });
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  const flex = { serviceTier: { type: 'flex' } };
  recorder.operation({ provider: 'a', model: 'm', durationSeconds: 1, usage: { ...flex, usage } });
  const chunks = (async function* () {
    yield* [flex, { metadata: { usage } }];
  })();
  await read(recorder.observe(chunks, { provider: 'a', model: 'm' }, { usage: (chunk) => chunk as object }));
  expect(await values()).toMatchObject({ 'cost_usd_total/chat/a/m': 1 });
  expect(rejected()).toEqual({});
});
