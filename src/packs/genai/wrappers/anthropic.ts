/** Clients of the package `@anthropic-ai/sdk`, and what their answers say. */

import type { GenaiRecorder } from '../recorder.js';
import { type AnswerShape, type KnownAnswer, member, noteModel, usageOf } from './answers.js';
import { type ObserveOptions, observeClient, type Sdk } from './client.js';

/** What a client of the package `@anthropic-ai/sdk` has, in whatever version; those for Bedrock and Vertex too. */
export interface AnthropicClient {
  /** Tells `server.address` and `server.port`. */
  readonly baseURL: string;
  /** Tells it from clients of other packages. */
  readonly messages: { create(...parameters: never[]): unknown };
}

/** A message: whole, or begun by one event, continued by others, and ended by one that has the final usage. */
const messages: AnswerShape = {
  operation: 'chat',
  whole: (message) => {
    const known: KnownAnswer = {};
    noteModel(message, known);
    noteUsage(member(message, 'usage'), known);
    return known;
  },
  event: (event, known) => {
    const type = member(event, 'type');
    if (type === 'message_start') {
      const message = member(event, 'message');
      noteModel(message, known);
      // The output it tells is a placeholder: hardly anything has been written yet.
      noteUsage({ ...Object(member(message, 'usage')), output_tokens: undefined }, known);
    }
    if (type === 'message_delta') noteUsage(member(event, 'usage'), known);
    return type === 'content_block_delta';
  },
};

/** `input_tokens` are those that were neither read from the cache nor written to it. */
function noteUsage(usage: unknown, known: KnownAnswer): void {
  if (typeof usage !== 'object' || usage === null) return;
  const earlier = known.usage;
  const cacheRead = tokens(usage, 'cache_read_input_tokens') ?? earlier?.cacheReadTokens;
  const cacheWrite = tokens(usage, 'cache_creation_input_tokens') ?? earlier?.cacheWriteTokens;
  const uncached = tokens(usage, 'input_tokens');
  known.usage = usageOf(
    {
      inputTokens: uncached === undefined ? undefined : uncached + (cacheRead ?? 0) + (cacheWrite ?? 0),
      outputTokens: tokens(usage, 'output_tokens'),
      cacheReadTokens: cacheRead,
      cacheWriteTokens: cacheWrite,
      cacheWrite1hTokens: tokens(member(usage, 'cache_creation'), 'ephemeral_1h_input_tokens'),
      reasoningTokens: tokens(member(usage, 'output_tokens_details'), 'thinking_tokens'),
    },
    earlier,
  );
}

function tokens(usage: unknown, name: string): number | undefined {
  const value = member(usage, name);
  return typeof value === 'number' ? value : undefined;
}

const sdk: Sdk = {
  observe: 'observeAnthropic',
  name: '@anthropic-ai/sdk',
  provider: 'anthropic',
  resources: { messages, 'beta.messages': messages },
};

/**
 * Measures what a client of the package `@anthropic-ai/sdk` calls: `messages` and `beta.messages`, streamed or not,
 * with the helpers that go through them (`stream`, `parse`, `toolRunner`); neither the counting of tokens nor batches.
 * Copies made by `withOptions` are measured as well.
 *
 * The client itself is changed and returned: everybody who holds it is measured. What it returns, throws and sends is
 * as before. An operation lasts from the call until the answer was read, attempts of the SDK included. A client that
 * is given again is measured once, as told last.
 *
 * @param genai the recorder, `metrics.genai`.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when it is no such client or recorder, or an option is none.
 *
 * @example
 * import Anthropic from '@anthropic-ai/sdk';
 * import { startMetrics } from 'otelier';
 * import { genai, observeAnthropic } from 'otelier/packs/genai';
 * const metrics = startMetrics({ serviceName: 'assistant', packs: { genai: genai() } });
 * const client = observeAnthropic(new Anthropic(), metrics.genai);
 */
export function observeAnthropic<Client extends AnthropicClient>(
  client: Client,
  genai: GenaiRecorder,
  options: ObserveOptions = {},
): Client {
  observeClient(sdk, client, genai, options);
  return client;
}
