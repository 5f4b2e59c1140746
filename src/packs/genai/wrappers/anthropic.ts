/** Measures clients of the package `@anthropic-ai/sdk`, and reads their responses. */

import { member } from '../fields.js';
import type { GenaiRecorder } from '../recorder.js';
import { mergeUsage, type PartialEnd, type ResponseShape, readModel, readText } from './response-shape.js';
import { type ObserveOptions, observeClient, type Sdk } from './sdk-client.js';
import { textIn } from './text.js';

/** Maximum number of uses of tools that are read from a message. */
const maxTools = 1_000;

/** Members that clients of the package `@anthropic-ai/sdk`, including Bedrock and Vertex, have in every version. */
export interface AnthropicClient {
  /** Source of `server.address` and `server.port`. */
  readonly baseURL: string;
  /** Distinguishes the client from clients of other packages. */
  readonly messages: { create(...parameters: never[]): unknown };
}

/** Shape of messages. A stream starts with `message_start` and ends with `message_delta`, which has the final usage. */
const messages: ResponseShape = {
  operation: 'chat',
  readResponse: (message) => {
    const result: PartialEnd = {};
    readModel(message, result);
    mergeUsage(member(message, 'usage'), result);
    addServerTools(member(message, 'content'), result);
    readText(member(message, 'content'), result);
    return result;
  },
  readEvent: (event, result) => {
    const type = member(event, 'type');
    if (type === 'message_start') {
      const message = member(event, 'message');
      readModel(message, result);
      // `output_tokens` is only a placeholder at the start.
      mergeUsage({ ...Object(member(message, 'usage')), output_tokens: undefined }, result);
    }
    if (type === 'message_delta') mergeUsage(member(event, 'usage'), result);
    if (type === 'content_block_start') addServerTools([member(event, 'content_block')], result);
    return type === 'content_block_delta' ? (textIn(member(event, 'delta')) ?? '') : undefined;
  },
};

/** Adds the tools of the server to the usage, which does not count all of them. */
function addServerTools(blocks: unknown, result: PartialEnd): void {
  const tools = Array.isArray(blocks) ? blocks.filter((block) => member(block, 'type') === 'server_tool_use') : [];
  if (tools.length === 0) return;
  const known = member(result.usage, 'content');
  mergeUsage({ content: [...(Array.isArray(known) ? known : []), ...tools].slice(0, maxTools) }, result);
}

const sdk: Sdk = {
  observe: 'observeAnthropic',
  name: '@anthropic-ai/sdk',
  provider: 'anthropic',
  options: ['provider'],
  resources: { messages, 'beta.messages': messages },
};

/**
 * Measures the calls of a client of the package `@anthropic-ai/sdk`: `messages` and `beta.messages`, streamed or not,
 * including their helpers (`stream`, `parse`, `toolRunner`) and copies made by `withOptions`. Token counting and batches
 * are not measured.
 *
 * Modifies the client and returns it, so that every holder of the client is measured. Requests, results and errors do not
 * change. An operation lasts from the call until the response is read, including the SDK's retries. A repeated call for
 * the same client updates the recorder and the options.
 *
 * @param genai the recorder, `metrics.genai`.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the client, the recorder or an option is invalid.
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
