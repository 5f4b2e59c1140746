/** Measured SDK clients on a fake clock, and a fake provider. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { type ClientOptions } from 'openai';
import { startMetrics } from 'otelier';
import {
  type GenaiOptions,
  genai,
  type ObserveOpenAIOptions,
  observeAnthropic,
  observeOpenAI,
} from 'otelier/packs/genai';
import type { FakeClock } from '../support/clock.js';
import { type LlmAnswer, type LlmRequest, startLlmUpstream } from '../support/llm-upstream.js';
import { afterwards, startScraped } from './scraped.js';

/** Labels of operation, provider, model and server, which most tests leave out. */
const callLabels = /^(gen_ai_(operation_name|provider_name|(request|response)_model|token_modality)|server_)/;

/** Starts a fake provider, which stops after the test. */
export async function startProvider(answer: (request: LlmRequest, count: number) => LlmAnswer) {
  const provider = await startLlmUpstream(answer);
  afterwards(() => provider.close());
  return provider;
}

/** US dollars per million tokens; cache reads cost a tenth. */
const price = { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 1, cacheWrite1h: 2 };
const prices = { 'gpt-5-mini': price, 'claude-sonnet-5-5': price };

/** The values recorded for a response of either provider; input includes cached tokens. */
export const tokens = {
  'token_usage_sum/input': 1_000,
  'token_usage_sum/output': 200,
  inference_usage_input_tokens_total: 1_000,
  inference_usage_output_tokens_total: 200,
  inference_usage_cache_read_input_tokens_total: 600,
  inference_usage_cache_write_input_tokens_total: 50,
  inference_usage_reasoning_output_tokens_total: 120,
  // 400 at 1, 600 at 0.1 and 200 at 10 dollars per million.
  cost_usd_total: 0.00246,
};

/** Starts metrics under both conventions. */
export async function startProgram(options: GenaiOptions = {}) {
  const { clock, metrics, families } = startScraped((settings) =>
    startMetrics({ ...settings, packs: { genai: genai({ conventions: 'both', prices, ...options }) } }),
  );
  await metrics.ready;
  const samples = async () => [...(await families()).values()].flatMap((family) => family.samples);
  /** Client samples by name and label values, such as `streams_total/completed`; without buckets. */
  const values = async () => {
    const all = (await samples()).filter(({ name, labels }) => name.startsWith('gen_ai_client_') && !labels.has('le'));
    const named = all.map(({ name, labels, value }) => {
      const texts = [...labels].filter(([label]) => !callLabels.test(label)).map(([, text]) => text);
      return [[name.slice('gen_ai_client_'.length), ...texts].join('/'), Number(value.toFixed(9))] as const;
    });
    const sums: Record<string, number> = {};
    for (const [name, value] of named) sums[name] = (sums[name] ?? 0) + value;
    return sums;
  };
  /** The labels of the recorded operations. */
  const operations = async (): Promise<Record<string, string | number>[]> =>
    (await samples())
      .filter(({ name }) => name === 'gen_ai_client_operation_duration_seconds_count')
      .map(({ labels, value }) => ({ ...Object.fromEntries(labels), count: value }));
  return { clock, recorder: metrics.genai, values, operations };
}

/** Starts a measured OpenAI client and its provider. `plain` is a client that is not measured. */
export async function startOpenAI(
  answer: (request: LlmRequest, count: number, clock: FakeClock) => LlmAnswer,
  options: ClientOptions & ObserveOpenAIOptions = {},
  packOptions: GenaiOptions = {},
) {
  const { provider: providerName, includeUsage, ...clientOptions } = options;
  const program = await startProgram(packOptions);
  const provider = await startProvider((request, count) => answer(request, count, program.clock));
  const settings = { apiKey: 'k', baseURL: `${provider.url}/v1`, logLevel: 'off', ...clientOptions } as const;
  const observing = {
    ...(providerName === undefined ? {} : { provider: providerName }),
    ...(includeUsage === undefined ? {} : { includeUsage }),
  };
  const client = observeOpenAI(new OpenAI(settings), program.recorder, observing);
  return { ...program, provider, client, plain: new OpenAI(settings) };
}

/** Starts a measured Anthropic client and its provider. `plain` is a client that is not measured. */
export async function startAnthropic(
  answer: (request: LlmRequest, count: number, clock: FakeClock) => LlmAnswer,
  packOptions: GenaiOptions = {},
) {
  const program = await startProgram(packOptions);
  const provider = await startProvider((request, count) => answer(request, count, program.clock));
  const settings = { apiKey: 'k', baseURL: provider.url, logLevel: 'off' } as const;
  const client = observeAnthropic(new Anthropic(settings), program.recorder);
  return { ...program, provider, client, plain: new Anthropic(settings) };
}

/** Request bodies for OpenAI and Anthropic. */
export const question = { model: 'gpt-5-mini', messages: [{ role: 'user' as const, content: 'Capital of France?' }] };
export const toAnthropic = { model: 'claude-sonnet-5-5', max_tokens: 100, messages: question.messages };

/** Reads a stream to its end; calls `each` for every chunk or event. */
export async function read<T>(stream: AsyncIterable<T>, each: (item: T) => void = () => {}): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) {
    items.push(item);
    each(item);
  }
  return items;
}

/** Returns the rejection reason of a promise. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('did not reject');
}
