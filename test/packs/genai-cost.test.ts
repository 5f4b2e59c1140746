/** What operations cost: by the user's prices, by those of the package, or as they say. */
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
import { startApp } from '../support/program.js';
import { type ClientOptions, prices, start, startNow } from './genai-client.js';

/** US dollars that one operation is recorded with; `unknown:REASON` when its price is not known. */
async function costOf(options: ClientOptions, usage: TokenUsage, model: string, provider = 'openai') {
  const { recorder, values } = await start(options);
  recorder.operation({ provider, model, usage, durationSeconds: 1 });
  return priced(values);
}

async function priced(values: () => Promise<Record<string, unknown>>) {
  const find = async (name: string) => Object.entries(await values()).find(([each]) => each.startsWith(name));
  // Prices of the package arrive when it is loaded.
  const [name = '', usd] = await vi.waitFor(async () => {
    const found = (await find('cost_usd_total')) ?? (await find('cost_unknown_total'));
    expect(found).toBeDefined();
    return found as [string, number];
  });
  if (name.startsWith('cost_unknown')) return `unknown:${name.split('/').at(-1)}`;
  const [, sum] = (await find('operation_cost_usd_sum')) ?? [];
  expect(sum).toBe(usd);
  return usd;
}

const plain = { inputTokens: 1_234, outputTokens: 567 };
const cached = { ...plain, cacheReadTokens: 1_000, cacheWriteTokens: 200 };
const hourly = { ...cached, cacheWrite1hTokens: 150 };
const reasoned = { ...cached, reasoningTokens: 500 };

describe('by a table', () => {
  test.each<[string, TokenUsage, number]>([
    ['plain tokens', plain, 1_234 * 2 + 567 * 10],
    ['cached tokens', cached, 34 * 2 + 1_000 * 1 + 200 * 3 + 567 * 10],
    ['tokens of reasoning', reasoned, 34 * 2 + 1_000 * 1 + 200 * 3 + 67 * 10 + 500 * 20],
    ['tokens written for an hour', hourly, 34 * 2 + 1_000 * 1 + 50 * 3 + 150 * 6 + 567 * 10],
    ['input alone', { inputTokens: 7 }, 7 * 2],
    ['output alone', { outputTokens: 7 }, 7 * 10],
    ['no tokens', { inputTokens: 0, outputTokens: 0 }, 0],
    // What is part of something is not more than the whole.
    ['what is written for an hour alone', { cacheWrite1hTokens: 5 }, 5 * 6],
    ['parts beyond the whole', { inputTokens: 5, cacheReadTokens: 10, reasoningTokens: 3 }, 10 * 1 + 3 * 20],
  ])('%s cost price times tokens', async (_, usage, microdollars) => {
    expect(await costOf({ prices }, usage, 'gpt-4o')).toBeCloseTo(microdollars / 1e6, 9);
  });

  test.each<[string, TokenUsage]>([
    [
      'cached tokens without a price of their own are input',
      { inputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 3, cacheWrite1hTokens: 2 },
    ],
    ['reasoning without a price of its own is output', { inputTokens: 10, reasoningTokens: 4 }],
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
  ])('%s of %s has its price', async (model, provider, usd) => {
    expect(await costOf({ prices: table }, { inputTokens: 1_000_000 }, model, provider)).toBe(usd);
  });

  test('prices are those of the start, whatever becomes of the table', async () => {
    const mine = { small: { input: 1, output: 1 } };
    const { recorder, values } = await start({ prices: mine });
    mine.small.input = 1_000;
    recorder.operation({ provider: 'a', model: 'small', usage: { inputTokens: 1_000_000 }, durationSeconds: 1 });
    expect(await priced(values)).toBe(1);
  });
});

test('the model that answered goes before the one that was asked for', async () => {
  const table = { deployed: { input: 1, output: 1 }, real: { input: 3, output: 3 } };
  const { recorder, values } = await start({ prices: table });
  const call = { provider: 'azure', usage: { inputTokens: 1_000_000 }, durationSeconds: 1 };
  recorder.operation({ ...call, model: 'deployed', responseModel: 'real' });
  recorder.operation({ ...call, model: 'deployed', responseModel: 'nobody knows' });
  expect(await values()).toMatchObject({
    'cost_usd_total/chat/azure/deployed/real': 3,
    'cost_usd_total/chat/azure/deployed/nobody knows': 1,
  });
});

test('what an operation says that it cost goes before its tokens, and counts without prices', async () => {
  for (const each of [prices, 'none'] as const) {
    const { recorder, values } = await start({ prices: each });
    recorder.operation({ provider: 'a', model: 'gpt-4o', usage: plain, costUsd: 0.5, durationSeconds: 1 });
    expect(await priced(values)).toBe(0.5);
  }
});

test('without prices nothing is derived, and nothing is unknown', async () => {
  const { recorder, values } = await start({ prices: 'none' });
  recorder.operation({ provider: 'a', model: 'gpt-4o', usage: plain, durationSeconds: 1 });
  expect(Object.keys(await values()).filter((name) => name.includes('cost'))).toEqual([]);
});

test('an operation that says nothing of tokens has no cost, known or unknown', async () => {
  const { recorder, values } = await start({ prices });
  recorder.operation({ provider: 'a', model: 'gpt-4o', durationSeconds: 1 });
  recorder.operation({ provider: 'a', model: 'gpt-4o', usage: {}, durationSeconds: 1 });
  expect(Object.keys(await values()).filter((name) => name.includes('cost'))).toEqual([]);
});

test.each<[string, PriceSource | PriceSource['priceOf'], number | string]>([
  ['a source', { priceOf: (provider, model, { inputTokens }) => `${provider}/${model}`.length + inputTokens }, 1_243],
  ['a function', (_provider, _model, { reasoningTokens, cacheReadTokens }) => reasoningTokens + cacheReadTokens, 0],
  ['a function that knows no price', () => undefined, 'unknown:unknown_model'],
  ['a function that throws', () => fail(), 'unknown:unknown_model'],
  ['a function that says nonsense', () => Number.NaN, 'unknown:unknown_model'],
  ['a function that pays', () => -1, 'unknown:unknown_model'],
])('costs come of %s', async (_, source, usd) => {
  expect(await costOf({ prices: source }, plain, 'xy')).toBe(usd);
});
function fail(): never {
  throw new Error('no price today');
}

/** Node, told to print when the package of prices is looked for, and to find it or not. */
function withPackage(found: boolean): string[] {
  const hooks = `
    import { writeSync } from 'node:fs';
    export const resolve = (specifier, context, next) => {
      if (specifier !== '@pydantic/genai-prices') return next(specifier, context);
      writeSync(1, 'looked for prices\\n');
      if (!${found}) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(specifier, context);
    };`;
  const url = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  return ['--import', url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`)];
}

/** A provider whose `gpt-4o` costs more than it does. */
function dearer(provider: Provider): Provider {
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
    // A price for reasoning of its own.
    ['sonar-deep-research', 'perplexity', { ...plain, reasoningTokens: 500 }, 1_234 * 2 + 67 * 8 + 500 * 3],
    // Another price for long input.
    ['gemini-2.5-pro', 'gcp.gemini', { inputTokens: 1_000, outputTokens: 10 }, 1_000 * 1.25 + 10 * 10],
    ['gemini-2.5-pro', 'gcp.gen_ai', { inputTokens: 300_000, outputTokens: 10 }, 300_000 * 2.5 + 10 * 15],
    // Names of the conventions count whatever their case.
    ['grok-3-mini', 'X_AI', plain, 1_234 * 0.3 + 567 * 0.5],
    // A path before the name, as gateways and clients write it; a date tells prices apart.
    ['openai/gpt-4o', 'openai', plain, 1_234 * 2.5 + 567 * 10],
    ['openai/gpt-4o-2024-05-13', 'openai', plain, 1_234 * 5 + 567 * 15],
    ['models/gemini-2.5-flash', 'gcp.gemini', plain, 1_234 * 0.3 + 567 * 2.5],
    ['models/gemini-2.5-pro', 'gcp.gemini', { inputTokens: 300_000, outputTokens: 10 }, 300_000 * 2.5 + 10 * 15],
  ])('%s of %s costs price times tokens', async (model, provider, usage, microdollars) => {
    expect(await costOf({ prices: 'package' }, usage, model, provider)).toBeCloseTo(microdollars / 1e6, 9);
  });

  test.each([
    ['gpt-9-ultra', 'openai'],
    ['gpt-4o', 'my own gateway'],
    ['gpt-4o', 'constructor'],
    ['openai/gpt-9-ultra', 'openai'],
  ])('%s of %s has no known price', async (model, provider) => {
    expect(await costOf({ prices: 'package' }, plain, model, provider)).toBe('unknown:unknown_model');
  });

  test('a price that depends on the time of day is that of the time', async () => {
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
    // The night ends at half past midnight.
    clock.advance(20 * 60_000);
    const day = expected(clock.nowUnixMs());
    expect(day).not.toBe(night);
    call();
    expect(await total()).toBeCloseTo(night + day, 9);
  });

  test('newer prices that the package is told count after an hour', async () => {
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
    let tell: StorageFactoryParams['setProviderData'] = () => {};
    updatePrices(({ setProviderData }) => {
      tell = setProviderData;
    });
    try {
      call();
      await vi.waitFor(async () => expect(await total()).toBe(2.5));
      tell(known.map(dearer));
      clock.advance(59 * 60_000);
      call();
      expect(await total()).toBe(5);
      clock.advance(60_000);
      call();
      expect(await total()).toBe(5 + 7);
    } finally {
      tell(known);
    }
  });

  test('rates that are kept give what the package calculates', { timeout: 60_000 }, async () => {
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
    await priced(values);
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
        const name = `cost_usd_total/chat/${provider}/${model.replace(/-latest$/, '')}`;
        const sum = async () => (await values())[name] ?? 0;
        const before = await sum();
        recorder.operation({ provider, model, usage, durationSeconds: 1 });
        expect((await sum()) - before).toBeCloseTo(calculated?.total_price as number, 9);
      }),
      { numRuns: 60 },
    );
  });

  test('what ends before the prices are loaded is not lost, up to ten thousand operations', async () => {
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
    [
      'is waited for when metrics stop',
      true,
      '',
      /imported\nlooked for prices\n[\s\S]*gen_ai\.client\.cost_usd\W[\s\S]*2\.5/,
    ],
    [
      'may be missing',
      false,
      '',
      /imported\nlooked for prices\n[\s\S]*gen_ai\.client\.cost\.unknown\W[\s\S]*no_prices/,
    ],
    ['is not loaded without need', true, "{ prices: 'none' }", /^imported\n(?![\s\S]*looked for prices)/],
  ])('the package %s', async (_, found, options, printed) => {
    const environment = { OTEL_METRICS_EXPORTER: 'console' };
    const { code, stdout, stderr } = await startApp(program(options), environment, withPackage(found)).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(printed);
  });
});
