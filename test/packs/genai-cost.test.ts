/** Tests the cost of operations: reported, by the user's prices, and by the prices of the package. */
import {
  calcPrice,
  type Provider,
  type StorageFactoryParams,
  updatePrices,
  waitForUpdate,
} from '@pydantic/genai-prices';
import fc from 'fast-check';
import type { PriceSource, TokenUsage } from 'otelier/packs/genai';
import { describe, expect, test, vi } from 'vitest';
import { withHooks } from '../support/missing-package.js';
import { startApp } from '../support/program.js';
import { type ClientOptions, prices, start, startNow } from './genai-client.js';
import { recordedCost } from './genai-recorded-cost.js';

/** Returns the recorded cost of one operation in US dollars; `unknown:REASON` without a price. */
async function costOf(options: ClientOptions, usage: TokenUsage, model: string, provider = 'openai') {
  const { recorder, values } = await start(options);
  recorder.operation({ provider, model, usage, durationSeconds: 1 });
  return recordedCost(values);
}

const plain = { inputTokens: 1_234, outputTokens: 567 };
const cached = { ...plain, cacheReadTokens: 1_000, cacheWriteTokens: 200 };
const hourly = { ...cached, cacheWrite1hTokens: 150 };
const withReasoning = { ...cached, reasoningTokens: 500 };

describe('by a table', () => {
  test.each<[string, TokenUsage, number]>([
    ['plain tokens', plain, 1_234 * 2 + 567 * 10],
    ['cached tokens', cached, 34 * 2 + 1_000 * 1 + 200 * 3 + 567 * 10],
    ['reasoning tokens', withReasoning, 34 * 2 + 1_000 * 1 + 200 * 3 + 67 * 10 + 500 * 20],
    ['tokens written for one hour', hourly, 34 * 2 + 1_000 * 1 + 50 * 3 + 150 * 6 + 567 * 10],
    ['input only', { inputTokens: 7 }, 7 * 2],
    ['output only', { outputTokens: 7 }, 7 * 10],
    ['no tokens', { inputTokens: 0, outputTokens: 0 }, 0],
    ['only tokens written for one hour', { inputTokens: 5, cacheWrite1hTokens: 5 }, 5 * 6],
  ])('multiplies prices by tokens: %s', async (_, usage, microdollars) => {
    expect(await costOf({ prices }, usage, 'gpt-4o')).toBeCloseTo(microdollars / 1e6, 9);
  });

  test.each<[string, TokenUsage]>([
    [
      'prices cached tokens as input without a price for them',
      { inputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 3, cacheWrite1hTokens: 2 },
    ],
    ['prices reasoning as output without a price for it', { inputTokens: 10, outputTokens: 4, reasoningTokens: 4 }],
  ])('%s', async (_, usage) => {
    const { reasoningTokens = 0 } = usage;
    const usd = await costOf({ prices: { small: { input: 0.5, output: 3 } } }, usage, 'small');
    expect(usd).toBeCloseTo((10 * 0.5 + reasoningTokens * 3) / 1e6, 9);
  });

  const table = {
    'GPT-4o': { input: 1, output: 0 },
    'azure/gpt-4o': { input: 2, output: 0 },
    'gpt-4o-2024-05-13': { input: 5, output: 0 },
  };
  test.each([
    ['gpt-4o', 'openai', 1],
    ['gpt-4o-2024-08-06', 'openai', 1],
    ['openai/GPT-4o', 'openai', 1],
    ['gpt-4o-2024-05-13', 'openai', 5],
    ['gpt-4o-2024-08-06', 'Azure', 2],
    ['gpt-4o-mini', 'openai', 'unknown:unknown_model'],
    ['toString', 'openai', 'unknown:unknown_model'],
  ])('finds the price of %s of %s', async (model, provider, usd) => {
    expect(await costOf({ prices: table }, { inputTokens: 1_000_000 }, model, provider)).toBe(usd);
  });

  test('ignores changes of the table after the start', async () => {
    const mine = { small: { input: 1, output: 1 } };
    const { recorder, values } = await start({ prices: mine });
    mine.small.input = 1_000;
    recorder.operation({ provider: 'a', model: 'small', usage: { inputTokens: 1_000_000 }, durationSeconds: 1 });
    expect(await recordedCost(values)).toBe(1);
  });
});

test('prefers the price of the response model to that of the requested model', async () => {
  const table = { deployed: { input: 1, output: 1 }, real: { input: 3, output: 3 } };
  const { recorder, values } = await start({ prices: table });
  const call = { provider: 'azure', usage: { inputTokens: 1_000_000 }, durationSeconds: 1 };
  recorder.operation({ ...call, model: 'deployed', responseModel: 'real' });
  recorder.operation({ ...call, model: 'deployed', responseModel: 'unlisted' });
  expect(await values()).toMatchObject({
    'cost_usd_total/chat/azure/deployed/real': 3,
    'cost_usd_total/chat/azure/deployed/unlisted': 1,
  });
});

test('prefers the reported cost to the cost of tokens, also without prices', async () => {
  for (const each of [prices, 'none'] as const) {
    const { recorder, values } = await start({ prices: each });
    recorder.operation({ provider: 'a', model: 'gpt-4o', usage: plain, costUsd: 0.5, durationSeconds: 1 });
    expect(await recordedCost(values)).toBe(0.5);
  }
});

test('records no derived and no unknown cost with prices: none', async () => {
  const { recorder, values } = await start({ prices: 'none' });
  recorder.operation({ provider: 'a', model: 'gpt-4o', usage: plain, durationSeconds: 1 });
  expect(Object.keys(await values()).filter((name) => name.includes('cost'))).toEqual([]);
});

test.each<[string, PriceSource | PriceSource['priceOf'], number | string]>([
  ['a source', { priceOf: (provider, model, { inputTokens }) => `${provider}/${model}`.length + inputTokens }, 1_243],
  ['a function', (_provider, _model, { reasoningTokens, cacheReadTokens }) => reasoningTokens + cacheReadTokens, 0],
  ['a function that returns undefined', () => undefined, 'unknown:unknown_model'],
  ['a function that throws', () => fail(), 'unknown:unknown_model'],
  ['a function that returns NaN', () => Number.NaN, 'unknown:unknown_model'],
  ['a function that returns a negative cost', () => -1, 'unknown:unknown_model'],
])('uses the result of %s', async (_, source, usd) => {
  expect(await costOf({ prices: source }, plain, 'xy')).toBe(usd);
});
function fail(): never {
  throw new Error('no price today');
}

/** Returns Node options that print each resolution of the price package, and make it resolvable or not. */
function priceHooks(found: boolean): string[] {
  return withHooks(`
    import { writeSync } from 'node:fs';
    export const resolve = (specifier, context, next) => {
      if (specifier !== '@pydantic/genai-prices') return next(specifier, context);
      writeSync(1, 'resolved prices\\n');
      if (!${found}) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(specifier, context);
    };`);
}

/** Returns the provider with a higher price for `gpt-4o`. */
function raisePrice(provider: Provider): Provider {
  const prices = { input_mtok: 7, output_mtok: 7 };
  return {
    ...provider,
    models: provider.models.map((model) => (model.id === 'gpt-4o' ? { ...model, prices } : model)),
  };
}

describe('by the package', () => {
  test.each<[string, string, TokenUsage, number]>([
    ['gpt-4o', 'openai', plain, 1_234 * 2.5 + 567 * 10],
    ['gpt-4o', 'openai', { ...plain, cacheReadTokens: 1_000 }, 234 * 2.5 + 1_000 * 1.25 + 567 * 10],
    ['claude-sonnet-4-20250514', 'anthropic', cached, 34 * 3 + 1_000 * 0.3 + 200 * 3.75 + 567 * 15],
    ['claude-sonnet-4-20250514', 'anthropic', hourly, 34 * 3 + 1_000 * 0.3 + 50 * 3.75 + 150 * 6 + 567 * 15],
    ['o3-mini', 'openai', { ...plain, reasoningTokens: 500 }, 1_234 * 1.1 + 567 * 4.4],
    // Has a separate price for reasoning.
    ['sonar-deep-research', 'perplexity', { ...plain, reasoningTokens: 500 }, 1_234 * 2 + 67 * 8 + 500 * 3],
    // Has a higher price for long input.
    ['gemini-2.5-pro', 'gcp.gemini', { inputTokens: 1_000, outputTokens: 10 }, 1_000 * 1.25 + 10 * 10],
    ['gemini-2.5-pro', 'gcp.gen_ai', { inputTokens: 300_000, outputTokens: 10 }, 300_000 * 2.5 + 10 * 15],
    // Provider names are case-insensitive.
    ['grok-3-mini', 'X_AI', plain, 1_234 * 0.3 + 567 * 0.5],
    // Names with a path, as gateways and clients write them; prices may differ by date.
    ['openai/gpt-4o', 'openai', plain, 1_234 * 2.5 + 567 * 10],
    ['openai/gpt-4o-2024-05-13', 'openai', plain, 1_234 * 5 + 567 * 15],
    ['models/gemini-2.5-flash', 'gcp.gemini', plain, 1_234 * 0.3 + 567 * 2.5],
    ['models/gemini-2.5-pro', 'gcp.gemini', { inputTokens: 300_000, outputTokens: 10 }, 300_000 * 2.5 + 10 * 15],
  ])('prices %s of %s', async (model, provider, usage, microdollars) => {
    expect(await costOf({ prices: 'package' }, usage, model, provider)).toBeCloseTo(microdollars / 1e6, 9);
  });

  test.each([
    ['gpt-9-ultra', 'openai'],
    ['gpt-4o', 'some gateway'],
    ['gpt-4o', 'constructor'],
    ['openai/gpt-9-ultra', 'openai'],
  ])('has no price for %s of %s', async (model, provider) => {
    expect(await costOf({ prices: 'package' }, plain, model, provider)).toBe('unknown:unknown_model');
  });

  test('applies prices that depend on the time of day', async () => {
    const { clock, recorder, values } = await start({ prices: 'package' });
    const call = () =>
      recorder.operation({
        provider: 'deepseek',
        model: 'deepseek-chat',
        usage: { inputTokens: 1_000_000 },
        durationSeconds: 1,
      });
    const total = async () => (await values())['cost_usd_total/chat/deepseek/deepseek-chat'];
    const expected = (unixMs: number) =>
      calcPrice({ input_tokens: 1_000_000 }, 'deepseek-chat', { providerId: 'deepseek', timestamp: new Date(unixMs) })
        ?.total_price as number;
    const night = expected(clock.nowUnixMs());
    call();
    await vi.waitFor(async () => expect(await total()).toBe(night));
    // The night price ends at 00:30.
    clock.advance(20 * 60_000);
    const day = expected(clock.nowUnixMs());
    expect(day).not.toBe(night);
    call();
    expect(await total()).toBeCloseTo(night + day, 9);
  });

  test('applies updated prices of the package after one hour', async () => {
    const { clock, recorder, values } = await start({ prices: 'package' });
    const call = () =>
      recorder.operation({
        provider: 'openai',
        model: 'gpt-4o',
        usage: { inputTokens: 1_000_000 },
        durationSeconds: 1,
      });
    const total = async () => (await values())['cost_usd_total/chat/openai/gpt-4o'];
    const known = (await waitForUpdate()) ?? [];
    let setPrices: StorageFactoryParams['setProviderData'] = () => {};
    updatePrices(({ setProviderData }) => {
      setPrices = setProviderData;
    });
    try {
      call();
      await vi.waitFor(async () => expect(await total()).toBe(2.5));
      setPrices(known.map(raisePrice));
      clock.advance(59 * 60_000);
      call();
      expect(await total()).toBe(5);
      clock.advance(60_000);
      call();
      expect(await total()).toBe(5 + 7);
    } finally {
      setPrices(known);
    }
  });

  test('calculates the same cost from cached rates as the package', { timeout: 60_000 }, async () => {
    const models = [
      ['openai', 'gpt-4o'],
      ['openai', 'gpt-5'],
      ['openai', 'text-embedding-3-small'],
      ['anthropic', 'claude-sonnet-4-0'],
      ['google', 'gemini-2.5-pro'],
      ['mistral', 'mistral-large-latest'],
      ['perplexity', 'sonar'],
      ['perplexity', 'sonar-deep-research'],
    ] as const;
    const { recorder, values } = await start({ prices: 'package' });
    recorder.operation({ provider: 'openai', model: 'gpt-4o', usage: { inputTokens: 0 }, durationSeconds: 1 });
    await recordedCost(values);
    const amount = fc.integer({ min: 0, max: 150_000 });
    const usages = fc.record({
      plain: amount,
      read: amount,
      written: amount,
      hourly: amount,
      output: amount,
      reasoning: amount,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), usages, async ([provider, model], tokens) => {
        const usage = {
          inputTokens: tokens.plain + tokens.read + tokens.written + tokens.hourly,
          outputTokens: tokens.output + tokens.reasoning,
          cacheReadTokens: tokens.read,
          cacheWriteTokens: tokens.written + tokens.hourly,
          cacheWrite1hTokens: tokens.hourly,
          reasoningTokens: tokens.reasoning,
        };
        const calculated = calcPrice(
          {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cache_read_tokens: tokens.read,
            cache_write_tokens: usage.cacheWriteTokens,
            cache_write_1h_tokens: tokens.hourly,
            output_reasoning_tokens: tokens.reasoning,
          },
          model,
          { providerId: provider },
        );
        const name = `cost_usd_total/chat/${provider}/${model}`;
        const sum = async () => (await values())[name] ?? 0;
        const before = await sum();
        recorder.operation({ provider, model, usage, durationSeconds: 1 });
        expect((await sum()) - before).toBeCloseTo(calculated?.total_price as number, 9);
      }),
      { numRuns: 60 },
    );
  });

  test('queues up to ten thousand operations while prices load', async () => {
    const { metrics, recorder, values } = startNow({ prices: 'package' });
    const call = { provider: 'openai', model: 'gpt-4o', usage: { inputTokens: 1_000_000 }, durationSeconds: 1 };
    for (let calls = 0; calls < 10_003; calls++) recorder.operation(call);
    await metrics.ready;
    await vi.waitFor(async () => {
      expect(await values()).toMatchObject({
        'cost_usd_total/chat/openai/gpt-4o': 25_000,
        'operation_cost_usd_count/chat/openai/gpt-4o': 10_000,
        'cost_unknown_total/chat/openai/gpt-4o/queue_full': 3,
      });
    });
  });

  const program = (options: string) => `
    import { startMetrics } from 'otelier';
    import { genai } from 'otelier/packs/genai';
    console.log('imported');
    const metrics = startMetrics({ packs: { genai: genai(${options}) } });
    metrics.genai.operation({ provider: 'openai', model: 'gpt-4o', durationSeconds: 1, usage: { inputTokens: 1000000 } });
    await metrics.shutdown();`;

  test.each([
    ['is awaited by the shutdown', true, '', /imported\nresolved prices\n[\s\S]*gen_ai\.client\.cost_usd\W[\s\S]*2\.5/],
    ['may be missing', false, '', /imported\nresolved prices\n[\s\S]*gen_ai\.client\.cost\.unknown\W[\s\S]*no_prices/],
    ['is not loaded with prices: none', true, "{ prices: 'none' }", /^imported\n(?![\s\S]*resolved prices)/],
  ])('the package %s', async (_, found, options, printed) => {
    const environment = { OTEL_METRICS_EXPORTER: 'console' };
    const { code, stdout, stderr } = await startApp(program(options), environment, priceHooks(found)).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(printed);
  });
});
